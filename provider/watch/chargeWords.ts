// How charges read in a sentence, whatever the format, and look in a chart; topup-watch's reports and findings are made of them. No amount is
// called dollars without UNIT in the same report: Cloudflare documents no unit.
import type { Charge, ChargeHistory } from "../cloudflare/invoices";
import { counted, plain } from "../command/safeText";
import { type Bounds, DAY, type Tally } from "../topup/charges";
import { formatUsd } from "../topup/money";

export const UNIT = "Cloudflare documents no unit for what was charged; dollars are its numbers read as US cents.";

/** `at least 12, at most 40 charges, at least $600.00`. */
export function describeTally({ charges, amounts, lacksSums }: Tally): string {
  const { least, most } = charges;
  if (least === 0 && most === 0) return "no charges";
  if (least === 0 && most === null) return "no charges known";
  const sums = Object.entries(amounts).map(([currency, sum]) =>
    describeAmount(sum, currency === "unknown" ? null : currency),
  );
  const isPart = lacksSums || most !== least;
  const none = least > 0 ? " of unknown amount" : "";
  const sum = sums.length === 0 ? none : `, ${isPart ? "at least " : ""}${sums.join(" and ")}`;
  return `${describeBounds(charges, "charge")}${sum}`;
}

/** `2 charges`, `at least 2 charges`, `at least 2, at most 5 charges`. */
export function describeBounds({ least, most }: Bounds, what: string): string {
  if (most === least) return counted(least, what);
  return most === null ? `at least ${counted(least, what)}` : `at least ${least}, at most ${counted(most, what)}`;
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

const DAYS = 30;

/** The charges of 30 days as a Mermaid chart, which GitHub and GitLab draw: a bar for each day in UTC. Empty without any charge that has a date. */
export function chargeChart(histories: readonly ChargeHistory[], now: number): string {
  const days = Array.from({ length: DAYS }, (_, index) =>
    new Date(now - (DAYS - 1 - index) * DAY).toISOString().slice(0, 10),
  );
  const charged = histories.flatMap(({ charges }) => charges.filter(({ outcome }) => outcome === "charged"));
  const counts = days.map((day) => charged.filter(({ date }) => date?.slice(0, 10) === day).length);
  const most = Math.max(...counts);
  if (most === 0) return "";
  return [
    "```mermaid",
    "xychart-beta",
    `  title "Charges a day, ${days[0]} to ${days.at(-1)} (UTC)"`,
    `  x-axis [${days.map((day) => `"${Number(day.slice(8))}"`).join(", ")}]`,
    `  y-axis "charges" 0 --> ${most}`,
    `  bar [${counts.join(", ")}]`,
    "```",
  ].join("\n");
}
