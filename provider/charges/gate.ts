// Judges a report by the limits of the command line: what is within them, what is an alarm, what is not known, and the exit code for each.
// Knows no format. What is not known is never taken for within the limits.
import { counted } from "../command/safeText";
import { describeSpan, type Span, type Total, totalSince } from "../topup/charges";
import { formatUsd } from "../topup/money";
import type { AccountCharges, Report } from "./report";

/** The most that each account may be charged in a span of time: a number of charges, or US cents. */
export interface Limit {
  readonly kind: "charges" | "usd";
  readonly most: number;
  readonly span: Span;
}

/** The process's exit codes. */
export const EXIT = { ok: 0, error: 1, usage: 2, unknown: 3, alarm: 4 } as const;

/** One limit that is exceeded or cannot be judged, or an account that could not be read. */
export interface Finding {
  readonly kind: "alarm" | "unknown";
  readonly accountId: string;
  readonly message: string;
}

/** Alarms first. An account that could not be read is unknown, with or without limits. */
export function findingsOf({ now, accounts }: Report, limits: readonly Limit[]): readonly Finding[] {
  const found = accounts.flatMap((account) => findingsIn(account, limits, now));
  return [...found.filter(({ kind }) => kind === "alarm"), ...found.filter(({ kind }) => kind === "unknown")];
}

/** The exit code of the most serious finding. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return EXIT[findings[0]?.kind ?? "ok"];
}

function findingsIn({ accountId, history, problem }: AccountCharges, limits: readonly Limit[], now: number) {
  if (history === null) return [{ kind: "unknown" as const, accountId, message: problem }];
  return limits.flatMap((limit) => {
    const found = judge(totalSince(history, now - limit.span.ms), limit);
    return found === null ? [] : [{ ...found, accountId }];
  });
}

function judge(total: Total, limit: Limit): Omit<Finding, "accountId"> | null {
  const { known, missing } = limit.kind === "charges" ? countIn(total) : dollarsIn(total);
  const show = (value: number) => (limit.kind === "charges" ? counted(value, "charge") : formatUsd(value));
  const span = describeSpan(limit.span);
  if (known > limit.most) {
    const facts = `${missing === null ? "" : "at least "}${show(known)} in ${span}; the limit is ${show(limit.most)}`;
    return { kind: "alarm", message: facts };
  }
  if (missing === null) return null;
  const facts = `${show(known)} known in ${span}, and ${missing}; the limit is ${show(limit.most)}`;
  return { kind: "unknown", message: facts };
}

/** What is known, and what keeps it from being all; null where nothing does. */
interface Known {
  readonly known: number;
  readonly missing: string | null;
}

function countIn({ charges, isAtLeast }: Total): Known {
  return { known: charges, missing: isAtLeast ? THERE_MAY_BE_MORE : null };
}

function dollarsIn({ amounts, isAtLeast, lacksSums }: Total): Known {
  const { usd = 0, ...others } = amounts;
  if (isAtLeast) return { known: usd, missing: THERE_MAY_BE_MORE };
  if (lacksSums) return { known: usd, missing: "some charges have no amount" };
  return { known: usd, missing: Object.keys(others).length > 0 ? "some charges are not in dollars" : null };
}

const THERE_MAY_BE_MORE = "there may be more";
