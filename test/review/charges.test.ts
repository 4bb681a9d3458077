// What the review makes of what the accounts were charged before, as topup-watch --save writes it, and which gates stand on it.
import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../../provider/command/commandLine";
import { InputError } from "../../provider/command/readInput";
import { quoteMarkdown } from "../../provider/command/safeText";
import { EXIT, findingsOf } from "../../provider/review/findings";
import { readPast } from "../../provider/review/past";
import { asJson, asMarkdown, asText } from "../../provider/review/printReview";
import { readOptions } from "../../provider/review/reviewOptions";
import { ACCOUNT, fixture, gate as judgedBy, NO_LIMITS, OTHER, reviewOfText } from "./fixture";

const HOUR = 3_600_000;
const AS_OF = "2026-11-25T12:00:00.000Z";
const ALARM = "14 charges in 24 hours; the limit is 5 charges";
const pastIn = (json: string, later = HOUR) => readPast(json, Date.parse(AS_OF) + later, 24 * HOUR);

/** A file for one account with so many charges of $50.00 in 30 days; null for one that could not be read. `about`: there is an alarm. */
function file(charges: number | null, { accountId = ACCOUNT, isJudged = true, about = "" } = {}, more = {}): string {
  const total = {
    charges,
    amounts: charges ? { usd: charges * 5000 } : {},
    isAtLeast: false,
    lacksSums: false,
    ...more,
  };
  const account = { accountId, problem: null, isWhole: true, totals: charges === null ? null : { "30d": total } };
  const findings = about === "" ? [] : [{ kind: "alarm", about, accountId, message: ALARM }];
  return JSON.stringify({ format: 1, asOf: AS_OF, accounts: [account], isJudged, findings });
}
const alarmed = file(14, { about: "charges" });

const review = (name: string, json: string) => reviewOfText(fixture(`${name}.json`), pastIn(json));
const textOf = (name: string, json: string) => asText(review(name, json), []);

describe("a review that knows the past", () => {
  it("says what each account was charged, and what the new amount makes of the same use", () => {
    const said = `  account ${ACCOUNT}: 14 charges, $700.00 in 30 days; at $50.00 a charge, the same use takes about 14\n`;
    expect(textOf("amount", file(14))).toContain(said);
    const eighty = fixture("amount.json").replaceAll('"amount": 5000', '"amount": 8000');
    const text = asText(reviewOfText(eighty, pastIn(file(14))), []);
    expect(text).toContain("at $80.00 a charge, the same use takes about 9\n");
  });

  it.each(["threshold", "unknownUpdate", "secretUpdate", "delete", "switchedOff"])(
    "makes no guess if the amount stays or is not known, or auto top-up goes off: %s",
    (name) => {
      expect(textOf(name, file(14))).toMatch(/14 charges, \$700\.00 in 30 days\n(?!.*a charge,)/);
    },
  );

  it("says that dollars are a reading of numbers without a unit, and from when they are", () => {
    const unit = "Cloudflare documents no unit for them, so dollars are its numbers read as US cents";
    expect(textOf("amount", file(14))).toContain(`  (charges as of ${AS_OF}; ${unit})\n`);
    expect(asMarkdown(review("amount", file(14)), [], "")).toContain(unit);
  });

  const atLeast = "at least 14 charges, $700.00 in 30 days; at $50.00 a charge, the same use takes about 14 or more";
  it.each([
    ["of a list that is cut off", file(14, {}, { isAtLeast: true }), atLeast],
    ["of amounts that are missing", file(14, {}, { lacksSums: true }), atLeast],
    ["of other currencies", file(14, {}, { amounts: { usd: 70_000, eur: 7 } }), atLeast],
    ["of no charges", file(0), "no charges in 30 days"],
    ["of no charges that are known", file(0, {}, { isAtLeast: true }), "no charges known in 30 days"],
    ["of an account that could not be read", file(null), "it is not known what the account was charged"],
    ["of one that was not asked for", file(14, { accountId: OTHER }), "it is not known what the account was charged"],
  ])("says what is so %s", (_, json, said) => {
    expect(textOf("amount", json)).toContain(`  account ${ACCOUNT}: ${said}\n`);
  });

  it("shows an alarm even if the plan does not touch the account, and has the numbers in its JSON", () => {
    expect(textOf("same", alarmed)).toContain(`  alarm: account ${ACCOUNT}: ${ALARM}\n`);
    const markdown = `- :rotating_light: Alarm: account \`${ACCOUNT}\`: \`${ALARM}\`\n`;
    expect(asMarkdown(review("same", alarmed), [], "")).toContain(markdown);
    expect(JSON.parse(asJson(review("amount", alarmed), []))).toMatchObject({
      chargeAlarms: [{ accountId: ACCOUNT, message: ALARM }],
      changes: [{ charged: { charges: 14, cents: 70_000, isAtLeast: false } }],
    });
  });

  it("lets text of others into no cell of the table", () => {
    const json = alarmed.replace("14 charges in 24 hours", "x` | <img>");
    const findings = findingsOf(review("amount", json), { ...NO_LIMITS, failOnCharges: true }, quoteMarkdown);
    expect(asMarkdown(review("amount", json), findings, "").match(/`[^`]*<img>[^`]*`/g)).toHaveLength(2);
  });
});

describe("the gate on the past", () => {
  const gate = (name: string, json: string, later = HOUR) =>
    judgedBy(name, { failOnCharges: true }, pastIn(json, later)).messages;
  const unknown = `account ${ACCOUNT}: it is not known what the account was charged`;
  const unjudged = expect.stringContaining("was made without a limit, so it can hold no alarm");
  const tooOld = `the file for --charges of ${AS_OF} is too old (--max-age): let topup-watch save it anew`;

  it.each([
    ["at an alarm", "amount", alarmed, [`account ${ACCOUNT}: '${ALARM}'`]],
    ["at an alarm about what stays the same", "same", alarmed, [`account ${ACCOUNT}: '${ALARM}'`]],
    ["at nothing else", "amount", file(14), []],
    ["at no alarm about a config", "amount", file(14, { about: "config" }), []],
    ["at no alarm about health", "amount", file(14, { about: "health" }), []],
    ["at no alarm about the state", "amount", file(14, { about: "state" }), []],
    ["at an account that changes and is not known", "amount", file(null), [unknown]],
    ["at none that stays the same and is not known", "same", file(null), []],
    ["at a file that was made without a limit", "same", file(14, { isJudged: false }), [unjudged]],
  ])("stops %s", (_, name, json, messages) => expect(gate(name, json)).toEqual(messages));

  it("stops at a file that is older than --max-age, or of the future, with a code of its own", () => {
    expect(gate("same", file(14), 24 * HOUR)).toEqual([]);
    expect(gate("same", file(14), 24 * HOUR + 1)).toEqual([tooOld]);
    expect(gate("same", file(14), -HOUR)).toEqual([expect.stringContaining("still to come")]);
    const { exitCode } = judgedBy("same", { failOnCharges: true }, pastIn(alarmed));
    expect([exitCode, judgedBy("same", {}, pastIn(alarmed, 25 * HOUR)).exitCode]).toEqual([EXIT.charges, 0]);
  });

  it("needs the file", () => {
    expect(() => readOptions(["--fail-on-charges"])).toThrow(UsageError);
    expect(readOptions(["--fail-on-charges", "--charges", "c.json"]).charges).toBe("c.json");
  });

  it.each(["", "[]", "{}", '{"format":2,"accounts":[]}', '{"format":1}', file(14).replace(AS_OF, "")])(
    "takes nothing else for the file: %s",
    (text) => expect(() => pastIn(text)).toThrow(InputError),
  );
});
