// What the review makes of what the accounts were charged before, and which gates stand on it. The file is written by the real command's own
// code.
import { describe, expect, it } from "@jest/globals";
import { findingsOf as chargeFindings, type Limit } from "../../provider/charges/gate";
import { asJson as chargesJson } from "../../provider/charges/print";
import type { Report } from "../../provider/charges/report";
import type { Charge } from "../../provider/cloudflare/invoices";
import { UsageError } from "../../provider/command/options";
import { quoteMarkdown, quoteText } from "../../provider/command/print";
import { InputError } from "../../provider/command/run";
import { EXIT, exitCodeOf, findingsOf, type Limits } from "../../provider/review/gate";
import { readOptions } from "../../provider/review/options";
import { readPast } from "../../provider/review/past";
import { readPreview } from "../../provider/review/preview";
import { asJson, asMarkdown, asText } from "../../provider/review/print";
import { reviewOf } from "../../provider/review/review";
import { ACCOUNT, fixture, NO_LIMITS, OTHER } from "./fixture";

const now = Date.parse("2026-11-25T12:00:00Z");
const charge = (amount: number | null, currency = "usd"): Charge => ({
  id: null,
  date: new Date(now - 3_600_000).toISOString(),
  amount,
  currency,
  status: "paid",
  outcome: "charged",
});

/** The command's JSON for one account with these charges; null for one that cannot be read. */
function file(
  charges: readonly Charge[] | null,
  { accountId = ACCOUNT, isWhole = true, limits = [loose] } = {},
): string {
  const read = charges && { charges: [...charges], isWhole };
  const account = read ? { accountId, history: read, problem: null } : { accountId, history: null, problem: "no" };
  const report: Report = { now, accounts: [account] };
  return chargesJson(report, chargeFindings(report, limits), 0, limits);
}

const loose: Limit = { kind: "charges", most: 1000, span: { text: "24h", ms: 86_400_000 } };
const fourteen = Array.from({ length: 14 }, () => charge(5000));
const inADay: Limit = { kind: "charges", most: 5, span: { text: "24h", ms: 86_400_000 } };
const review = (name: string, json: string) => reviewOf(readPreview(fixture(`${name}.json`)), readPast(json));
const textOf = (name: string, json: string) => asText(review(name, json), []);

function gate(name: string, json: string, limits: Partial<Limits>) {
  const findings = findingsOf(review(name, json), { ...NO_LIMITS, ...limits }, quoteText);
  return { exitCode: exitCodeOf(findings), messages: findings.map(({ message }) => message) };
}

describe("a review that knows the past", () => {
  it("says what each account was charged, and what the new amount makes of the same use", () => {
    expect(textOf("amount", file(fourteen))).toContain(
      `  account ${ACCOUNT}: 14 charges, $700.00 in 30 days; at $50.00 a charge, the same use takes about 14\n`,
    );
    const eighty = fixture("amount.json").replaceAll('"amount": 5000', '"amount": 8000');
    expect(asText(reviewOf(readPreview(eighty), readPast(file(fourteen))), [])).toContain(
      "at $80.00 a charge, the same use takes about 9\n",
    );
  });

  it("makes no guess where the amount stays or is not known, or auto top-up goes off", () => {
    for (const name of ["threshold", "unknownUpdate", "secretUpdate", "delete", "switchedOff"]) {
      const text = textOf(name, file(fourteen));
      expect(text).toContain("14 charges, $700.00 in 30 days\n");
      expect(text).not.toContain("a charge,");
    }
  });

  it("says that dollars are a reading of numbers without a unit, and from when they are", () => {
    const note =
      "charges as of 2026-11-25T12:00:00.000Z; Cloudflare documents no unit for them, so dollars are its numbers read as US cents";
    expect(textOf("amount", file(fourteen))).toContain(`  (${note})\n`);
    expect(asMarkdown(review("amount", file(fourteen)), [], "")).toContain("Cloudflare documents no unit");
  });

  it("says 'at least' of a list that is cut off, of amounts that are missing and of other currencies", () => {
    for (const json of [
      file(fourteen, { isWhole: false }),
      file([...fourteen, charge(null)]),
      file([...fourteen, charge(7, "eur")]),
    ]) {
      expect(textOf("amount", json)).toMatch(
        /: at least 1[45] charges, \$700\.00 in 30 days; at \$50\.00 a charge, the same use takes about 14 or more\n/,
      );
    }
    expect(textOf("amount", file([]))).toContain(": no charges in 30 days\n");
    expect(textOf("amount", file([], { isWhole: false }))).toContain(": no charges known in 30 days\n");
  });

  it("says so where an account was not asked for, or could not be read", () => {
    for (const json of [file(null), file(fourteen, { accountId: OTHER })]) {
      expect(textOf("amount", json)).toContain(`  account ${ACCOUNT}: it is not known what the account was charged\n`);
    }
  });

  it("shows an alarm even where the plan does not touch the account", () => {
    const json = file(fourteen, { limits: [inADay] });
    const alarm = "14 charges in 24 hours; the limit is 5 charges";
    expect(textOf("same", json)).toContain(`  alarm: account ${ACCOUNT}: ${alarm}\n`);
    expect(asMarkdown(review("same", json), [], "")).toContain(
      `- :rotating_light: Alarm: account \`${ACCOUNT}\`: \`${alarm}\`\n`,
    );
    expect(JSON.parse(asJson(review("same", json), [])).chargeAlarms).toEqual([{ accountId: ACCOUNT, message: alarm }]);
  });

  it("has the numbers in its JSON", () => {
    const [change] = JSON.parse(asJson(review("amount", file(fourteen)), [])).changes;
    expect(change.charged).toEqual({ charges: 14, cents: 70_000, isAtLeast: false });
  });

  it("lets text of others into no cell of the table", () => {
    const json = file(fourteen, { limits: [inADay] }).replace("14 charges in 24 hours", "x` | <img>");
    const findings = findingsOf(review("amount", json), { ...NO_LIMITS, failOnCharges: true }, quoteMarkdown);
    expect(asMarkdown(review("amount", json), findings, "").match(/`[^`]*<img>[^`]*`/g)).toHaveLength(2);
  });
});

describe("the gates on the past", () => {
  it("stop at an alarm, and at an account that changes and is not known", () => {
    const alarmed = file(fourteen, { limits: [inADay] });
    expect(gate("amount", alarmed, {}).exitCode).toBe(0);
    expect(gate("amount", alarmed, { failOnCharges: true })).toEqual({
      exitCode: EXIT.charges,
      messages: [`account ${ACCOUNT}: '14 charges in 24 hours; the limit is 5 charges'`],
    });
    expect(gate("same", alarmed, { failOnCharges: true }).exitCode).toBe(EXIT.charges);
    expect(gate("amount", file(fourteen), { failOnCharges: true }).exitCode).toBe(0);
    expect(gate("amount", file(null), { failOnCharges: true }).messages).toEqual([
      `account ${ACCOUNT}: it is not known what the account was charged`,
    ]);
    expect(gate("same", file(null), { failOnCharges: true }).exitCode).toBe(0);
    expect(gate("same", file(fourteen, { limits: [] }), { failOnCharges: true })).toEqual({
      exitCode: EXIT.charges,
      messages: [expect.stringContaining("was made without a limit, so it can hold no alarm")],
    });
  });

  it("stop where the same use would take too many charges of the new amount, or nobody knows", () => {
    expect(gate("amount", file(fourteen), { maxProjectedCharges: 14 }).exitCode).toBe(0);
    expect(gate("amount", file(fourteen), { maxProjectedCharges: 13 })).toEqual({
      exitCode: EXIT.charges,
      messages: [
        `account ${ACCOUNT}: the use of 30 days would take about 14 charges of the new amount; the limit is 13`,
      ],
    });
    expect(gate("amount", file(fourteen, { isWhole: false }), { maxProjectedCharges: 99 }).exitCode).toBe(EXIT.charges);
    expect(gate("unknownUpdate", file(fourteen), { maxProjectedCharges: 99 }).messages).toEqual([
      `account ${ACCOUNT}: it is not known how many charges its use would take; the limit is 99`,
    ]);
    expect(gate("delete", file(fourteen), { maxProjectedCharges: 0 }).exitCode).toBe(0);
  });

  it("need the file", () => {
    for (const args of [["--fail-on-charges"], ["--max-projected-charges", "9"]]) {
      expect(() => readOptions(args)).toThrow(UsageError);
      expect(readOptions([...args, "--charges", "c.json"]).charges).toBe("c.json");
    }
  });

  it.each(["", "[]", "{}", '{"format":2,"accounts":[]}', '{"format":1}'])(
    "take nothing else for the file: %s",
    (text) => {
      expect(() => readPast(text)).toThrow(InputError);
    },
  );
});
