// Owns why a preview failed: refused values and every other error, as the engine reports them. It must not know the plan.
import type { Preview } from "./preview";
import { isOurs, nameOf } from "./urn";

/** One reason. `resource` is the name of the AutoTopupConfig it is about, `property` the refused one; empty where there is none. */
export interface Failure {
  readonly resource: string;
  readonly property: string;
  readonly message: string;
}

/** Why the preview failed; empty where it did not. */
export function failuresOf({ diagnostics, complete }: Preview): readonly Failure[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const specific = errors.filter(({ message }) => !/^(error: )?(preview|update) failed\s*$/i.test(message));
  if (errors.length > 0 && specific.length === 0) return [UNEXPLAINED];
  const failures = specific.map(({ urn, message }) => failureOf(urn, message));
  return failures.length > 0 || complete ? failures : [UNFINISHED];
}

/** What the provider warns about. ProviderCalls 1's warnings name no resource, so they are known by what they are about. */
export function warningsOf({ diagnostics }: Preview): readonly string[] {
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  const ours = warnings.filter(({ urn, message }) => isOurs(urn) || /\bauto top-up\b/i.test(message));
  return ours.map(({ message }) => message.replace(/^warning: /, ""));
}

const UNFINISHED: Failure = {
  resource: "",
  property: "",
  message: "The preview did not come to its end. Run it again, and see its own output.",
};

// The engine leaves what policies say out of its JSON.
const UNEXPLAINED: Failure = {
  resource: "",
  property: "",
  message: "The preview's JSON gives no reason, as where a policy refuses the plan. Run it without --json to see it.",
};

// A check failure is printed as: TYPE resource 'NAME': property PROPERTY value {VALUE} has a problem: REASON
const REFUSED = /property (\S+) value \{.*?\} has a problem: (.*)$/s;

// It says nothing to a reviewer, and names paths of the machine.
const STACK_TRACE = /\n\s+at .*$/s;

function failureOf(urn: string, message: string): Failure {
  const refused = REFUSED.exec(message);
  const resource = isOurs(urn) ? nameOf(urn) : "";
  if (refused) return { resource, property: refused[1] ?? "", message: (refused[2] ?? "").trim() };
  return {
    resource,
    property: "",
    message: message
      .replace(/^error: /, "")
      .replace(STACK_TRACE, "")
      .trim(),
  };
}
