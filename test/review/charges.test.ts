// What the review makes of what the accounts were charged before, as topup-watch --save writes it, and which gates stand on it.
import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../../provider/command/commandLine";
import { InputError } from "../../provider/command/readInput";
import { quoteMarkdown } from "../../provider/command/safeText";
import { EXIT, findingsOf, type Limits } from "../../provider/review/findings";
import { readPast } from "../../provider/review/past";
import { asJson, asMarkdown, asText } from "../../provider/review/printReview";
import { readOptions } from "../../provider/review/reviewOptions";
import { ACCOUNT, fixture, gate as judgedBy, NO_LIMITS, OTHER, reviewOfText } from "./fixture";

const ALARM = "14 charges in 24 hours; the limit is 5 charges";
interface Past {
  about?: string;
  cents?: number;
  amounts?: object;
  isAtLeast?: boolean;
  lacksSums?: boolean;
  accountId?: string;
  isJudged?: boolean;
  alarm?: boolean;
}

const HOUR = 3_600_000;
const AS_OF = "2026-11-25T12:00:00.000Z";
const pastIn = (json: string, later = HOUR) => readPast(json, Date.parse(AS_OF) + later, 24 * HOUR);

/** A file for one account with so many charges in 30 days; null for one that could not be read. */
function file(charges: number | null, past: Past = {}): string {
  const { cents = (charges ?? 0) * 5000, amounts, isAtLeast = false, lacksSums = false, accountId = ACCOUNT } = past;
  const total = { charges, amounts: { ...(cents > 0 && { usd: cents }), ...amounts }, isAtLeast, lacksSums };
  const account = { accountId, problem: null, isWhole: !isAtLeast, totals: charges === null ? null : { "30d": total } };
  const findings = past.alarm ? [{ kind: "alarm", about: past.about ?? "charges", accountId, message: ALARM }] : [];
  const { isJudged = true } = past;
  return JSON.stringify({ format: 1, asOf: AS_OF, accounts: [account], isJudged, findings });
}

const review = (name: string, json: string) => reviewOfText(fixture(`${name}.json`), pastIn(json));
const textOf = (name: string, json: string) => asText(review(name, json), []);

const gate = (name: string, json: string, limits: Partial<Limits>) => judgedBy(name, limits, pastIn(json));

describe("a review that knows the past", () => {
  it("says what each account was charged, and what the new amount makes of the same use", () => {
    expect(textOf("amount", file(14))).toContain(
      `  account ${ACCOUNT}: 14 charges, $700.00 in 30 days; at $50.00 a charge, the same use takes about 14\n`,
    );
    const eighty = fixture("amount.json").replaceAll('"amount": 5000', '"amount": 8000');
    expect(asText(reviewOfText(eighty, pastIn(file(14))), [])).toContain(
      "at $80.00 a charge, the same use takes about 9\n",
    );
  });

  it("makes no guess where the amount stays or is not known, or auto top-up goes off", () => {
    for (const name of ["threshold", "unknownUpdate", "secretUpdate", "delete", "switchedOff"]) {
      const text = textOf(name, file(14));
      expect(text).toContain("14 charges, $700.00 in 30 days\n");
      expect(text).not.toContain("a charge,");
    }
  });

  it("says that dollars are a reading of numbers without a unit, and from when they are", () => {
    const note =
      "charges as of 2026-11-25T12:00:00.000Z; Cloudflare documents no unit for them, so dollars are its numbers read as US cents";
    expect(textOf("amount", file(14))).toContain(`  (${note})\n`);
    expect(asMarkdown(review("amount", file(14)), [], "")).toContain("Cloudflare documents no unit");
  });

  it("says 'at least' of a list that is cut off, of amounts that are missing and of other currencies", () => {
    for (const json of [
      file(14, { isAtLeast: true }),
      file(15, { cents: 70_000, lacksSums: true }),
      file(15, { cents: 70_000, amounts: { eur: 7 } }),
    ]) {
      expect(textOf("amount", json)).toMatch(
        /: at least 1[45] charges, \$700\.00 in 30 days; at \$50\.00 a charge, the same use takes about 14 or more\n/,
      );
    }
    expect(textOf("amount", file(0))).toContain(": no charges in 30 days\n");
    expect(textOf("amount", file(0, { isAtLeast: true }))).toContain(": no charges known in 30 days\n");
  });

  it("says so where an account was not asked for, or could not be read", () => {
    for (const json of [file(null), file(14, { accountId: OTHER })]) {
      expect(textOf("amount", json)).toContain(`  account ${ACCOUNT}: it is not known what the account was charged\n`);
    }
  });

  it("shows an alarm even where the plan does not touch the account", () => {
    const json = file(14, { alarm: true });
    const alarm = ALARM;
    expect(textOf("same", json)).toContain(`  alarm: account ${ACCOUNT}: ${alarm}\n`);
    expect(asMarkdown(review("same", json), [], "")).toContain(
      `- :rotating_light: Alarm: account \`${ACCOUNT}\`: \`${alarm}\`\n`,
    );
    expect(JSON.parse(asJson(review("same", json), [])).chargeAlarms).toEqual([{ accountId: ACCOUNT, message: alarm }]);
  });

  it("has the numbers in its JSON", () => {
    const [change] = JSON.parse(asJson(review("amount", file(14)), [])).changes;
    expect(change.charged).toEqual({ charges: 14, cents: 70_000, isAtLeast: false });
  });

  it("lets text of others into no cell of the table", () => {
    const json = file(14, { alarm: true }).replace("14 charges in 24 hours", "x` | <img>");
    const findings = findingsOf(review("amount", json), { ...NO_LIMITS, failOnCharges: true }, quoteMarkdown);
    expect(asMarkdown(review("amount", json), findings, "").match(/`[^`]*<img>[^`]*`/g)).toHaveLength(2);
  });
});

describe("the gates on the past", () => {
  it("stop at an alarm, and at an account that changes and is not known", () => {
    const alarmed = file(14, { alarm: true });
    expect(gate("amount", alarmed, {}).exitCode).toBe(0);
    expect(gate("amount", alarmed, { failOnCharges: true })).toEqual({
      exitCode: EXIT.charges,
      messages: [`account ${ACCOUNT}: '14 charges in 24 hours; the limit is 5 charges'`],
    });
    expect(gate("same", alarmed, { failOnCharges: true }).exitCode).toBe(EXIT.charges);
    expect(gate("amount", file(14), { failOnCharges: true }).exitCode).toBe(0);
    for (const about of ["config", "health", "state"]) {
      expect(gate("amount", file(14, { alarm: true, about }), { failOnCharges: true }).exitCode).toBe(0);
    }
    expect(gate("amount", file(null), { failOnCharges: true }).messages).toEqual([
      `account ${ACCOUNT}: it is not known what the account was charged`,
    ]);
    expect(gate("same", file(null), { failOnCharges: true }).exitCode).toBe(0);
    expect(gate("same", file(14, { isJudged: false }), { failOnCharges: true })).toEqual({
      exitCode: EXIT.charges,
      messages: [expect.stringContaining("was made without a limit, so it can hold no alarm")],
    });
  });

  it("stop at a file that is older than --max-age, or of the future", () => {
    const late = (later: number) => judgedBy("same", { failOnCharges: true }, pastIn(file(14), later));
    expect(late(24 * HOUR)).toEqual({ exitCode: 0, messages: [] });
    const messages = [`the file for --charges of ${AS_OF} is too old (--max-age): let topup-watch save it anew`];
    expect(late(24 * HOUR + 1)).toEqual({ exitCode: EXIT.charges, messages });
    expect(late(-HOUR)).toEqual({ exitCode: EXIT.charges, messages: [expect.stringContaining("still to come")] });
  });

  it("need the file", () => {
    expect(() => readOptions(["--fail-on-charges"])).toThrow(UsageError);
    expect(readOptions(["--fail-on-charges", "--charges", "c.json"]).charges).toBe("c.json");
  });

  it.each(["", "[]", "{}", '{"format":2,"accounts":[]}', '{"format":1}', file(14).replace(AS_OF, "")])(
    "take nothing else for the file: %s",
    (text) => {
      expect(() => pastIn(text)).toThrow(InputError);
    },
  );
});
