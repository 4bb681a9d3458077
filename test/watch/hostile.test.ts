// Odd, crafted and very large input for topup-watch, and odd command lines: nothing that is not known passes for fine, and text from elsewhere
// stays text.
import { describe, expect, it } from "@jest/globals";
import { parseChargeHistory } from "../../provider/cloudflare/invoices";
import type { AccountReading } from "../../provider/watch/accountReadings";
import { chargeFindings } from "../../provider/watch/alarms";
import { bySeverity, exitCodeOf } from "../../provider/watch/findings";
import { readStackState } from "../../provider/watch/stackState";
import { readOptions } from "../../provider/watch/watchOptions";
import { asJson, asMarkdown, asText } from "../../provider/watch/watchReport";
import { account, otherAccount } from "../support/core";
import { entry, stateOf } from "./watchCommand";

const now = Date.parse("2026-11-25T12:00:00Z");
const created = now / 1000 - 3600;
const invoice = { id: "in_1", created, amount_paid: 5000, currency: "usd", status: "paid" };
const limits = (...args: string[]) => readOptions([account, ...args]).limits;

function readingOf(invoices: readonly object[], accountId = account): AccountReading {
  const value = parseChargeHistory({ invoices, pagination: { has_more: false } });
  if (value === null) throw new Error("no history");
  return { accountId, config: { value: null, problem: "no answer" }, history: { value, problem: null } };
}
const reportOf = (accounts: readonly AccountReading[], args: readonly string[] = []) => {
  const readings = { now, accounts };
  const findings = bySeverity(chargeFindings(readings, limits(...args)));
  return { readings, state: null, findings, limits: limits(...args) };
};
const judged = (args: readonly string[], ...invoices: object[]) =>
  exitCodeOf(reportOf([readingOf(invoices)], args).findings);

describe("the command line", () => {
  it("names accounts once, in whatever case", () => {
    const { accounts } = readOptions([account, otherAccount.toUpperCase(), otherAccount]);
    expect(accounts).toEqual([account, otherAccount]);
  });

  it("takes several limits, in counts and in dollars", () => {
    const args = "--max-charges 5/24h --max-usd 500.50/30d --max-failed 2/10m --max-charges 9/7d".split(" ");
    expect(limits(...args)).toEqual([
      { kind: "charges", most: 5, span: { text: "24h", ms: 86_400_000 } },
      { kind: "charges", most: 9, span: { text: "7d", ms: 604_800_000 } },
      { kind: "failed", most: 2, span: { text: "10m", ms: 600_000 } },
      { kind: "usd", most: 50_050, span: { text: "30d", ms: 2_592_000_000 } },
    ]);
  });

  it.each([
    ["abc", "32 hexadecimal digits"],
    ["--max-charges 5", "such as 5/24h"],
    ["--max-failed 5.5/24h", "such as 5/24h"],
    ["--max-charges 5/0h", "such as 5/24h"],
    ["--max-usd 5/24h/7d", "such as 500/30d"],
    ["--max-usd -5/24h", "--max-usd"],
    ["--format xml", "'--format' must be"],
    ["--stack-export x.json", "not both"],
    ["--what", "--what"],
  ])("is refused: %s", (args, words) => {
    expect(() => readOptions([account, ...args.split(" ")])).toThrow(words);
  });
});

it("a state with secrets in plain text is read, and nothing else of it is repeated", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: "7000" };
  const state = stateOf([entry(account, { amount: secret, apiToken: { ...secret, plaintext: '"s3cret"' } })]);
  expect(readStackState(state).entries).toMatchObject([{ accountId: account, amount: 7000, hidden: null }]);
  expect(() => readStackState(state.slice(0, -5))).toThrow(/^Expected (?!.*s3cret)/);
});

describe("an invoice", () => {
  it("of a negative amount, in another currency or from the future never passes for within a limit in dollars", () => {
    const dollars = ["--max-usd", "50/24h"];
    for (const odd of [{ amount_paid: -5000, amount_due: -5000 }, { currency: "eur" }, { currency: "" }]) {
      expect(judged(dollars, { ...invoice, ...odd })).toBe(3);
    }
    expect(judged(dollars, { ...invoice, created: created + 86_400 * 365 }, invoice)).toBe(4);
  });

  it("brings in no link, no markup and no command of a CI system, in any format", () => {
    const evil = "x`\\| <img src=y> ##[add-mask]z\n::error::w\u001b[31m";
    const odd = { id: evil, status: evil, currency: evil, invoice_pdf: "https://pay.invalid/1", description: evil };
    const report = reportOf([readingOf([{ ...invoice, ...odd }])]);
    const [text, markdown, json] = [asText(report), asMarkdown(report), asJson(report)];
    expect(text + markdown + json).not.toContain("pay.invalid");
    expect(text + markdown).not.toMatch(/##\[|^\s*::|[^\P{Cc}\n]/mu);
    expect(markdown.replace(/`[^`]*`/g, "")).not.toMatch(/<img|\\/);
  });
});

it("a thousand accounts fit into one summary that says how many it leaves out, the alarm first", () => {
  const accounts = Array.from({ length: 1000 }, (_, index): AccountReading => {
    const accountId = index.toString(16).padStart(32, "0");
    const reading = readingOf([invoice], accountId);
    return index < 999 ? { ...reading, history: { value: null, problem: "no answer" } } : reading;
  });
  const report = reportOf(accounts, ["--max-charges", "0/24h"]);
  expect(exitCodeOf(report.findings)).toBe(4);
  const markdown = asMarkdown(report);
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toMatch(
    /^### .*\n\n1000 accounts as of .*: 1 alarm, 999 unknown.\n\n- :rotating_light: Alarm: account `0+3e7`/,
  );
  expect(markdown.match(/and 900 more, which the text format lists/g)).toHaveLength(2);
});
