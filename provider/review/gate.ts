// Owns what a plan may do without somebody looking at it: the limits of the command line and the exit codes. It must not
// know how a plan is read or printed.
import { formatUsd } from "../topup/money";
import { boundOf } from "./bounds";
import type { Change } from "./changes";
import { isOn, type Rise, risesOf, switchesOff } from "./effects";
import { objectionsToPast } from "./pastGate";
import type { Review } from "./review";
import { known } from "./terms";
import { nameOf } from "./urn";
import { accountOf, type Quote } from "./words";

/** What to fail on. Without any of these, only a failed preview does. */
export interface Limits {
  readonly failOnChange: boolean;
  readonly failOnDelete: boolean;
  /** The most by which 'amount' or 'threshold' may rise, in US cents. */
  readonly maxIncrease: number | null;
  /** The same as a share of the sum before, in percent. */
  readonly maxIncreasePercent: number | null;
  /** An alarm about charges, or an account that changes and whose charges are not known. */
  readonly failOnCharges: boolean;
  /** The most charges that the use of 30 days may take with the new amount. */
  readonly maxProjectedCharges: number | null;
  readonly requireSpendLimit: boolean;
}

/** The process's exit codes. 7 is left out: `pulumi preview --expect-no-changes` uses it for changes. */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  failed: 3,
  change: 4,
  increase: 5,
  delete: 6,
  charges: 8,
  unbounded: 9,
} as const;

export type FindingKind = "failed" | "charges" | "unbounded" | "delete" | "increase" | "change";

/** One thing that the limits do not allow. */
export interface Finding {
  readonly kind: FindingKind;
  readonly message: string;
}

/** What the limits do not allow, the most serious first. */
export function findingsOf(review: Review, limits: Limits, quote: Quote): readonly Finding[] {
  const { changes, failures } = review;
  const changed = changes.filter(({ kind }) => kind !== "same");
  const found: Finding[] = [];
  if (failures.length > 0) found.push({ kind: "failed", message: "the preview failed" });
  found.push(...declaredTwice(changes, quote));
  for (const message of objectionsToPast(review, limits, quote)) found.push({ kind: "charges", message });
  if (limits.requireSpendLimit) found.push(...unboundedIn(review, quote));
  if (limits.failOnDelete) found.push(...changed.flatMap((change) => deletionIn(change, changes, quote)));
  found.push(...changed.flatMap((change) => increasesIn(change, limits, quote)));
  if (limits.failOnChange && changed.length > 0) found.push({ kind: "change", message: "auto top-up would change" });
  return found;
}

/** The exit code of the most serious finding. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return EXIT[findings[0]?.kind ?? "ok"];
}

// Whatever the values: one config cannot be two resources, and the delete of either would switch the other one off.
function declaredTwice(changes: readonly Change[], quote: Quote): readonly Finding[] {
  const declarations = new Map<string, Change[]>();
  for (const change of changes) {
    const account = change.after && known(change.after.accountId);
    if (account !== null) declarations.set(account, [...(declarations.get(account) ?? []), change]);
  }
  return [...declarations]
    .filter(([, resources]) => resources.length > 1)
    .map(([account, resources]) => {
      const names = new Set(resources.map(({ urn }) => nameOf(urn)));
      const shown = names.size === resources.length ? [...names] : resources.map(({ urn }) => urn);
      const declared = `is declared by ${shown.map(quote).join(" and ")}`;
      return { kind: "failed", message: `account ${quote(account)} ${declared}: keep one of them` };
    });
}

function deletionIn(change: Change, plan: readonly Change[], quote: Quote): readonly Finding[] {
  if (!switchesOff(change, plan)) return [];
  const account = accountOf(change.before, change.urn, quote);
  return [{ kind: "delete", message: `account ${account}: auto top-up would be switched off` }];
}

function unboundedIn({ changes, bounds }: Review, quote: Quote): readonly Finding[] {
  return changes.flatMap(({ urn, after }) => {
    const bound = after !== null && isOn(after) ? boundOf(after, bounds, quote) : null;
    if (bound === null || bound.isBounded) return [];
    return [{ kind: "unbounded" as const, message: `account ${accountOf(after, urn, quote)}: ${bound.text}` }];
  });
}

function increasesIn(change: Change, limits: Limits, quote: Quote): readonly Finding[] {
  const account = accountOf(change.after, change.urn, quote);
  const objections = risesOf(change).flatMap((rise) => objectionTo(rise, limits) ?? []);
  return objections.map((objection) => ({ kind: "increase", message: `account ${account}: ${objection}` }));
}

function objectionTo({ name, from, to }: Rise, { maxIncrease, maxIncreasePercent }: Limits): string | null {
  if (maxIncrease === null && maxIncreasePercent === null) return null;
  const [before, after] = [known(from), known(to)];
  if (before === null || after === null) {
    return `'${name}' is not shown in the plan, so its increase cannot be judged`;
  }
  const rise = `'${name}' would rise by ${formatUsd(after - before)}, from ${formatUsd(before)} to ${formatUsd(after)}`;
  if (maxIncrease !== null && after - before > maxIncrease) return `${rise}; the limit is ${formatUsd(maxIncrease)}`;
  const allowed = maxIncreasePercent === null ? Number.POSITIVE_INFINITY : (before * maxIncreasePercent) / 100;
  return after - before > allowed ? `${rise}; the limit is ${maxIncreasePercent} %` : null;
}
