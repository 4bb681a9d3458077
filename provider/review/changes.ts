// Owns what a plan means for each account: from the engine's steps to one change per account and resource. It must not
// know how a change is worded or judged.
import type { Preview } from "./preview";
import type { Step } from "./step";
import { declaredTerms, differ, equal, storedTerms, type Terms } from "./terms";
import { isEngines, isOurs, isStack, typeOf } from "./urn";

/**
 * - `move`: the account stays declared, under another name of the resource, and by the same provider;
 * - `release`: the stack forgets the resource and leaves the live config alone (`retainOnDelete`);
 * - `drift`: a refresh alone, that records what is live and changes nothing there.
 */
export type Kind = "create" | "import" | "update" | "replace" | "move" | "delete" | "release" | "drift" | "same";

/** What happens to one account. `before` is what is live, as far as the stack knows; `after` is what is declared. */
export interface Change {
  readonly kind: Kind;
  readonly urn: string;
  /** The URN it had before a `move`. */
  readonly from: string | null;
  readonly before: Terms | null;
  readonly after: Terms | null;
  /** What the stack had stored, where the preview's refresh found something else live. */
  readonly recorded: Terms | null;
}

/** One change per AutoTopupConfig in the plan, the ones that stay the same included, in the plan's order. */
export function changesOf({ steps }: Preview): readonly Change[] {
  const ours = steps.filter(({ urn }) => isOurs(urn));
  const planned = ours.filter((step) => !inRefresh(steps, step) && step.op in KINDS);
  const refreshes = ours.filter((step) => inRefresh(steps, step));
  const changes = planned.map((step) =>
    changeOf(
      step,
      refreshes.find(({ urn }) => urn === step.urn),
    ),
  );
  const left = refreshes.filter(({ urn }) => !planned.some((step) => step.urn === urn));
  return joinMoves([...changes, ...left.flatMap(driftOf)]);
}

/** How many other resources the plan touches. */
export function othersIn({ steps }: Preview): number {
  const quiet = ["same", "refresh", "read"];
  const others = steps.filter(({ op, urn }) => !isOurs(urn) && !quiet.includes(op) && !isEngines(urn));
  return new Set(others.map(({ urn }) => urn)).size;
}

// With --show-replacement-steps a replacement is listed three times; the `replace` step says all of it.
const KINDS: Readonly<Record<string, Kind>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  same: "same",
  import: "import",
  "import-replacement": "replace",
};

// `preview --refresh` lists the refresh first, from the stack's own `refresh` step on, then the plan, from the stack's next step on.
function inRefresh(steps: readonly Step[], step: Step): boolean {
  if (step.op === "refresh") return true;
  const stacks = steps.slice(0, steps.indexOf(step)).filter(({ urn }) => isStack(urn));
  return stacks.at(-1)?.op === "refresh";
}

function changeOf(step: Step, refresh: Step | undefined): Change {
  const kind = KINDS[step.op] ?? "same";
  const before = step.old && kind !== "create" ? storedTerms(step.old) : null;
  const after = step.new && kind !== "delete" ? declaredTerms(step.new) : null;
  const recorded = refresh?.old ? storedTerms(refresh.old) : null;
  const drift = recorded !== null && (before === null || drifted(recorded, before));
  const released = kind === "delete" && step.old?.retainOnDelete === true;
  const { urn } = step;
  return { kind: released ? "release" : kind, urn, from: null, before, after, recorded: drift ? recorded : null };
}

function driftOf(refresh: Step): readonly Change[] {
  const recorded = refresh.old && storedTerms(refresh.old);
  const before = refresh.new && storedTerms(refresh.new);
  if (!recorded || (before && !drifted(recorded, before))) return [];
  return [{ kind: "drift", urn: refresh.urn, from: null, before, after: null, recorded }];
}

// What is secret or unknown on either side proves no drift.
function drifted(recorded: Terms, live: Terms): boolean {
  return (["amount", "threshold", "enabled"] as const).some((name) => differ<unknown>(recorded[name], live[name]));
}

// A renamed resource is a create and a delete of one account: the provider skips that delete, and nothing is switched off. The dynamic
// provider and the plugin are two programs: a delete of the one is not told what the other has created.
function joinMoves(changes: readonly Change[]): readonly Change[] {
  const moved = new Map<Change, Change>();
  for (const gone of changes.filter(({ kind }) => kind === "delete" || kind === "release")) {
    const to = changes.find((change) => change.kind === "create" && !moved.has(change) && takesOver(change, gone));
    if (to) moved.set(to, gone);
  }
  const sources = [...moved.values()];
  return changes
    .filter((change) => !sources.includes(change))
    .map((change) => {
      const from = moved.get(change);
      return from ? { ...change, kind: "move", from: from.urn, before: from.before, recorded: from.recorded } : change;
    });
}

/** Whether `to` declares the account of `from` in such a way that a delete of `from` leaves it alone. */
export function takesOver(to: Change, from: Change): boolean {
  if (from.before === null || to.after === null || !equal(from.before.accountId, to.after.accountId)) return false;
  return from.kind === "release" || typeOf(from.urn) === typeOf(to.urn);
}
