// The charges of 30 days as a Mermaid chart, which GitHub and GitLab draw in a job's summary. topup-watch's Markdown ends with it.
import type { ChargeHistory } from "../cloudflare/invoices";
import { chargesSince } from "../topup/charges";

const DAYS = 30;
const DAY = 86_400_000;

/** A bar for each day in UTC: a number of charges needs no unit. Empty without any charge that has a date. */
export function chargeChart(histories: readonly ChargeHistory[], now: number): string {
  const days = Array.from({ length: DAYS }, (_, index) => dayOf(now - (DAYS - 1 - index) * DAY));
  const counts = new Map(days.map((day) => [day, 0]));
  for (const history of histories) {
    for (const { date, outcome } of chargesSince(history, now - DAYS * DAY)) {
      const day = date?.slice(0, 10) ?? "";
      const count = counts.get(day);
      if (outcome === "charged" && count !== undefined) counts.set(day, count + 1);
    }
  }
  const most = Math.max(...counts.values());
  if (most === 0) return "";
  return [
    "```mermaid",
    "xychart-beta",
    `  title "Charges a day, ${days[0]} to ${days.at(-1)} (UTC)"`,
    `  x-axis [${days.map((day) => `"${Number(day.slice(8))}"`).join(", ")}]`,
    `  y-axis "charges" 0 --> ${most}`,
    `  bar [${[...counts.values()].join(", ")}]`,
    "```",
  ].join("\n");
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
