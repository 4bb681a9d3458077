// How charges read in a sentence, whatever the format. No amount is called dollars without UNIT in the same report: Cloudflare documents no unit.
import type { Charge } from "../cloudflare/invoices";
import { counted, plain } from "../command/safeText";
import { describeSpan, type Span, type Total } from "../topup/charges";
import { formatUsd } from "../topup/money";

export const UNIT = "Cloudflare documents no unit for these amounts; dollars are its numbers read as US cents.";

/** `at least 12 charges, $600.00 in 24 hours`. */
export function describeTotal(total: Total, span: Span): string {
  const { charges, isAtLeast, lacksSums } = total;
  if (charges === 0) return `${isAtLeast ? "no charges known" : "no charges"} in ${describeSpan(span)}`;
  const count = `${isAtLeast ? "at least " : ""}${counted(charges, "charge")}`;
  const amounts = describeAmounts(total);
  if (amounts === "") return `${count} of unknown amount in ${describeSpan(span)}`;
  return `${count}, ${lacksSums ? "at least " : ""}${amounts} in ${describeSpan(span)}`;
}

/** The amounts of all currencies; empty where there is none. */
export function describeAmounts({ amounts }: Pick<Total, "amounts">): string {
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
export function describeStatus({ status, outcome }: Charge): string {
  const shown = status ?? "no status";
  return outcome === "failed" ? `FAILED (${shown})` : shown;
}
