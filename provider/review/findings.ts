// Judges a review by the limits of the command line: what a plan may do without a person's approval, and the exit code for each objection. Called
// by the command, with the quoting of the output format.
import type { Quote } from "../command/safeText";
import { nameOf } from "../pulumi/urn";
import { formatUsd } from "../topup/money";
import { type Approval, type Difference, differencesFrom } from "./approval";
import type { Change } from "./changes";
import { chargingIn, guardOf, type Rise, risesOf, switchOffOf } from "./effects";
import { type Past, pastIn, UNKNOWN_CHARGES } from "./past";
import { known } from "./preview";
import type { Review } from "./review";
import type { Options } from "./reviewOptions";
import { accountOf, describeGuard } from "./sentences";
import { boundOf } from "./spendLimits";

/** What to fail on, as the command's help says it. Without any of these, only a preview that failed or was not understood fails. */
export type Limits = Options["limits"] & {
  /** What a person has approved; null to compare with nothing. */
  readonly approval: Approval | null;
};

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

/** One thing that the limits do not allow. */
export interface Finding extends Difference {
  readonly kind: Exclude<keyof typeof EXIT, "ok" | "error" | "usage">;
}

/** What is wrong with an account, by the terms that name it. */
type Objection = readonly [terms: Change["after"], text: string];

/** What the limits do not allow, the most serious first. */
export function findingsOf(review: Review, limits: Limits, quote: Quote): readonly Finding[] {
  const { changes, failures, gaps, past } = review;
  const ofKind = (kind: Finding["kind"], messages: readonly string[]) => messages.map((message) => ({ kind, message }));
  const about = (judge: (change: Change) => readonly Objection[]) =>
    changes.flatMap((change) =>
      judge(change).map(([terms, text]) => `account ${accountOf(terms, change.urn, quote)}: ${text}`),
    );
  const notUnderstood = gaps.map(({ what, about, advice }) => {
    return `not understood: ${what}${about === "" ? "" : ` ${quote(about)}`}; ${advice}`;
  });
  const differences = limits.approval === null ? [] : differencesFrom(limits.approval, review, quote);
  const isChanged = changes.some(({ kind }) => kind !== "same");
  return [
    ...ofKind("failed", failures.length > 0 ? ["the preview failed"] : []),
    ...ofKind("failed", [...notUnderstood, ...declaredTwice(changes, quote)]),
    ...differences.map((difference) => ({ kind: "approval" as const, ...difference })),
    ...(limits.failOnCharges && past
      ? ofKind("charges", [...objectionsTo(past, quote), ...about((change) => unknownIn(past, change, quote))])
      : []),
    ...ofKind("unbounded", limits.requireSpendLimit ? about((change) => unboundedIn(change, review, quote)) : []),
    ...ofKind("delete", limits.failOnDelete ? about((change) => deletionIn(change, changes, quote)) : []),
    ...ofKind(
      "increase",
      about((change) => increasesIn(change, changes, limits)),
    ),
    ...ofKind("change", limits.failOnChange && isChanged ? ["auto top-up would change"] : []),
  ];
}

/** The exit code of the most serious finding. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return EXIT[findings[0]?.kind ?? "ok"];
}

// Whatever the values: one config cannot be two resources, and deleting either would switch the other one off.
function declaredTwice(changes: readonly Change[], quote: Quote): readonly string[] {
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
      return `account ${quote(account)} is declared by ${shown.map(quote).join(" and ")}: keep one of them`;
    });
}

function deletionIn(change: Change, plan: readonly Change[], quote: Quote): readonly Objection[] {
  const end = switchOffOf(change, plan);
  if (end === null) return [];
  const heir = guardOf(change, plan);
  const texts = {
    off: "auto top-up would be switched off",
    unknown: "the plan does not show whether auto top-up stays on",
    guarded: heir === null ? "" : describeGuard(change, heir, quote),
  };
  return [[change.before, texts[end]]];
}

function unboundedIn(change: Change, { bounds }: Review, quote: Quote): readonly Objection[] {
  const found = chargingIn(change).map((terms) => ({ terms, bound: boundOf(terms, bounds, quote) }));
  return found.flatMap(({ terms, bound }) => (bound.isBounded ? [] : [[terms, bound.text] as const]));
}

function increasesIn(change: Change, plan: readonly Change[], limits: Limits): readonly Objection[] {
  const texts = risesOf(change, plan).flatMap((rise) => objectionTo(rise, limits) ?? []);
  return texts.map((text) => [change.after, text]);
}

function objectionTo({ name, from, to }: Rise, { maxIncrease, maxIncreasePercent }: Limits): string | null {
  if (maxIncrease === null && maxIncreasePercent === null) return null;
  const [before, after] = [known(from), known(to)];
  if (before === null || after === null) return `the plan does not show '${name}', so its increase cannot be judged`;
  const rise = `'${name}' would rise by ${formatUsd(after - before)}, from ${formatUsd(before)} to ${formatUsd(after)}`;
  if (maxIncrease !== null && after - before > maxIncrease) return `${rise}; the limit is ${formatUsd(maxIncrease)}`;
  const allowed = maxIncreasePercent === null ? Number.POSITIVE_INFINITY : (before * maxIncreasePercent) / 100;
  return after - before > allowed ? `${rise}; the limit is ${maxIncreasePercent} %` : null;
}

function objectionsTo({ alarms, asOf, isJudged, staleness }: Past, quote: Quote): readonly string[] {
  return [
    ...(staleness === null ? [] : [`the file for --charges of ${asOf} ${staleness}: let topup-watch save it anew`]),
    ...(isJudged ? [] : [UNJUDGED]),
    ...alarms.map(({ accountId, message }) => `account ${quote(accountId)}: ${quote(message)}`),
  ];
}

const UNJUDGED =
  "the file for --charges was made without a limit, so it can hold no alarm: give topup-watch --max-charges, --max-failed or --max-usd";

function unknownIn(past: Past, { kind, before, after }: Change, quote: Quote): readonly Objection[] {
  if (kind === "same" || kind === "release") return [];
  const terms = after ?? before;
  if (!pastIn(past, terms)) return [[terms, UNKNOWN_CHARGES]];
  const account = terms && known(terms.accountId);
  return past.unknowns.flatMap(({ accountId, message }) => (accountId === account ? [[terms, quote(message)]] : []));
}
