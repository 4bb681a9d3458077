// What topup-watch found, as text for a terminal or a CI log, as Markdown for the summary of a CI job, and as JSON for other tools. Reads and
// judges nothing.
import { counted, markdownBlocks, markdownList, markdownTable, plain, quoteMarkdown } from "../command/print";
import { chargesSince, SPANS, tallySince, totalSince } from "../topup/charges";
import { cardCharge, formatUsd } from "../topup/money";
import type { AccountReading, Readings } from "./accountReadings";
import { chargeChart } from "./chargeChart";
import type { Limit } from "./chargeLimits";
import {
  describeAmount,
  describeAmounts,
  describeBounds,
  describeDate,
  describeStatus,
  describeTally,
  UNIT,
} from "./chargeWords";
import { describeConfig } from "./configAlarms";
import { exitCodeOf, type Finding } from "./findings";
import type { StackState } from "./stackState";

export interface WatchReport {
  readonly readings: Readings;
  /** Null if the accounts were named, and so are compared with nothing. */
  readonly state: StackState | null;
  /** The most serious first. */
  readonly findings: readonly Finding[];
  /** From when on each charge is listed, in milliseconds since 1970. */
  readonly since: number;
  /** What the charges were judged by. */
  readonly limits: readonly Limit[];
}

const FEE = "What the card pays is the credits and Cloudflare's fee of 5%, before taxes.";

export function asText({ readings, state, findings, since }: WatchReport): string {
  const lines = [
    `Auto top-up as of ${asOf(readings)}: ${summaryOf(readings, findings)}.`,
    ...findings.map(
      ({ kind, accountId, message }) => `  ${kind}: ${accountId ? `account ${accountId}: ` : ""}${plain(message)}`,
    ),
    ...readings.accounts.flatMap((account) => accountLines(account, state, readings.now, since)),
    FEE,
    UNIT,
  ];
  return `${lines.join("\n")}\n`;
}

function accountLines(reading: AccountReading, state: StackState | null, now: number, since: number): string[] {
  const { accountId, config, history } = reading;
  const names = namesIn(state, accountId);
  const by = names.length > 0 ? ` (${names.map((name) => `'${plain(name)}'`).join(", ")})` : "";
  const head = `  account ${accountId}${by}: ${config.value ? `${describeConfig(config.value.amounts)}${cardOf(reading)}` : "what is set is not known"}`;
  if (history.value === null) return [head];
  const tallies = SPANS.map((span) => ({ span, tally: tallySince(history.value, now - span.ms) }));
  const failed = tallies.at(-1)?.tally.failedAttempts;
  return [
    head,
    `    ${tallies.map(({ tally, span }) => describeTally(tally, span)).join("; ")}`,
    ...(failed && failed.least > 0
      ? [`    ${describeBounds(failed, "failed attempt")} in 30 days, not counted as charges`]
      : []),
    ...chargesSince(history.value, since).map((charge) => {
      const facts = [describeDate(charge.date), describeAmount(charge.amount, charge.currency), describeStatus(charge)];
      return `    ${[...facts, charge.id ?? ""].map(plain).join("  ").trimEnd()}`;
    }),
  ];
}

export function asMarkdown({ readings, state, findings, since }: WatchReport): string {
  const { accounts, now } = readings;
  const histories = accounts.flatMap(({ history }) => history.value ?? []);
  return markdownBlocks([
    "### Cloudflare AI Gateway auto top-up",
    `${summaryOf(readings, findings)}, as of ${asOf(readings)}`,
    markdownList(findings.map(findingItem)),
    markdownTable(
      ["account", "resource", "set", "24 hours", "7 days", "30 days", "failed in 30 days"],
      accounts.map((account) => totalsRow(account, state, now)),
    ),
    chargeChart(histories, now),
    markdownTable(
      ["date", "account", "charge", "status"],
      accounts.flatMap((account) => chargeRows(account, since)),
    ),
    `${FEE} ${UNIT}`,
  ]);
}

function findingItem({ kind, accountId, message }: Finding): string {
  const label = kind === "alarm" ? ":rotating_light: Alarm" : ":grey_question: Unknown";
  return `${label}: ${accountId ? `account ${quoteMarkdown(accountId)}: ` : ""}${quoteMarkdown(message)}`;
}

function totalsRow(reading: AccountReading, state: StackState | null, now: number): string[] {
  const { accountId, config, history } = reading;
  const set = config.value ? `${describeConfig(config.value.amounts)}${cardOf(reading)}` : "unknown";
  const head = [quoteMarkdown(accountId), namesIn(state, accountId).map(quoteMarkdown).join(", "), set];
  if (history.value === null) return [...head, ...Array<string>(4).fill("unknown")];
  const tallies = SPANS.map(({ ms }) => tallySince(history.value, now - ms));
  const cells = tallies.map((tally) => {
    const amounts = describeAmounts(tally);
    const atLeast = tally.charges.most !== tally.charges.least || tally.lacksSums ? "at least " : "";
    return `${atLeast}${tally.charges.least}${amounts === "" ? "" : `, ${quoteMarkdown(amounts)}`}`;
  });
  return [...head, ...cells, String(tallies.at(-1)?.failedAttempts.least ?? 0)];
}

function chargeRows({ accountId, history }: AccountReading, since: number): string[][] {
  if (history.value === null) return [];
  return chargesSince(history.value, since).map((charge) => [
    describeDate(charge.date),
    quoteMarkdown(accountId),
    quoteMarkdown(describeAmount(charge.amount, charge.currency)),
    quoteMarkdown(describeStatus(charge)),
  ]);
}

/**
 * One document, which `topup-review --charges` reads as well. Its shape is an interface: `format` changes if it ever breaks. What was charged
 * is Cloudflare's numbers as they are.
 */
export function asJson({ readings, state, findings, since, limits }: WatchReport): string {
  const document = {
    format: 1,
    asOf: new Date(readings.now).toISOString(),
    unit: UNIT,
    accounts: readings.accounts.map((account) => accountJson(account, state, readings.now, since)),
    isJudged: limits.length > 0,
    findings,
    exitCode: exitCodeOf(findings),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function accountJson(
  { accountId, config, history }: AccountReading,
  state: StackState | null,
  now: number,
  since: number,
) {
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
    totals: value && Object.fromEntries(SPANS.map(({ text, ms }) => [text, totalSince(value, now - ms)])),
    charges: value === null ? [] : chargesSince(value, since),
  };
}

function summaryOf({ accounts }: Readings, findings: readonly Finding[]): string {
  const number = (wanted: Finding["kind"]) => findings.filter(({ kind }) => kind === wanted).length;
  return `${counted(accounts.length, "account")} asked about, ${counted(number("alarm"), "alarm")}, ${number("unknown")} unknown`;
}

function namesIn(state: StackState | null, accountId: string): readonly string[] {
  return state?.entries.filter((entry) => entry.accountId === accountId).map(({ name }) => name) ?? [];
}

function cardOf({ config }: AccountReading): string {
  const amounts = config.value?.amounts;
  return amounts ? `; the card pays ${formatUsd(cardCharge(amounts.amount))} each time` : "";
}

function asOf({ now }: Readings): string {
  return describeDate(new Date(now).toISOString());
}
