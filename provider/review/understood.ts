// What a review did not understand of a preview: steps that the engine counts and does not list, operations and states that are not known,
// code that is not ours. A gate fails closed: with any of these nothing passes. Called once for each review.
import { DYNAMIC_TYPE, GATEWAY_TYPE, isOurs, nameOf, PROVIDER_SOURCE, typeOf } from "../pulumi/urn";
import { type Change, differ } from "./changes";
import { type Preview, RERUN, type Shown, type Step, type View } from "./preview";
import { codesOf, isKnown, isLeftOut, isOurStep, isUnderstood, type Resources, viewsOf } from "./resources";

export type Gap = ReturnType<typeof gap>;

export function gapsIn(preview: Preview, resources: Resources, changes: readonly Change[]): readonly Gap[] {
  const { steps, unreadable } = preview;
  return [
    ...unreadable.map((what) => gap(what, "")),
    ...uncounted(preview),
    ...unlisted(preview),
    ...steps.flatMap((step) => [...operationIn(step), ...codeIn(step)]),
    ...resources.misfits.map(({ urn }) => gap("steps that do not fit together, of resource", nameOf(urn), LOOK)),
    ...resources.unplanned.map(({ urn }) =>
      gap("whether the plan deletes what an interrupted replacement left over of resource", nameOf(urn)),
    ),
    ...changes.flatMap(contradictionIn),
  ];
}

const LOOK = "see 'pulumi preview --diff', and upgrade this package if Pulumi's CLI is newer";
/** One thing that was not understood. `about` is text from elsewhere, to be quoted. */
const gap = (what: string, about: string, advice = RERUN) => ({ what, about, advice });

function uncounted({ counts, steps }: Preview): readonly Gap[] {
  if (counts === null) return steps.length > 0 ? [gap("a preview without a count of its steps", "")] : [];
  return Object.entries(counts).flatMap(([op, count]) => {
    const missing = count - steps.filter((step) => step.op === op).length;
    return missing > 0 ? [gap(`${missing} of ${count} steps that are counted and not listed, of operation`, op)] : [];
  });
}

// A leftover's delete is counted nowhere, so its absence shows only in what else is missing.
function unlisted({ steps }: Preview): readonly Gap[] {
  const replaces = steps.filter(({ op }) => op === "replace");
  if (replaces.length === 0 || steps.some(({ op }) => op.endsWith("-replacement"))) return [];
  return [gap("a replacement whose own steps are not listed, of resource", nameOf(replaces[0]?.urn ?? ""))];
}

function operationIn(step: Step): readonly Gap[] {
  const name = nameOf(step.urn);
  if (isOurStep(step) && !isKnown(step.op))
    return [gap(`an operation on resource ${JSON.stringify(name)} that is not known:`, step.op, LOOK)];
  // Without its states, nothing tells a resource of ours from a component of that type, or our code under another type. A component has no id.
  const type = typeOf(step.urn);
  const isSuspect = isOurs(step.urn) || type === GATEWAY_TYPE || type.startsWith("pulumi-nodejs:dynamic");
  const isOdd = viewsOf(step).length === 0 || viewsOf(step).some((view) => !view.custom && (view.id || view.provider));
  if (isOurStep(step) ? isUnderstood(step) : !isSuspect || !isOdd) return [];
  return [gap(`a step '${isKnown(step.op) ? step.op : "unknown"}' whose states do not fit, of resource`, name)];
}

// The engine runs what stands in `__provider`, beside the token, at the next refresh.
function codeIn(step: Step): readonly Gap[] {
  if (isLeftOut(step) || viewsOf(step).every((view) => !view.custom || isOwnCode(view))) return [];
  return [
    gap(
      "'__provider' is not the line that this package writes, so other code would run beside the Cloudflare token, of resource",
      nameOf(step.urn),
      "do not refresh; find out who wrote the state or the program ('pulumi stack export'), and restore it",
    ),
  ];
}

function isOwnCode(view: View): boolean {
  const codes = codesOf(view);
  if (view.type === DYNAMIC_TYPE) return codes.length > 0 && codes.every((code) => code === PROVIDER_SOURCE);
  const { accountId, amount, threshold } = view.inputs;
  const looksLikeOurs = [accountId, amount, threshold].every((value) => value !== undefined);
  const mentionsUs = (code: unknown) => typeof code === "string" && code.includes(OUR_PACKAGE);
  return codes.every((code) => code === PROVIDER_SOURCE || !(looksLikeOurs || mentionsUs(code)));
}

const OUR_PACKAGE = "pulumi-cloudflare-ai-gateway-billing";

// A provider never lets an update change the account, and calls nothing the same that differs.
function contradictionIn({ kind, urn, before, after }: Change): readonly Gap[] {
  if (before === null || after === null || (kind !== "update" && kind !== "same")) return [];
  const names = kind === "same" ? (["accountId", "amount", "threshold", "enabled"] as const) : (["accountId"] as const);
  const isOdd = (shown: Shown<unknown>) => "hidden" in shown && shown.hidden === "unreadable";
  const different = names.filter((name) => differ<unknown>(before[name], after[name]) || isOdd(before[name]));
  return different.map((name) =>
    gap(`a step '${kind}' with another or an unreadable '${name}', of resource`, nameOf(urn), LOOK),
  );
}
