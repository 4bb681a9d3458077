// A report as text for a terminal or a CI log, as Markdown for the summary of a CI job, and as JSON for other tools. Reads and judges nothing.
import { counted, markdownBlocks, markdownList, markdownTable, plain, quoteMarkdown } from "../command/safeText";
import { chargesSince, SPANS, totalSince } from "../topup/charges";
import { exitCodeOf, type Finding, type Limit } from "./gate";
import type { AccountCharges, Report } from "./report";
import { describeAmount, describeAmounts, describeDate, describeStatus, describeTotal, UNIT } from "./sentences";

/** @param since from when on each charge has a line of its own, in milliseconds since 1970. */
export function asText(report: Report, findings: readonly Finding[], since: number): string {
  const lines = [
    `Auto top-up charges as of ${describeDate(new Date(report.now).toISOString())}. ${UNIT}`,
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
    `  account ${accountId}: ${totals.map(({ total, span }) => describeTotal(total, span)).join("; ")}`,
    ...(failed > 0 ? [`    ${counted(failed, "failed attempt")} in 30 days, not counted as charges`] : []),
    ...chargesSince(history, since).map((charge) => {
      const { date, amount, currency, id } = charge;
      const facts = [describeDate(date), describeAmount(amount, currency), describeStatus(charge)];
      return `    ${[...facts, ...(id === null ? [] : [id])].map(plain).join("  ")}`;
    }),
  ];
}

/** @param since from when on each charge has a row of its own, in milliseconds since 1970. */
export function asMarkdown(report: Report, findings: readonly Finding[], since: number): string {
  return markdownBlocks([
    "### Cloudflare AI Gateway auto top-up: charges",
    markdownList(findings.map(findingItem)),
    markdownTable(
      ["account", "24 hours", "7 days", "30 days", "failed in 30 days"],
      report.accounts.map((account) => totalsRow(account, report.now)),
    ),
    markdownTable(
      ["date", "account", "charge", "status"],
      report.accounts.flatMap((account) => chargeRows(account, since)),
    ),
    `As of ${describeDate(new Date(report.now).toISOString())}. ${UNIT}`,
  ]);
}

function findingItem({ kind, accountId, message }: Finding): string {
  const label = kind === "alarm" ? ":rotating_light: Alarm" : ":grey_question: Unknown";
  return `${label}: account ${quoteMarkdown(accountId)}: ${quoteMarkdown(message)}`;
}

function totalsRow({ accountId, history }: AccountCharges, now: number): string[] {
  if (history === null) return [quoteMarkdown(accountId), ...Array<string>(4).fill("unknown")];
  const totals = SPANS.map(({ ms }) => totalSince(history, now - ms));
  const cells = totals.map((total) => {
    const amounts = describeAmounts(total);
    const atLeast = total.isAtLeast || total.lacksSums ? "at least " : "";
    return `${atLeast}${total.charges}${amounts === "" ? "" : `, ${quoteMarkdown(amounts)}`}`;
  });
  return [quoteMarkdown(accountId), ...cells, String(totals.at(-1)?.failedAttempts ?? 0)];
}

function chargeRows({ accountId, history }: AccountCharges, since: number): string[][] {
  if (history === null) return [];
  return chargesSince(history, since).map((charge) => [
    describeDate(charge.date),
    quoteMarkdown(accountId),
    quoteMarkdown(describeAmount(charge.amount, charge.currency)),
    quoteMarkdown(describeStatus(charge)),
  ]);
}

/**
 * One document, which `topup-review --charges` reads as well. Its shape is an interface: `format` changes if it ever breaks. Amounts are
 * Cloudflare's numbers as they are.
 *
 * @param since from when on each charge is listed, in milliseconds since 1970.
 * @param limits that the findings come from; without any, no finding is an alarm.
 */
export function asJson(report: Report, findings: readonly Finding[], since: number, limits: readonly Limit[]): string {
  const document = {
    format: 1,
    asOf: new Date(report.now).toISOString(),
    unit: UNIT,
    accounts: report.accounts.map((account) => accountJson(account, report.now, since)),
    isJudged: limits.length > 0,
    findings,
    exitCode: exitCodeOf(findings),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function accountJson({ accountId, history, problem }: AccountCharges, now: number, since: number) {
  if (history === null) return { accountId, problem, isWhole: false, totals: null, charges: [] };
  const totals = Object.fromEntries(SPANS.map(({ text, ms }) => [text, totalSince(history, now - ms)]));
  return { accountId, problem, isWhole: history.isWhole, totals, charges: chargesSince(history, since) };
}
