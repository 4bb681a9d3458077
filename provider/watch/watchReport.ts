// What topup-watch found, as text for a terminal or a CI log, as Markdown for the summary of a CI job, and as JSON for other tools. watch.ts
// prints one of them at its end.
import type { ChargeHistory } from "../cloudflare/invoices";
import { counted, markdownBlocks, markdownList, markdownTable, plain, quoteMarkdown } from "../command/safeText";
import { chargesSince, DAY, describeSpan, SPANS, tallySince, totalSince } from "../topup/charges";
import { cardCharge, formatUsd } from "../topup/money";
import type { AccountReading, Readings } from "./accountReadings";
import { describeConfig, type Limit } from "./alarms";
import * as words from "./chargeWords";
import { exitCodeOf, type Finding } from "./findings";
import type { StackState } from "./stackState";

export interface WatchReport {
  readonly readings: Readings;
  /** Null if the accounts were named, and so are compared with nothing. */
  readonly state: StackState | null;
  /** The most serious first. */
  readonly findings: readonly Finding[];
  /** What the charges were judged by. */
  readonly limits: readonly Limit[];
}

const UNITS = `What the card pays is the credits and Cloudflare's fee of 5%, before taxes. ${words.UNIT}`;

/** How far back each charge is listed. */
const LISTED = 30 * DAY;

export function asText(report: WatchReport): string {
  const lines = [
    headOf(report),
    ...report.findings.map((finding) => `  ${finding.kind}: ${aboutOf(finding, plain)}${plain(finding.message)}`),
    ...report.readings.accounts.flatMap((account) => accountLines(account, report)),
    UNITS,
  ];
  return `${lines.join("\n")}\n`;
}

function accountLines(reading: AccountReading, { readings, state }: WatchReport): string[] {
  const { accountId, history } = reading;
  const names = namesIn(state, accountId).map((name) => `'${plain(name)}'`);
  const head = `  account ${accountId}${names.length > 0 ? ` (${names.join(", ")})` : ""}: ${setOf(reading)}`;
  if (history.value === null) return [head];
  const totals = totalsOf(history.value, readings.now);
  const lines = [totals.map(({ tally, span }) => `${words.describeTally(tally)} in ${describeSpan(span)}`).join("; ")];
  const failed = totals.at(-1)?.tally.failedAttempts;
  if (failed?.least) lines.push(`${words.describeBounds(failed, "failed attempt")} in 30 days, not counted as charges`);
  for (const charge of chargesSince(history.value, readings.now - LISTED)) {
    const sum = words.describeAmount(charge.amount, charge.currency);
    const facts = [words.describeDate(charge.date), sum, words.describeStatus(charge), charge.id ?? ""];
    lines.push(facts.map(plain).join("  ").trimEnd());
  }
  return [head, ...lines.map((line) => `    ${line}`)];
}

function totalsOf(history: ChargeHistory, now: number) {
  return SPANS.map((span) => ({ span, tally: tallySince(history, now - span.ms) }));
}

export function asMarkdown(report: WatchReport): string {
  const { readings, findings } = report;
  const icons = { alarm: ":rotating_light: Alarm", unknown: ":grey_question: Unknown" };
  return markdownBlocks([
    "### Cloudflare AI Gateway auto top-up",
    headOf(report),
    markdownList(
      findings.map((one) => `${icons[one.kind]}: ${aboutOf(one, quoteMarkdown)}${quoteMarkdown(one.message)}`),
    ),
    markdownTable(
      ["account", "resource", "set", "24 hours", "7 days", "30 days", "failed in 30 days"],
      readings.accounts.map((account) => accountRow(account, report)),
    ),
    words.chargeChart(
      readings.accounts.flatMap(({ history }) => history.value ?? []),
      readings.now,
    ),
    UNITS,
  ]);
}

function accountRow(reading: AccountReading, { readings, state }: WatchReport): string[] {
  const { accountId, history } = reading;
  const head = [quoteMarkdown(accountId), namesIn(state, accountId).map(quoteMarkdown).join(", "), setOf(reading)];
  if (history.value === null) return [...head, ...Array<string>(4).fill("unknown")];
  const tallies = totalsOf(history.value, readings.now).map(({ tally }) => tally);
  const failed = String(tallies.at(-1)?.failedAttempts.least ?? 0);
  return [...head, ...tallies.map(words.describeTally).map(quoteMarkdown), failed];
}

/**
 * One document, which `topup-review --charges` reads as well. Its shape is an interface: `format` changes if it ever breaks. What was charged
 * is Cloudflare's numbers as they are.
 */
export function asJson(report: WatchReport): string {
  const { readings, findings, limits } = report;
  const document = {
    format: 1,
    asOf: new Date(readings.now).toISOString(),
    unit: words.UNIT,
    accounts: readings.accounts.map((account) => accountJson(account, report)),
    isJudged: limits.length > 0,
    findings,
    exitCode: exitCodeOf(findings),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function accountJson({ accountId, config, history }: AccountReading, { readings, state }: WatchReport) {
  const { value } = history;
  return {
    accountId,
    resources: namesIn(state, accountId),
    isOn: config.value && config.value.amounts !== null,
    set: config.value?.amounts ?? null,
    health: config.value?.health ?? null,
    configProblem: config.problem,
    problem: history.problem,
    isWhole: value?.isWhole ?? false,
    totals: value && Object.fromEntries(SPANS.map(({ text, ms }) => [text, totalSince(value, readings.now - ms)])),
    charges: value === null ? [] : chargesSince(value, readings.now - LISTED),
  };
}

function headOf({ readings: { now, accounts }, findings }: WatchReport): string {
  const number = (wanted: Finding["kind"]) => findings.filter(({ kind }) => kind === wanted).length;
  const found = `${counted(number("alarm"), "alarm")}, ${number("unknown")} unknown`;
  return `${counted(accounts.length, "account")} as of ${words.describeDate(new Date(now).toISOString())}: ${found}.`;
}

function aboutOf({ accountId }: Finding, quote: (text: string) => string): string {
  return accountId === null ? "" : `account ${quote(accountId)}: `;
}

function namesIn(state: StackState | null, accountId: string): readonly string[] {
  return state?.entries.filter((entry) => entry.accountId === accountId).map(({ name }) => name) ?? [];
}

function setOf({ config }: AccountReading): string {
  if (config.value === null) return "what is set is not known";
  const { amounts } = config.value;
  const card = amounts && `; the card pays ${formatUsd(cardCharge(amounts.amount))} each time`;
  return `${describeConfig(amounts)}${card ?? ""}`;
}
