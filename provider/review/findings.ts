// Judges a review by the limits of the command line: what a plan may do without a person's approval, and the exit code for each objection. Called
// by the command, with the quoting of the output format.
import { counted, type Quote } from "../command/safeText";
import { nameOf } from "../pulumi/urn";
import { formatUsd } from "../topup/money";
import { type Approval, differencesFrom } from "./approval";
import type { Change } from "./changes";
import { chargingIn, guardOf, isOn, type Rise, risesOf, switchOffOf } from "./effects";
import { type Past, pastIn, projected, UNKNOWN_CHARGES } from "./past";
import { known } from "./preview";
import type { Review } from "./review";
import { accountOf, describeGuard } from "./sentences";
import { boundOf } from "./spendLimits";

/** What to fail on. Without any of these, only a preview that failed or was not understood does. */
export interface Limits {
  readonly failOnChange: boolean;
  readonly failOnDelete: boolean;
  /** The most by which 'amount' or 'threshold' may rise, in US cents. */
  readonly maxIncrease: number | null;
  /** The same, in percent of the amount before. */
  readonly maxIncreasePercent: number | null;
  /** On an alarm about charges, and on an account that changes while its charges are not known. */
  readonly failOnCharges: boolean;
  /** The most charges of the new amount that the use of 30 days may take. */
  readonly maxProjectedCharges: number | null;
  readonly requireSpendLimit: boolean;
  /** What a person has approved; null to compare with nothing. */
  readonly approval: Approval | null;
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
  approval: 10,
} as const;

export type FindingKind = "failed" | "approval" | "charges" | "unbounded" | "delete" | "increase" | "change";

/** One thing that the limits do not allow. */
export interface Finding {
  readonly kind: FindingKind;
  readonly message: string;
}

/** What the limits do not allow, the most serious first. */
export function findingsOf(review: Review, limits: Limits, quote: Quote): readonly Finding[] {
  const { changes, failures, gaps } = review;
  const changed = changes.filter(({ kind }) => kind !== "same");
  const found: Finding[] = [];
  if (failures.length > 0) found.push({ kind: "failed", message: "the preview failed" });
  for (const { what, about, advice } of gaps) {
    const subject = about === "" ? "" : ` ${quote(about)}`;
    found.push({ kind: "failed", message: `not understood: ${what}${subject}; ${advice}` });
  }
  found.push(...declaredTwice(changes, quote));
  if (limits.approval !== null) {
    const differences = differencesFrom(limits.approval, review, quote);
    found.push(...differences.map((message) => ({ kind: "approval" as const, message })));
  }
  for (const message of objectionsToPast(review, limits, quote)) found.push({ kind: "charges", message });
  if (limits.requireSpendLimit) found.push(...unboundedIn(review, quote));
  if (limits.failOnDelete) found.push(...changed.flatMap((change) => deletionIn(change, changes, quote)));
  found.push(...changed.flatMap((change) => increasesIn(change, review, limits, quote)));
  if (limits.failOnChange && changed.length > 0) found.push({ kind: "change", message: "auto top-up would change" });
  return found;
}

/** The exit code of the most serious finding. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return EXIT[findings[0]?.kind ?? "ok"];
}

// Whatever the values: one config cannot be two resources, and deleting either would switch the other one off.
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
  const end = switchOffOf(change, plan);
  if (end === null) return [];
  const heir = guardOf(change, plan);
  const texts = {
    off: "auto top-up would be switched off",
    unknown: "the plan does not show whether auto top-up stays on",
    guarded: heir === null ? "" : describeGuard(change, heir, quote),
  };
  return [{ kind: "delete", message: `account ${accountOf(change.before, change.urn, quote)}: ${texts[end]}` }];
}

function unboundedIn({ changes, bounds }: Review, quote: Quote): readonly Finding[] {
  return changes.flatMap((change) =>
    chargingIn(change).flatMap((terms) => {
      const bound = boundOf(terms, bounds, quote);
      if (bound.isBounded) return [];
      return [{ kind: "unbounded" as const, message: `account ${accountOf(terms, change.urn, quote)}: ${bound.text}` }];
    }),
  );
}

function increasesIn(change: Change, { changes }: Review, limits: Limits, quote: Quote): readonly Finding[] {
  const account = accountOf(change.after, change.urn, quote);
  const objections = risesOf(change, changes).flatMap((rise) => objectionTo(rise, limits) ?? []);
  return objections.map((objection) => ({ kind: "increase", message: `account ${account}: ${objection}` }));
}

function objectionTo({ name, from, to }: Rise, { maxIncrease, maxIncreasePercent }: Limits): string | null {
  if (maxIncrease === null && maxIncreasePercent === null) return null;
  const [before, after] = [known(from), known(to)];
  if (before === null || after === null) {
    return `the plan does not show '${name}', so its increase cannot be judged`;
  }
  const rise = `'${name}' would rise by ${formatUsd(after - before)}, from ${formatUsd(before)} to ${formatUsd(after)}`;
  if (maxIncrease !== null && after - before > maxIncrease) return `${rise}; the limit is ${formatUsd(maxIncrease)}`;
  const allowed = maxIncreasePercent === null ? Number.POSITIVE_INFINITY : (before * maxIncreasePercent) / 100;
  return after - before > allowed ? `${rise}; the limit is ${maxIncreasePercent} %` : null;
}

function objectionsToPast({ past, changes }: Review, limits: Limits, quote: Quote): readonly string[] {
  if (past === null) return [];
  const changed = changes.filter(({ kind }) => kind !== "same" && kind !== "release");
  const { alarms } = limits.failOnCharges ? past : { alarms: [] };
  const unjudged =
    "the file for --charges was made without a limit, so it can hold no alarm: give topup-watch --max-charges, --max-failed or --max-usd";
  return [
    ...(limits.failOnCharges && !past.isJudged ? [unjudged] : []),
    ...alarms.map(({ accountId, message }) => `account ${quote(accountId)}: ${quote(message)}`),
    ...changed.flatMap((change) => {
      const account = accountOf(change.after ?? change.before, change.urn, quote);
      return objectionsTo(change, past, limits, quote).map((objection) => `account ${account}: ${objection}`);
    }),
  ];
}

function objectionsTo({ before, after }: Change, past: Past, limits: Limits, quote: Quote): readonly string[] {
  const charged = pastIn(past, after ?? before);
  const unknown = limits.failOnCharges ? unknownIn(past, after ?? before, quote) : [];
  const most = limits.maxProjectedCharges;
  if (most === null || !isOn(after)) return unknown;
  const number = projected(charged, after);
  if (number === null) return [...unknown, `it is not known how many charges its use would take; the limit is ${most}`];
  // What is at least so may exceed the limit, too.
  if (number <= most && !charged?.isAtLeast) return unknown;
  const count = `${counted(number, "charge")}${charged?.isAtLeast ? " or more" : ""}`;
  return [...unknown, `the use of 30 days would take about ${count} of the new amount; the limit is ${most}`];
}

function unknownIn(past: Past, terms: Change["after"], quote: Quote): readonly string[] {
  if (!pastIn(past, terms)) return [UNKNOWN_CHARGES];
  const account = terms && known(terms.accountId);
  return past.unknowns.filter(({ accountId }) => accountId === account).map(({ message }) => quote(message));
}
