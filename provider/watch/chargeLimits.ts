// Judges what accounts were charged by the limits of the command line: what is within them, what is an alarm, and what cannot be judged.
// topup-watch's second half.
import type { ChargeHistory } from "../cloudflare/invoices";
import { counted } from "../command/safeText";
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

const STOP = "to stop the charges, declare 'enabled: false' and run 'pulumi up'; then find what uses up the credits";
const REPAIR =
  "repair the payment method, or declare 'enabled: false' and run 'pulumi up', before the card's bank blocks it";

function judge(history: ChargeHistory, limit: Limit, since: number): Omit<Finding, "accountId" | "about"> | null {
  const { bounds, missing } = boundsOf(tallySince(history, since), limit.kind);
  const noun = limit.kind === "failed" ? "failed attempt" : "charge";
  const show = (value: number) => (limit.kind === "usd" ? formatUsd(value) : counted(value, noun));
  const rule = `in ${describeSpan(limit.span)}; the limit is ${show(limit.most)}`;
  if (bounds.least > limit.most) {
    const begin = beginOf(history, limit.kind, since);
    const more = bounds.most === bounds.least ? "" : "at least ";
    return {
      kind: "alarm",
      message: `${more}${show(bounds.least)} ${rule}${begin}: ${limit.kind === "failed" ? REPAIR : STOP}`,
    };
  }
  if (bounds.most !== null && bounds.most <= limit.most) return null;
  const known =
    bounds.most === null ? `${show(bounds.least)} known` : `at least ${bounds.least}, at most ${show(bounds.most)}`;
  return { kind: "unknown", message: `${known} ${rule}, and ${missing}: see the dashboard's invoices` };
}

const PARTLY = "Cloudflare lists only a part, or does not say when or how often";

function boundsOf(tally: Tally, kind: Limit["kind"]): { bounds: Bounds; missing: string } {
  if (kind !== "usd") return { bounds: kind === "failed" ? tally.failedAttempts : tally.charges, missing: PARTLY };
  const { usd: least = 0, ...others } = tally.amounts;
  const isPart = tally.charges.most !== tally.charges.least;
  const lacks = tally.lacksSums ? "some charges have no readable amount" : null;
  const missing = isPart
    ? PARTLY
    : (lacks ?? (Object.keys(others).length > 0 ? "some charges are not in dollars" : null));
  return { bounds: { least, most: missing === null ? least : null }, missing: missing ?? "" };
}

/** Since when, as far as what exceeds the limit has dates. */
function beginOf(history: ChargeHistory, kind: Limit["kind"], since: number): string {
  const outcomes = chargesSince(history, since).filter(({ date, outcome, failedAttempts }) =>
    date === null ? false : kind === "failed" ? outcome === "failed" || failedAttempts : outcome === "charged",
  );
  const first = outcomes.at(-1)?.date ?? null;
  return first === null ? "" : `, since ${describeDate(first)}`;
}
