// What a plan means for each account: from the engine's steps to one change per account and resource. Does not know how a change is put into
// words, or what is allowed.
import { type Fields, textOf } from "../command/json";
import { isEngines, isOurs, isStack, typeOf } from "../pulumi/urn";
import { type Preview, type ResourceView, type Shown, type Step, shown } from "./preview";

/**
 * - `move`: the account stays declared, by a resource of another name;
 * - `release`: the stack no longer manages the resource and leaves the remote config as it is (`retainOnDelete`, or only read from now on);
 * - `drift`: a refresh records other remote values, and the plan changes none of them.
 */
export type Kind = "create" | "import" | "update" | "replace" | "move" | "delete" | "release" | "drift" | "same";

/** What happens to one account. `before` is what is set, as far as the stack knows; `after` is what is declared. */
export interface Change {
  readonly kind: Kind;
  readonly urn: string;
  /** The URN before a `move`. */
  readonly from: string | null;
  readonly before: Terms | null;
  readonly after: Terms | null;
  /** What the stack had stored, where the preview's refresh found other remote values. */
  readonly recorded: Terms | null;
  /** What the plan deletes stays as it is at Cloudflare: the state of the old resource has `retainOnDelete`. */
  readonly retained: boolean;
}

/** What is declared, or set, for one account. Amounts are US cents. */
export interface Terms {
  readonly accountId: Shown<string>;
  readonly amount: Shown<number>;
  readonly threshold: Shown<number>;
  readonly enabled: Shown<boolean>;
  readonly adopt: Shown<boolean>;
  /** Why top-ups fail, as the last refresh found it; null while they do not. */
  readonly failing: string | null;
}

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["create", "create"],
  ["update", "update"],
  ["replace", "replace"],
  ["delete", "delete"],
  ["delete-replaced", "delete"],
  ["same", "same"],
  ["import", "import"],
  ["import-replacement", "replace"],
  ["read", "release"],
]);

/** One change per AutoTopupConfig in the plan, the ones that stay the same included, in the plan's order. */
export function changesOf({ steps }: Preview): readonly Change[] {
  const { refreshes, planned } = phasesOf(steps);
  const replaced = new Map(planned.filter(({ op }) => KINDS.get(op) === "replace").map((step) => [step.urn, step]));
  const changes = planned
    .filter((step) => KINDS.has(step.op) && !isPartOf(replaced.get(step.urn), step) && !isOnlyRead(step))
    .map((step) => changeOf(step, refreshes.get(step.urn)));
  const urns = new Set(changes.map(({ urn }) => urn));
  const left = [...refreshes.values()].filter(({ urn }) => !urns.has(urn));
  return joinMoves([...changes, ...left.flatMap(driftOf)]);
}

/** How many other resources the plan changes. */
export function othersIn({ steps }: Preview): number {
  const quiet = ["same", "refresh", "read"];
  const others = steps.filter(({ op, urn }) => !isOurs(urn) && !quiet.includes(op) && !isEngines(urn));
  return new Set(others.map(({ urn }) => urn)).size;
}

// `preview --refresh` lists the refresh first, from the stack's own `refresh` step on, then the plan, from the stack's next step on.
function phasesOf(steps: readonly Step[]) {
  const refreshes = new Map<string, Step>();
  const planned: Step[] = [];
  let isRefresh = false;
  for (const step of steps) {
    if (isStack(step.urn)) isRefresh = step.op === "refresh";
    if (!isOurs(step.urn)) continue;
    if (isRefresh || step.op === "refresh") refreshes.set(step.urn, step);
    else planned.push(step);
  }
  return { refreshes, planned };
}

// The `replace` step says all that its delete says. A delete of another account is left over from an earlier, interrupted replacement.
function isPartOf(replace: Step | undefined, { op, old }: Step): boolean {
  if (op !== "delete-replaced" || !replace?.old || !old) return false;
  return !differ(storedTerms(replace.old).accountId, storedTerms(old).accountId);
}

// `get` for something that was never managed. Where it was, the engine lets go of it without asking the provider.
function isOnlyRead({ op, old }: Step): boolean {
  return op === "read" && (old === null || old.external);
}

function changeOf(step: Step, refresh: Step | undefined): Change {
  const { op, urn } = step;
  const kind = KINDS.get(op) ?? "same";
  const before = step.old && kind !== "create" ? storedTerms(step.old) : null;
  const after = step.new && kind !== "delete" && kind !== "release" ? declaredTerms(step.new) : null;
  const recorded = refresh?.old ? storedTerms(refresh.old) : null;
  const isDrift = recorded !== null && (before === null || hasDrifted(recorded, before));
  const retained =
    kind === "release" || ((kind === "delete" || kind === "replace") && step.old?.retainOnDelete === true);
  const base = { urn, from: null, before, after, recorded: isDrift ? recorded : null, retained };
  if (kind === "delete" && retained) return { ...base, kind: "release" };
  return { ...base, kind: kind === "same" && isDrift ? "drift" : kind };
}

function driftOf(refresh: Step): readonly Change[] {
  const recorded = refresh.old && storedTerms(refresh.old);
  const before = refresh.new && storedTerms(refresh.new);
  if (!recorded || (before && !hasDrifted(recorded, before))) return [];
  return [{ kind: "drift", urn: refresh.urn, from: null, before, after: null, recorded, retained: false }];
}

// What is secret or unknown on either side proves no drift.
function hasDrifted(recorded: Terms, remote: Terms): boolean {
  return (["amount", "threshold", "enabled"] as const).some((name) => differ<unknown>(recorded[name], remote[name]));
}

// A renamed resource is a create and a delete of one account: the provider skips that delete, and nothing is switched off.
function joinMoves(changes: readonly Change[]): readonly Change[] {
  const moved = new Map<Change, Change>();
  for (const gone of changes.filter(({ kind }) => kind === "delete" || kind === "release")) {
    const to = changes.find((change) => change.kind === "create" && !moved.has(change) && takesOver(change, gone));
    if (to) moved.set(to, gone);
  }
  const sources = new Set(moved.values());
  return changes
    .filter((change) => !sources.has(change))
    .map((change) => {
      const from = moved.get(change);
      return from ? { ...change, kind: "move", from: from.urn, before: from.before, recorded: from.recorded } : change;
    });
}

// The provider skips a delete by itself where another of its resources keeps the account. The other provider is another program: whether it
// hears of that depends on both versions. Of one and the same resource, a delete is left over from an interrupted replacement: whether the provider
// skips that is not certain.
export function takesOver(to: Change, from: Change): boolean {
  return declaresAccountOf(to, from) && (from.retained || (typeOf(from.urn) === typeOf(to.urn) && from.urn !== to.urn));
}

/** Whether `to` declares the account that `from` starts from. */
export function declaresAccountOf(to: Change, from: Change): boolean {
  return from.before !== null && to.after !== null && equal(from.before.accountId, to.after.accountId);
}

/** Whether both are readable and differ. */
export function differ<T>(left: Shown<T>, right: Shown<T>): boolean {
  return "value" in left && "value" in right && left.value !== right.value;
}

/** Whether both are readable and equal. What cannot be read is equal to nothing, not even to itself. */
export function equal<T>(left: Shown<T>, right: Shown<T>): boolean {
  return "value" in left && "value" in right && left.value === right.value;
}

/** What the program declares. */
function declaredTerms({ inputs }: ResourceView): Terms {
  return termsOf(inputs, {});
}

/** What the state holds: the outputs, which a refresh brings up to date, and the inputs for what they lack. */
function storedTerms({ inputs, outputs }: ResourceView): Terms {
  return termsOf({ ...inputs, ...outputs }, outputs);
}

function termsOf(values: Fields, health: Fields): Terms {
  const { accountId, amount, threshold, enabled, adopt } = values;
  return {
    accountId: shown(textOf(accountId).toLowerCase() || accountId, isText),
    amount: shown(amount, isNumber),
    threshold: shown(threshold, isNumber),
    enabled: shown(enabled ?? true, isFlag),
    adopt: shown(adopt ?? false, isFlag),
    failing: failureIn(health),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";

function failureIn({ error, disabledReason, lastFailedAt }: Fields): string | null {
  const reasons = [error, disabledReason].map(textOf).filter((reason) => reason !== "");
  if (reasons.length === 0) return null;
  return `${reasons.join("; ")}${textOf(lastFailedAt) === "" ? "" : `, last on ${textOf(lastFailedAt)}`}`;
}
