// What a plan means for each account: one change per account and resource. Called once for each review; effects.ts says what a change does to
// an account's money, sentences.ts puts it into words.
import * as z from "zod/mini";
import { UNKNOWN_MARKER } from "../pulumi/markers";
import { typeOf } from "../pulumi/urn";
import { type Preview, type Shown, shown, type View } from "./preview";
import type { Planned, Resources } from "./resources";

/**
 * - `import`: the resource comes into the stack as it is, and is then set to what is declared;
 * - `move`: the account stays declared, by a resource of another name;
 * - `release`: the stack no longer manages the resource and leaves the remote config as it is;
 * - `drift`: a refresh records other remote values, and the plan changes none of them.
 */
export type Kind = "create" | "import" | "update" | "replace" | "move" | "delete" | "release" | "drift" | "same";

/** Why a resource that leaves the stack is not deleted at Cloudflare: an option in its old state, or it is only read from now on. */
export type Kept = "retainOnDelete" | "deletedWith" | "read";

/** What is declared or set for one account. Amounts are US cents. */
export interface Terms {
  readonly accountId: Shown<string>;
  readonly amount: Shown<number>;
  readonly threshold: Shown<number>;
  readonly enabled: Shown<boolean>;
  readonly adopt: Shown<boolean>;
}

/** What happens to one account. `before` is what is set, as far as the stack knows; `after` is what is declared. */
export interface Change {
  readonly kind: Kind;
  readonly urn: string;
  /** The URN before a `move`. */
  readonly from: string | null;
  readonly before: Terms | null;
  readonly after: Terms | null;
  /** What the stack had stored, if the preview's refresh found other remote values. */
  readonly recorded: Terms | null;
  readonly kept: Kept | null;
  /** It deletes what an interrupted replacement left over, while the resource itself is another account's or stays. */
  readonly isLeftover: boolean;
  /** What an interrupted replacement has switched off already. */
  readonly interrupted: Terms | null;
  /** Properties whose changes the program ignores. */
  readonly ignores: readonly string[];
}

/** One change per AutoTopupConfig in the plan, the ones that stay the same included, in the plan's order. */
export function changesOf({ steps }: Preview, { planned }: Resources): readonly Change[] {
  const deleted = new Set(steps.filter(({ op }) => LEAVING.includes(op)).map(({ urn }) => urn));
  return joinMoves(planned.filter(({ step }) => !isOnlyRead(step)).map((one) => changeOf(one, deleted)));
}

// With `deletedWith`, the engine counts all of these as deletes of the other resource.
const LEAVING: readonly string[] = ["delete", "delete-replaced", "discard", "discard-replaced"];

// `get` for something that was never managed. If it was, the engine lets go of it without asking the provider.
function isOnlyRead({ op, old }: Planned["step"]): boolean {
  if (op === "delete" || op === "delete-replaced") return old?.external === true;
  return op === "read" && (old === null || old.external);
}

function changeOf(planned: Planned, deleted: ReadonlySet<string>): Change {
  const { step, imported, isPending, isLeftover, refresh } = planned;
  const { urn, old } = step;
  const kept = step.op === "read" ? "read" : keptIn(old, deleted);
  const isOff = isPending && kept === null;
  const isDeclared = step.op !== "read" && step.op !== "refresh";
  const after = step.new && !step.new.external && isDeclared ? termsOf(step.new.inputs) : null;
  const stored = old && !old.external && !isOff && step.op !== "refresh" ? storedTerms(old) : null;
  const kind = kindOf(planned, isOff, after, kept);
  // An import shows the remote values only in the update that follows.
  const before = imported === null || imported !== step ? stored : importedTerms(imported.new, after);
  const recorded = refresh?.old ? storedTerms(refresh.old) : null;
  const isDrift = recorded !== null && (before === null || hasDrifted(recorded, before));
  const leaves = kind === "delete" || kind === "replace" || kind === "release";
  return {
    ...{ kind: kind === "same" && isDrift ? "drift" : kind, urn, from: null, before, isLeftover },
    after: kind === "release" || kind === "delete" ? null : after,
    recorded: isDrift ? recorded : null,
    kept: leaves ? kept : null,
    interrupted: isOff && old ? storedTerms(old) : null,
    ignores: step.new?.ignoreChanges ?? [],
  };
}

function kindOf({ step, imported }: Planned, isOff: boolean, after: Terms | null, kept: Kept | null): Kind {
  if (imported !== null) return "import";
  if (step.op === "read") return "release";
  if (step.op === "delete" || step.op === "delete-replaced" || (step.op === "replace" && after === null)) {
    return kept === null ? "delete" : "release";
  }
  if (step.op === "replace") return isOff || step.old?.external ? "create" : "replace";
  return step.op === "create" || step.op === "update" ? step.op : "same";
}

// The old state decides, whatever the program says now.
function keptIn(old: View | null, deleted: ReadonlySet<string>): Kept | null {
  if (old?.retainOnDelete) return "retainOnDelete";
  return old !== null && old.deletedWith !== "" && deleted.has(old.deletedWith) ? "deletedWith" : null;
}

// What is imported without an update has the declared values, unless the preview had no provider to read them with, or their changes are ignored.
function importedTerms(view: View | null, after: Terms | null): Terms | null {
  if (view === null || after === null) return null;
  // The marker stands for the id of a provider that is still to be created.
  const isRead = !view.provider.endsWith(`::${UNKNOWN_MARKER}`) && view.ignoreChanges.length === 0;
  const unread = { hidden: "unknown" } as const;
  return isRead ? after : { ...after, amount: unread, threshold: unread };
}

// What is secret or unknown on either side proves no drift.
function hasDrifted(recorded: Terms, remote: Terms): boolean {
  return (["amount", "threshold", "enabled"] as const).some((name) => differ<unknown>(recorded[name], remote[name]));
}

// A renamed resource is a create and a delete of one account: the provider skips that delete, and nothing is switched off.
function joinMoves(changes: readonly Change[]): readonly Change[] {
  const moved = new Map<Change, Change>();
  const gone = changes.filter(({ kind, isLeftover }) => (kind === "delete" || kind === "release") && !isLeftover);
  for (const from of gone) {
    const to = changes.find((change) => change.kind === "create" && !moved.has(change) && takesOver(change, from));
    if (to) moved.set(to, from);
  }
  const sources = new Set(moved.values());
  return changes
    .filter((change) => !sources.has(change))
    .map((change) => {
      const from = moved.get(change);
      return from ? { ...change, kind: "move", from: from.urn, before: from.before, recorded: from.recorded } : change;
    });
}

// The provider skips a delete by itself if another of its resources keeps the account. The other provider is another program: whether it
// hears of that depends on both versions. Of one and the same resource, a delete is left over from an interrupted replacement: whether the provider
// skips that is not certain.
export function takesOver(to: Change, from: Change): boolean {
  const isRenamed = typeOf(from.urn) === typeOf(to.urn) && from.urn !== to.urn;
  return declaresAccountOf(to, from) && (from.kept !== null || isRenamed);
}

/** Whether `to` declares the account that `from` starts from. */
export function declaresAccountOf(to: Change, from: Change): boolean {
  return from.before !== null && to.after !== null && equal(from.before.accountId, to.after.accountId);
}

/** What the state holds: the outputs, which a refresh brings up to date, and the inputs for what they lack. */
function storedTerms({ inputs, outputs }: View): Terms {
  return termsOf({ ...inputs, ...outputs });
}

/** Whether both are readable and differ. */
export function differ<T>(left: Shown<T>, right: Shown<T>): boolean {
  return "value" in left && "value" in right && left.value !== right.value;
}

/** Whether both are readable and equal. What cannot be read is equal to nothing, not even to itself. */
export function equal<T>(left: Shown<T>, right: Shown<T>): boolean {
  return "value" in left && "value" in right && left.value === right.value;
}

const accountId = z.string().check(z.regex(/^[0-9a-f]{32}$/i), z.toLowerCase());
const cents = z.int().check(z.gte(0));

function termsOf(values: View["inputs"]): Terms {
  return {
    accountId: shown(values.accountId, accountId),
    amount: shown(values.amount, cents),
    threshold: shown(values.threshold, cents),
    enabled: shown(values.enabled ?? true, z.boolean()),
    adopt: shown(values.adopt ?? false, z.boolean()),
  };
}
