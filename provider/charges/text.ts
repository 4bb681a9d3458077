// Owns the report as plain text, for a terminal or a CI log. It must not know how the report came about.
import { plain } from "../review/plain";
import type { Finding } from "./gate";
import type { AccountCharges, Report } from "./report";
import { SPANS } from "./spans";
import { chargesSince, totalSince } from "./totals";
import { counted, dateInWords, statusInWords, sumInWords, totalInWords, UNIT } from "./words";

/** @param since from when on each charge has a line of its own, in milliseconds since 1970. */
export function asText(report: Report, findings: readonly Finding[], since: number): string {
  const lines = [
    `Auto top-up charges as of ${dateInWords({ date: new Date(report.now).toISOString() })}. ${UNIT}`,
    ...report.accounts.flatMap((account) => accountLines(account, report.now, since)),
    ...findings.map(({ kind, accountId, message }) => `  ${kind}: account ${accountId}: ${plain(message)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function accountLines({ accountId, history }: AccountCharges, now: number, since: number): string[] {
  if (history === null) return [];
  const totals = SPANS.map((span) => ({ span, total: totalSince(history, now - span.ms) }));
  const failed = totals.at(-1)?.total.failedAttempts ?? 0;
  return [
    `  account ${accountId}: ${totals.map(({ total, span }) => totalInWords(total, span)).join("; ")}`,
    ...(failed > 0 ? [`    ${counted(failed, "failed attempt")} in 30 days, not among the charges`] : []),
    ...chargesSince(history, since).map((charge) => {
      const { amount, currency, id } = charge;
      const facts = [dateInWords(charge), plain(sumInWords(amount, currency)), plain(statusInWords(charge))];
      return `    ${[...facts, ...(id === null ? [] : [plain(id)])].join("  ")}`;
    }),
  ];
}
