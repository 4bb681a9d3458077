// What a change does to an account's money: whether it switches auto top-up off, what goes on charging, and by how much an amount rises. Called
// by sentences.ts, which puts it into words, and by findings.ts, which judges it.
import { type Change, declaresAccountOf, equal, type Terms, takesOver } from "./changes";
import { known } from "./preview";

/** Whether the terms may charge anything. What cannot be read is taken for on. */
export function isOn(terms: Terms | null): boolean {
  return terms !== null && known(terms.enabled) !== false;
}

/** Whether before and after are about the same account. A provider never lets an update change it. */
export function staysOnAccount({ kind, before, after }: Change): boolean {
  if (before === null || after === null) return false;
  return kind !== "replace" || equal(before.accountId, after.accountId);
}

/** What may charge once the plan is applied: what it declares, and what it only stops to manage. */
export function chargingIn(change: Change): readonly Terms[] {
  const { before, after, kept } = change;
  const left = kept !== null && !staysOnAccount(change) ? before : null;
  return [after, left].filter((terms) => terms !== null).filter(isOn);
}

/**
 * What becomes of the account that a change starts from, if auto top-up is on:
 * - `off`: the plan as a whole leaves it without auto top-up;
 * - `guarded`: the plan deletes its config, while a resource of the other provider declares it, one that stays the same, or the same one after an
 *   interrupted replacement: only the provider's guard keeps it on;
 * - `unknown`: 'enabled' cannot be read.
 */
export type SwitchOff = "off" | "guarded" | "unknown";

/** Null if auto top-up stays on, or was not on. */
export function switchOffOf(change: Change, plan: readonly Change[]): SwitchOff | null {
  const { kind, before, after, kept } = change;
  if (!isOn(before) || kind === "release" || kind === "drift" || kind === "same") return null;
  if (staysOnAccount(change)) return endOf(after);
  if (kept !== null) return null;
  // What `--target` leaves out is listed as the same, too, and the provider never hears of it.
  const isAsked = (other: Change) => other.kind !== "same" && other.kind !== "drift";
  const heirs = plan.filter((other) => takesOver(other, change) && isOn(other.after) && isAsked(other));
  if (heirs.length > 0) return heirs.some(({ after }) => endOf(after) === null) ? null : "unknown";
  return guardOf(change, plan) ? "guarded" : "off";
}

/** What declares the account of a deleted resource: another resource, or the one that the deleted was left over of. */
export function guardOf(change: Change, plan: readonly Change[]): Change | null {
  const mayGuard = ({ urn }: Change) => urn !== change.urn || change.isLeftover;
  const others = plan.filter((other) => other !== change && mayGuard(other) && isOn(other.after));
  return others.find((other) => declaresAccountOf(other, change)) ?? null;
}

/** What is set for the account that a change ends at, as far as the plan shows it: by this resource, or by one that leaves the account. */
export function baseOf(change: Change, plan: readonly Change[]): Terms | null {
  if (staysOnAccount(change)) return change.before;
  const leaves = (other: Change) => other !== change && other.kind !== "drift" && !staysOnAccount(other);
  return plan.find((other) => leaves(other) && declaresAccountOf(change, other))?.before ?? null;
}

export type Rise = ReturnType<typeof risesOf>[number];

/** The amounts that the change sets and that are not proven to stay the same, in US cents. Auto top-up that is off counts as $0.00. */
export function risesOf(change: Change, plan: readonly Change[]) {
  const { after, kind } = change;
  if (after === null || !isOn(after) || kind === "same" || kind === "drift") return [];
  const base = baseOf(change, plan);
  return (["amount", "threshold"] as const)
    .map((name) => ({ name, from: base && isOn(base) ? base[name] : { value: 0 }, to: after[name] }))
    .filter(({ from, to }) => !equal(from, to));
}

function endOf(after: Terms | null): SwitchOff | null {
  if (!isOn(after)) return "off";
  return known(after?.enabled ?? { hidden: "unreadable" }) === null ? "unknown" : null;
}
