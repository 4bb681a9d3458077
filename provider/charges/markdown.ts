// Owns the report as Markdown, for the summary of a CI job. It must not know how the report came about.
import { quoteMarkdown } from "../review/markdown";
import type { Finding } from "./gate";
import type { AccountCharges, Report } from "./report";
import { SPANS } from "./spans";
import { chargesSince, totalSince } from "./totals";
import { dateInWords, statusInWords, sumInWords, sumsInWords, UNIT } from "./words";

/** What a summary has room for; the rest is counted. */
const MOST_ROWS = 100;

/** @param since from when on each charge has a row of its own, in milliseconds since 1970. */
export function asMarkdown(report: Report, findings: readonly Finding[], since: number): string {
  const blocks = [
    "### Cloudflare AI Gateway auto top-up: charges",
    findings.map((finding) => `- ${findingLine(finding)}`).join("\n"),
    table(
      ["account", "24 hours", "7 days", "30 days", "failed in 30 days"],
      report.accounts.map((account) => totalsRow(account, report.now)),
    ),
    table(
      ["date", "account", "charge", "status"],
      report.accounts.flatMap((account) => chargeRows(account, since)),
    ),
    `As of ${dateInWords({ date: new Date(report.now).toISOString() })}. ${UNIT}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function findingLine({ kind, accountId, message }: Finding): string {
  const icon = kind === "alarm" ? ":rotating_light: Alarm" : ":grey_question: Unknown";
  return `${icon}: account ${quoteMarkdown(accountId)}: ${quoteMarkdown(message)}`;
}

function totalsRow({ accountId, history }: AccountCharges, now: number): string[] {
  if (history === null) return [quoteMarkdown(accountId), "not known", "not known", "not known", "not known"];
  const totals = SPANS.map(({ ms }) => totalSince(history, now - ms));
  const cells = totals.map((total) => {
    const amounts = sumsInWords(total);
    const atLeast = total.isAtLeast || total.lacksSums ? "at least " : "";
    return `${atLeast}${total.charges}${amounts === "" ? "" : `, ${quoteMarkdown(amounts)}`}`;
  });
  return [quoteMarkdown(accountId), ...cells, String(totals.at(-1)?.failedAttempts ?? 0)];
}

function chargeRows({ accountId, history }: AccountCharges, since: number): string[][] {
  if (history === null) return [];
  return chargesSince(history, since).map((charge) => [
    dateInWords(charge),
    quoteMarkdown(accountId),
    quoteMarkdown(sumInWords(charge.amount, charge.currency)),
    quoteMarkdown(statusInWords(charge)),
  ]);
}

function table(head: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const left = rows.length - MOST_ROWS;
  const more = left > 0 ? ["", `and ${left} more`] : [];
  return [line(head), line(head.map(() => "---")), ...rows.slice(0, MOST_ROWS).map(line), ...more].join("\n");
}
