// The review as data, the same for every output format: what changes, why the preview failed, what else is in the plan. Does not know how it is
// put into words, printed or judged.
import { isOurs, isStack, nameOf, stackOf } from "../pulumi/urn";
import { type Change, changesOf, othersIn } from "./changes";
import type { Past } from "./past";
import type { Preview } from "./preview";
import { type Bounds, boundsIn } from "./spendLimits";

export interface Review {
  /** The stack's name; empty where the plan holds no resource at all. */
  readonly stack: string;
  /** Every AutoTopupConfig in the plan, unchanged ones included where the preview lists them. */
  readonly changes: readonly Change[];
  /** Why the preview failed. If it did, the changes are only as far as it got. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** How many other resources the plan changes. */
  readonly others: number;
  readonly bounds: Bounds;
  /** What the accounts were charged before; null without a file that says so. */
  readonly past: Past | null;
}

/** One reason. `resource` is the name of the resource it is about, `property` the refused one; empty where there is none. */
export interface Failure {
  readonly resource: string;
  readonly property: string;
  readonly message: string;
}

export function reviewOf(preview: Preview, past: Past | null = null): Review {
  const urns = [...preview.steps, ...preview.diagnostics].map(({ urn }) => urn);
  return {
    stack: urns.map(stackOf).find((stack) => stack !== "") ?? "",
    changes: changesOf(preview),
    failures: failuresOf(preview),
    warnings: warningsOf(preview),
    others: othersIn(preview),
    bounds: boundsIn(preview),
    past,
  };
}

function failuresOf({ diagnostics, complete }: Preview): readonly Failure[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const specific = errors.filter(({ message }) => !/^(error: )?(preview|update) failed\s*$/i.test(message));
  if (errors.length > 0 && specific.length === 0) return [UNEXPLAINED];
  const failures = specific.map(({ urn, message }) => failureOf(urn, message));
  return failures.length > 0 || complete ? failures : [INCOMPLETE];
}

// The dynamic provider's warnings name no resource, so they are recognised by their subject.
function warningsOf({ diagnostics }: Preview): readonly string[] {
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  const ours = warnings.filter(({ urn, message }) => isOurs(urn) || /\bauto top-up\b/i.test(message));
  return ours.map(({ message }) => message.replace(/^warning: /, ""));
}

const INCOMPLETE: Failure = {
  resource: "",
  property: "",
  message: "The preview did not come to its end. Run it again, and read its own output.",
};

// The engine leaves what policies say out of its JSON.
const UNEXPLAINED: Failure = {
  resource: "",
  property: "",
  message:
    "The preview's JSON gives no reason, for instance because a policy refused the plan. Run it without --json to see why.",
};

// A check failure is printed as: TYPE resource 'NAME': property PROPERTY value {VALUE} has a problem: REASON
const REFUSED = /property (\S+) value \{.*?\} has a problem: (.*)$/s;

// It says nothing to a reviewer, and shows paths of the machine.
const STACK_TRACE = /\n\s+at .*$/s;

function failureOf(urn: string, message: string): Failure {
  const [, property = "", reason = message.replace(/^error: /, "").replace(STACK_TRACE, "")] =
    REFUSED.exec(message) ?? [];
  return { resource: isStack(urn) ? "" : nameOf(urn), property, message: reason.trim() };
}
