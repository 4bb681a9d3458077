// How charges read in a sentence, whatever the format; topup-watch's reports and findings are made of them. No amount is called dollars without
// UNIT in the same report: Cloudflare documents no unit.
import type { Charge } from "../cloudflare/invoices";
import { counted, plain } from "../command/print";
import { type Bounds, describeSpan, type Span, type Tally } from "../topup/charges";
import { formatUsd } from "../topup/money";

export const UNIT = "Cloudflare documents no unit for what was charged; dollars are its numbers read as US cents.";

/** `at least 12, at most 40 charges, at least $600.00 in 24 hours`. */
export function describeTally(tally: Tally, span: Span): string {
  const { least, most } = tally.charges;
  const amounts = describeAmounts(tally);
  const sum =
    amounts === "" ? (least > 0 ? " of unknown amount" : "") : `, ${isPartial(tally) ? "at least " : ""}${amounts}`;
  if (least + (most ?? 1) === 0) return `no charges in ${describeSpan(span)}`;
  if (least === 0 && most === null) return `no charges known in ${describeSpan(span)}`;
  return `${describeBounds(tally.charges, "charge")}${sum} in ${describeSpan(span)}`;
}

/** `2 charges`, `at least 2 charges`, `at least 2, at most 5 charges`. */
export function describeBounds({ least, most }: Bounds, what: string): string {
  if (most === least) return counted(least, what);
  return most === null ? `at least ${counted(least, what)}` : `at least ${least}, at most ${counted(most, what)}`;
}

/** The amounts of all currencies; empty if there is none. */
export function describeAmounts({ amounts }: Pick<Tally, "amounts">): string {
  return Object.entries(amounts)
    .map(([currency, amount]) => describeAmount(amount, currency === "unknown" ? null : currency))
    .join(" and ");
}

/** `$50.00`; in any other currency, or in none, Cloudflare's number as it is. */
export function describeAmount(amount: number | null, currency: string | null): string {
  if (amount === null) return "unknown amount";
  if (currency === "usd") return formatUsd(amount);
  return currency === null ? `${amount} (no currency)` : `${amount} ${plain(currency.toUpperCase())} (as reported)`;
}

/** `2026-11-25 18:58 UTC`. */
export function describeDate(date: string | null): string {
  return date === null ? "no date" : `${date.slice(0, 16).replace("T", " ")} UTC`;
}

/** `paid`, or what became of an attempt. */
export function describeStatus({ status, outcome, failedAttempts }: Charge): string {
  const shown = status ?? "no status";
  const attempts = failedAttempts !== null && failedAttempts > 1 ? ` ${failedAttempts} times` : "";
  if (outcome === "failed") return `FAILED${attempts} (${shown})`;
  return failedAttempts ? `${shown} after ${counted(failedAttempts, "failed attempt")}` : shown;
}

function isPartial({ charges, lacksSums }: Tally): boolean {
  return lacksSums || charges.most !== charges.least;
}
