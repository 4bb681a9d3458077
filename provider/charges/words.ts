// Owns the sentences about charges. It must not know the format they are printed in. Amounts are never called dollars without UNIT beside
// them: Cloudflare documents no unit.
import type { Charge } from "../cloudflare/invoices";
import { formatUsd } from "../topup/money";
import { type Span, spanInWords } from "./spans";
import type { Total } from "./totals";

/** Stands wherever a sum is shown in dollars. */
export const UNIT = "Cloudflare documents no unit for these amounts: dollars are its numbers read as US cents.";

/** `at least 12 charges, $600.00 in 24 hours`. */
export function totalInWords(total: Total, span: Span): string {
  const { charges, isAtLeast, lacksSums } = total;
  if (charges === 0) return `${isAtLeast ? "no charges known" : "no charges"} in ${spanInWords(span)}`;
  const count = `${isAtLeast ? "at least " : ""}${counted(charges, "charge")}`;
  const amounts = sumsInWords(total);
  if (amounts === "") return `${count}, of amounts that are not known, in ${spanInWords(span)}`;
  return `${count}, ${lacksSums ? "at least " : ""}${amounts} in ${spanInWords(span)}`;
}

/** The amounts of all currencies; empty where there is none. */
export function sumsInWords({ amounts }: Pick<Total, "amounts">): string {
  return Object.entries(amounts)
    .map(([currency, sum]) => sumInWords(sum, currency === "unknown" ? null : currency))
    .join(" and ");
}

/** `$50.00`; in any other currency, or in none, Cloudflare's number as it is. */
export function sumInWords(sum: number | null, currency: string | null): string {
  if (sum === null) return "a sum that is not known";
  if (currency === "usd") return formatUsd(sum);
  return currency === null ? `${sum} (no currency)` : `${sum} ${currency.toUpperCase()} (as reported)`;
}

/** `2026-11-25 18:58 UTC`. */
export function dateInWords({ date }: Pick<Charge, "date">): string {
  return date === null ? "no date" : `${date.slice(0, 16).replace("T", " ")} UTC`;
}

/** `paid`, or what became of an attempt. */
export function statusInWords({ status, outcome }: Charge): string {
  const words = status ?? "no status";
  return outcome === "failed" ? `FAILED (${words})` : words;
}

/** `1 charge`, `2 charges`. */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
