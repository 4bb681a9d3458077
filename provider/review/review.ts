// The review as data, the same for every output format: what changes, why the preview failed, what was not understood, what else is in the plan.
// Called once by the command; findings.ts judges it, printReview.ts prints it.
import { isOurs, isStack, nameOf, projectOf, stackOf } from "../pulumi/urn";
import { changesOf } from "./changes";
import type { Past } from "./past";
import type { Diagnostic, Preview } from "./preview";
import { resourcesIn } from "./resources";
import { boundsIn } from "./spendLimits";
import { gapsIn } from "./understood";

export type Review = ReturnType<typeof reviewOf>;

export function reviewOf(preview: Preview, past: Past | null = null) {
  const urns = [...preview.steps, ...preview.diagnostics].map(({ urn }) => urn);
  const urn = urns.find((one) => stackOf(one) !== "") ?? "";
  const resources = resourcesIn(preview);
  const changes = changesOf(preview, resources);
  const failures = failuresOf(preview);
  return {
    /** The stack's name; empty if the plan holds no resource at all. */
    stack: stackOf(urn),
    project: projectOf(urn),
    /** Every AutoTopupConfig in the plan, unchanged ones included. */
    changes,
    /** Why the preview failed. If it did, the changes are only as far as it got. */
    failures,
    /** What was not understood: then the changes may lack something. A preview that failed lacks steps anyway. */
    gaps: failures.length > 0 ? [] : gapsIn(preview, resources, changes),
    warnings: warningsOf(preview),
    /** The gateways of the plan, whose spend limits bound accounts. */
    bounds: boundsIn(preview),
    /** What the accounts were charged before; null without a file that says so. */
    past,
  };
}

/** One reason. `resource` is the name of the resource it is about, `property` the refused one; empty if there is none. */
type Failure = Readonly<Record<"resource" | "property" | "message", string>>;

function failuresOf({ diagnostics, failures }: Preview): readonly Failure[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const specific = errors.filter(({ message }) => !/^(error: )?(preview|update) failed\s{0,9}$/i.test(message));
  if (specific.length > 0) return specific.map(failureOf);
  const others = failures.length === 0 && errors.length > 0 ? [UNEXPLAINED] : failures;
  return others.map((message) => ({ resource: "", property: "", message }));
}

// The engine leaves what policies say out of its JSON.
const UNEXPLAINED =
  "The preview's JSON gives no reason, for instance because a policy refused the plan. Run it without --json to see why.";

// The dynamic provider's warnings name no resource, so they are recognised by their subject.
function warningsOf({ diagnostics }: Preview): readonly string[] {
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  const ours = warnings.filter(({ urn, message }) => isOurs(urn) || /\bauto top-up\b/i.test(message));
  return ours.map(({ message }) => message.replace(/^warning: /, ""));
}

// A check failure is printed as: TYPE resource 'NAME': property PROPERTY value {VALUE} has a problem: REASON
// Found by its words and not by a pattern: an error may have megabytes, and the value, which is not to be shown, any characters.
function failureOf({ urn, message }: Diagnostic): Failure {
  const resource = isStack(urn) ? "" : nameOf(urn);
  const [start, middle, end] = ["property ", " value {", "} has a problem: "];
  const [from, to] = [message.indexOf(start), message.lastIndexOf(end)];
  const value = message.indexOf(middle, from);
  if (from >= 0 && value >= 0 && to >= value) {
    const property = message.slice(from + start.length, value);
    return { resource, property, message: message.slice(to + end.length).trim() };
  }
  // A stack trace says nothing to a reviewer, and shows paths of the machine.
  const [reason = ""] = message.split(/\n[ \t]{1,20}at /, 1);
  return { resource, property: "", message: reason.replace(/^error: /, "").trim() };
}
