// Owns what the past of the accounts may be for a plan to pass: no alarm, and no more charges for the same use than allowed. It must not
// know how a plan is read or printed.
import type { Change } from "./changes";
import { isOn } from "./effects";
import type { Limits } from "./gate";
import { type Past, pastIn, projected } from "./past";
import type { Review } from "./review";
import { accountOf, type Quote } from "./words";

/** One message for each objection; none without a past. */
export function objectionsToPast({ past, changes }: Review, limits: Limits, quote: Quote): readonly string[] {
  if (past === null) return [];
  const changed = changes.filter(({ kind }) => kind !== "same" && kind !== "release");
  const { alarms } = limits.failOnCharges ? past : { alarms: [] };
  return [
    ...alarms.map(({ accountId, message }) => `account ${quote(accountId)}: ${quote(message)}`),
    ...changed.flatMap((change) => {
      const account = accountOf(change.after ?? change.before, change.urn, quote);
      return objectionsTo(change, past, limits).map((objection) => `account ${account}: ${objection}`);
    }),
  ];
}

function objectionsTo({ before, after }: Change, past: Past, limits: Limits): readonly string[] {
  const charged = pastIn(past, after ?? before);
  const said = !charged && limits.failOnCharges ? ["what it was charged is not known"] : [];
  const most = limits.maxProjectedCharges;
  if (most === null || !isOn(after)) return said;
  const number = projected(charged, after);
  if (number === null) return [...said, `how many charges its use would take is not known; the limit is ${most}`];
  // What is at least so may be more than the limit, too.
  if (number <= most && !charged?.isAtLeast) return said;
  const count = `${number} charge${number === 1 ? "" : "s"}${charged?.isAtLeast ? " or more" : ""}`;
  return [...said, `the use of 30 days would take about ${count} of the new amount; the limit is ${most}`];
}
