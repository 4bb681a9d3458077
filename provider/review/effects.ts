// Owns what a change does to an account's money: what it switches off, and by how much a sum rises. It must not know
// how that is worded, or what is allowed.
import { type Change, takesOver } from "./changes";
import { equal, known, type Shown, type Terms } from "./terms";

/** Which of the two amounts of a config. */
export type SumName = "amount" | "threshold";

/** A sum that a change sets. Auto top-up that is off counts as $0.00. All in US cents. */
export interface Rise {
  readonly name: SumName;
  readonly from: Shown<number>;
  readonly to: Shown<number>;
}

/** Whether the terms may charge anything. What cannot be read is taken for on. */
export function isOn(terms: Terms | null): boolean {
  return terms !== null && known(terms.enabled) !== false;
}

/** Whether the account that the change starts from is left without auto top-up, by this plan as a whole. */
export function switchesOff(change: Change, plan: readonly Change[]): boolean {
  if (!isOn(change.before) || change.kind === "release" || change.kind === "drift") return false;
  if (staysOnAccount(change)) return !isOn(change.after);
  return !plan.some((other) => isOn(other.after) && takesOver(other, change));
}

/** Whether before and after are about the same account. A provider never lets an update change it. */
export function staysOnAccount({ kind, before, after }: Change): boolean {
  if (before === null || after === null) return false;
  return kind !== "replace" || equal(before.accountId, after.accountId);
}

/** The amounts that the change sets and that are not proven to stay the same. */
export function risesOf(change: Change): readonly Rise[] {
  const { before, after } = change;
  if (after === null || !isOn(after) || change.kind === "same") return [];
  const base = staysOnAccount(change) && isOn(before) ? before : null;
  return (["amount", "threshold"] as const)
    .map((name) => ({ name, from: base ? base[name] : { value: 0 }, to: after[name] }))
    .filter(({ from, to }) => !equal(from, to));
}
