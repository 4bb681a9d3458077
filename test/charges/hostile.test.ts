// Odd, crafted and very large input for topup-charges: nothing that is not known passes for healthy, and text from elsewhere stays text.
import { describe, expect, it } from "@jest/globals";
import { accountsIn } from "../../provider/charges/accounts";
import { exitCodeOf, findingsOf } from "../../provider/charges/gate";
import { readOptions } from "../../provider/charges/options";
import { asJson, asMarkdown, asText } from "../../provider/charges/print";
import type { AccountCharges, Report } from "../../provider/charges/report";
import { parseChargeHistory } from "../../provider/cloudflare/invoices";
import { account, otherAccount } from "../support/core";

const now = Date.parse("2026-11-25T12:00:00Z");
const created = now / 1000 - 3600;
const pagination = { has_more: false };

function reportOf(invoices: readonly object[], accountId = account): Report {
  const history = parseChargeHistory({ invoices, pagination });
  if (history === null) throw new Error("no history");
  return { now, accounts: [{ accountId, history, problem: null }] };
}
const limits = (...args: string[]) => readOptions([account, ...args], now).limits;
const prints = (report: Report) =>
  [asText, asMarkdown, asJson].map((print) => print(report, findingsOf(report, []), 0, []));

describe("the accounts", () => {
  const urn = "urn:pulumi:dev::p::cloudflare-ai-gateway-billing:index:AutoTopupConfig::one";

  it("are not known where the state does not show one of them, nor are the others enough", () => {
    const resources = [
      { urn, id: account },
      { urn, id: "", inputs: { accountId: { ciphertext: "s3cret" } } },
    ];
    expect(() => accountsIn(JSON.stringify({ deployment: { resources } }))).toThrow("AutoTopupConfig 'one'");
  });

  it("come from an export with secrets in plain text, of which nothing else is read or repeated", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"s3cret"' };
    const state = {
      deployment: { resources: [{ urn, id: account, inputs: { accountId: secret, apiToken: secret } }] },
    };
    expect(accountsIn(JSON.stringify(state))).toEqual([account]);
    const cut = JSON.stringify(state).slice(0, -5);
    expect(() => accountsIn(cut)).toThrow(/^Expected (?!.*s3cret)/);
  });

  it("are those of one stack at a time", () => {
    const state = JSON.stringify({ deployment: { resources: [{ urn, id: account }] } });
    expect(() => accountsIn(`${state}\n${state.replace(account, otherAccount)}`)).toThrow("of one stack");
  });
});

describe("--since", () => {
  it.each(["2030-01-01", "2026-02-30", "2026-11-01T10:00", "2026-11-01 (x)", "-1d", "0d", "1e9d", ""])(
    "refuses %j",
    (since) => {
      expect(() => readOptions([account, `--since=${since}`], now)).toThrow("'--since' must be a past date");
    },
  );

  it.each([
    ["2026-11-25", "2026-11-25T00:00:00Z"],
    ["2026-11-26", "2026-11-26T00:00:00Z"],
    ["2026-11-01T10:00:00+02:00", "2026-11-01T08:00:00Z"],
  ])("takes %s, and the day that has begun in the east", (since, time) => {
    expect(readOptions([account, "--since", since], now).since).toBe(Date.parse(time));
  });
});

describe("an invoice", () => {
  const invoice = { id: "in_1", created, amount_paid: 5000, currency: "usd", status: "paid" };

  it("that is listed twice counts once, and twice where anything differs or it has no id", () => {
    const judged = (...invoices: object[]) =>
      exitCodeOf(findingsOf(reportOf(invoices), limits("--max-charges", "1/24h")));
    expect(judged(invoice, { ...invoice })).toBe(0);
    expect(judged(invoice, { ...invoice, amount_paid: 5001 })).toBe(4);
    expect(judged({ ...invoice, id: null }, { ...invoice, id: null })).toBe(4);
    expect(asText(reportOf([invoice, invoice]), [], 0).match(/in_1/g)).toHaveLength(1);
  });

  it("of a negative amount, in another currency or from the future never passes for within a limit in dollars", () => {
    const dollars = limits("--max-usd", "50/24h");
    for (const odd of [{ amount_paid: -5000, amount_due: -5000 }, { currency: "eur" }, { currency: "" }]) {
      expect(exitCodeOf(findingsOf(reportOf([{ ...invoice, ...odd }]), dollars))).toBe(3);
    }
    const future = { ...invoice, created: created + 86_400 * 365 };
    expect(exitCodeOf(findingsOf(reportOf([future, invoice]), dollars))).toBe(4);
  });

  it("brings in no link, no markup and no command of a CI system, in any format", () => {
    const evil = "x`\\| <img src=y> ##[add-mask]z\n::error::w\u001b[31m";
    const report = reportOf([
      { ...invoice, id: evil, status: evil, currency: evil, invoice_pdf: "https://pay.invalid/1", description: evil },
    ]);
    const [text = "", markdown = "", json = ""] = prints(report);
    expect(text + markdown + json).not.toContain("pay.invalid");
    expect(text + markdown).not.toMatch(/##\[|^\s*::|[^\P{Cc}\n]/mu);
    expect(markdown.replace(/`[^`]*`/g, "")).not.toMatch(/<img|\\/);
    for (const row of markdown.split("\n").filter((line) => line.startsWith("| 2026")))
      expect(row.match(/(\\[\\|]|[^|])+/g)).toHaveLength(4);
  });
});

it("a thousand accounts fit into one summary that says how many it leaves out, the alarm first", () => {
  const invoice = { id: "in_1", created, amount_paid: 5000, currency: "usd", status: "paid" };
  const accounts = Array.from({ length: 1000 }, (_, index): AccountCharges => {
    const accountId = index.toString(16).padStart(32, "0");
    if (index < 999) return { accountId, history: null, problem: "no answer" };
    return { ...reportOf([invoice], accountId).accounts[0], accountId } as AccountCharges;
  });
  const report = { now, accounts };
  const findings = findingsOf(report, limits("--max-charges", "0/24h"));
  expect(exitCodeOf(findings)).toBe(4);
  const markdown = asMarkdown(report, findings, 0);
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toMatch(/^### .*\n\n- :rotating_light: Alarm: account `0+3e7`/);
  expect(markdown.match(/and 900 more, which the text format lists/g)).toHaveLength(2);
});
