// Judges what accounts were charged by the limits of the command line: what is within them, what is an alarm, and what cannot be judged.
// topup-watch's second half.
import type { ChargeHistory } from "../cloudflare/invoices";
import { counted } from "../command/print";
import { type Bounds, chargesSince, describeSpan, type Span, type Tally, tallySince } from "../topup/charges";
import { formatUsd } from "../topup/money";
import type { Readings } from "./accountReadings";
import { describeDate } from "./chargeWords";
import type { Finding } from "./findings";

/** The most that may happen to each account in a span of time: a number of charges, of failed attempts, or US cents. */
export interface Limit {
  readonly kind: "charges" | "failed" | "usd";
  readonly most: number;
  readonly span: Span;
}

/** An account whose charges could not be read is unknown, with or without limits. */
export function chargeFindings({ now, accounts }: Readings, limits: readonly Limit[]): readonly Finding[] {
  return accounts.flatMap(({ accountId, history: { value: history, problem } }) => {
    if (history === null) return [{ kind: "unknown" as const, about: "charges" as const, accountId, message: problem }];
    return limits.flatMap((limit) => {
      const found = judge(history, limit, now - limit.span.ms);
      return found === null ? [] : [{ ...found, about: "charges" as const, accountId }];
    });
  });
}

const SHOW: Readonly<Record<Limit["kind"], (value: number) => string>> = {
  charges: (value) => counted(value, "charge"),
  failed: (value) => counted(value, "failed attempt"),
  usd: formatUsd,
};
const ADVICE: Readonly<Record<Limit["kind"], string>> = {
  charges: "to stop the charges, declare 'enabled: false' and run 'pulumi up'; then find what uses up the credits",
  failed:
    "repair the payment method, or declare 'enabled: false' and run 'pulumi up', before the card's bank blocks it",
  usd: "to stop the charges, declare 'enabled: false' and run 'pulumi up'; then find what uses up the credits",
};

function judge(history: ChargeHistory, limit: Limit, since: number): Omit<Finding, "accountId" | "about"> | null {
  const { bounds, missing } = boundsOf(tallySince(history, since), limit.kind);
  const show = SHOW[limit.kind];
  const rule = `in ${describeSpan(limit.span)}; the limit is ${show(limit.most)}`;
  if (bounds.least > limit.most) {
    const begin = beginOf(history, limit.kind, since);
    const more = bounds.most === bounds.least ? "" : "at least ";
    return { kind: "alarm", message: `${more}${show(bounds.least)} ${rule}${begin}: ${ADVICE[limit.kind]}` };
  }
  if (bounds.most !== null && bounds.most <= limit.most) return null;
  const known =
    bounds.most === null ? `${show(bounds.least)} known` : `at least ${bounds.least}, at most ${show(bounds.most)}`;
  return { kind: "unknown", message: `${known} ${rule}, and ${missing}: see the dashboard's invoices` };
}

function boundsOf(tally: Tally, kind: Limit["kind"]): { bounds: Bounds; missing: string } {
  if (kind === "charges")
    return { bounds: tally.charges, missing: "Cloudflare lists only a part, or not when each was" };
  if (kind === "failed") {
    return {
      bounds: tally.failedAttempts,
      missing: "Cloudflare lists only a part, or not how often and when the card was asked",
    };
  }
  const { usd: least = 0, ...others } = tally.amounts;
  const missing =
    tally.charges.most !== tally.charges.least
      ? "there may be more"
      : tally.lacksSums
        ? "some charges have no readable amount"
        : Object.keys(others).length > 0
          ? "some charges are not in dollars"
          : "";
  return { bounds: { least, most: missing === "" ? least : null }, missing };
}

/** Since when, as far as what exceeds the limit has dates. */
function beginOf(history: ChargeHistory, kind: Limit["kind"], since: number): string {
  const outcomes = chargesSince(history, since).filter(({ date, outcome, failedAttempts }) =>
    date === null ? false : kind === "failed" ? outcome === "failed" || failedAttempts : outcome === "charged",
  );
  const first = outcomes.at(-1)?.date ?? null;
  return first === null ? "" : `, since ${describeDate(first)}`;
}
