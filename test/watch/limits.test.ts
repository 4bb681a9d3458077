// What is known, what is at least so, and what is not known: totals and limits over lists that are whole, cut off or odd.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Charge, type ChargeHistory, parseChargeHistory } from "../../provider/cloudflare/invoices";
import { chargesSince, parseSince, parseSpan, tallySince, totalSince } from "../../provider/topup/charges";
import { chargeFindings, type Limit } from "../../provider/watch/alarms";
import { asText } from "../../provider/watch/watchReport";
import { account } from "../support/core";

const now = Date.parse("2026-11-25T12:00:00Z");
const HOUR = 3_600_000;

function charge(hoursAgo: number | null, changes: Partial<Charge> = {}): Charge {
  const date = hoursAgo === null ? null : new Date(now - hoursAgo * HOUR).toISOString();
  return {
    id: null,
    date,
    amount: 5000,
    currency: "usd",
    status: "paid",
    outcome: "charged",
    failedAttempts: 0,
    ...changes,
  };
}
const whole = (...charges: Charge[]): ChargeHistory => ({ charges, isWhole: true, unlisted: 0 });
const part = (...charges: Charge[]): ChargeHistory => ({ charges, isWhole: false, unlisted: null });
const failed = (hoursAgo: number | null, failedAttempts: number | null) =>
  charge(hoursAgo, { outcome: "failed", failedAttempts });
const readingOf = (history: ChargeHistory) => ({
  accountId: account,
  config: { value: null, problem: "not asked" },
  history: { value: history, problem: null },
});
const inADay = (history: ChargeHistory) => totalSince(history, now - 24 * HOUR);

function judged(history: ChargeHistory, kind: Limit["kind"], most: number) {
  const limit: Limit = { kind, most, span: parseSpan("24h") ?? { text: "", ms: 0 } };
  const found = chargeFindings({ now, accounts: [readingOf(history)] }, [limit]);
  return found.map(({ kind, message }) => `${kind}: ${message}`);
}

describe("a total", () => {
  it("holds what lies in its span, charges and failed attempts apart", () => {
    const history = whole(charge(1), charge(23.9), charge(24.1), failed(2, 3), charge(3, { outcome: "none" }));
    const known = { isAtLeast: false, lacksSums: false };
    expect(inADay(history)).toEqual({ charges: 2, failedAttempts: 3, amounts: { usd: 10_000 }, ...known });
  });

  it("adds up each currency by itself, and what has none apart", () => {
    const { amounts } = inADay(
      whole(charge(1), charge(1, { currency: "eur" }), charge(1, { currency: null }), charge(1)),
    );
    expect(amounts).toEqual({ usd: 10_000, eur: 5000, unknown: 5000 });
  });

  it("is at least so where the list is cut off within its span, and whole where it reaches behind it", () => {
    expect(inADay(part(charge(1), charge(2))).isAtLeast).toBe(true);
    expect(inADay(part()).isAtLeast).toBe(true);
    expect(inADay(part(charge(1), charge(25))).isAtLeast).toBe(false);
    // One charge, or two of one moment, prove no order: what is missing may be newer.
    expect(inADay(part(charge(25))).isAtLeast).toBe(true);
    expect(inADay(part(charge(25), charge(25))).isAtLeast).toBe(true);
  });

  it("is at least so where the list is cut off and not sorted, or has a charge without a date", () => {
    expect(inADay(part(charge(25), charge(1), charge(26))).isAtLeast).toBe(true);
    expect(inADay(whole(charge(1), charge(null))).isAtLeast).toBe(true);
    expect(inADay(whole(charge(1), failed(null, 1))).isAtLeast).toBe(false);
  });

  it("counts a charge that is dated in the future, as clocks differ", () => {
    expect(inADay(whole(charge(-0.1))).charges).toBe(1);
  });

  it("says where a charge in it has no amount", () => {
    expect(inADay(whole(charge(1, { amount: null })))).toMatchObject({ charges: 1, amounts: {}, lacksSums: true });
    expect(inADay(whole(charge(25, { amount: null }))).lacksSums).toBe(false);
  });
});

it.each([
  ["2026-11-25", "2026-11-25T00:00:00Z"],
  // The day that has begun in the east.
  ["2026-11-26", "2026-11-26T00:00:00Z"],
  ["2026-11-01T10:00:00+02:00", "2026-11-01T08:00:00Z"],
  ["24h", "2026-11-24T12:00:00Z"],
  ...["yesterday", "2030-01-01", "2026-02-30", "2026-11-01T10:00", "-1d", "0d", "1e9d", ""].map((text) => [text, null]),
])("a point in time is a past date or a span: '%s' is %s", (text, time) => {
  expect(parseSince(text ?? "", now)).toBe(time && Date.parse(time));
});

describe("a limit", () => {
  const starting = (...words: string[]) => words.map((text) => expect.stringMatching(`^${text}[,:]`));

  it("on the number of charges raises the alarm from what is known, even if there may be more", () => {
    expect(judged(whole(charge(1), charge(2)), "charges", 2)).toEqual([]);
    expect(judged(whole(charge(1), charge(2)), "charges", 1)).toEqual([
      "alarm: 2 charges in 24 hours; the limit is 1 charge, since 2026-11-25 10:00 UTC: to stop the charges, declare 'enabled: false' and " +
        "run 'pulumi up'; then find what uses up the credits",
    ]);
    expect(judged(part(charge(1), charge(2)), "charges", 1)).toEqual(
      starting("alarm: at least 2 charges in 24 hours; the limit is 1 charge"),
    );
  });

  it("that what is known does not reach is not kept if there may be more", () => {
    expect(judged(part(charge(1)), "charges", 1)).toEqual(
      starting("unknown: 1 charge known in 24 hours; the limit is 1 charge"),
    );
    expect(judged(part(charge(1), charge(30)), "charges", 1)).toEqual([]);
  });

  it("is kept if even all that Cloudflare counts and does not list would be within it", () => {
    const bounded = { ...part(charge(1), charge(2)), unlisted: 3 };
    expect(judged(bounded, "charges", 5)).toEqual([]);
    expect(judged(bounded, "charges", 4)).toEqual(
      starting("unknown: at least 2, at most 5 charges in 24 hours; the limit is 4 charges"),
    );
    expect(judged(whole(charge(null)), "charges", 0)).toHaveLength(1);
    expect(judged(whole(charge(null)), "charges", 1)).toEqual([]);
    expect(judged(bounded, "usd", 100_000)).toHaveLength(1);
  });

  it("needs no amounts to count, and does not count failed attempts as charges", () => {
    const odd = { amount: null, currency: null };
    expect(judged(whole(charge(1, odd), charge(1, odd)), "charges", 1)).toHaveLength(1);
    expect(judged(whole(failed(1, 950)), "charges", 0)).toEqual([]);
  });

  it("on failed attempts counts each attempt, also those that a charge took (promise 27)", () => {
    const history = whole(failed(1, 3), charge(2, { failedAttempts: 2 }), charge(3));
    expect(judged(history, "failed", 5)).toEqual([]);
    expect(judged(history, "failed", 4)).toEqual(
      starting("alarm: 5 failed attempts in 24 hours; the limit is 4 failed attempts"),
    );
  });

  it("on failed attempts is not kept if it is not known how often or when the card was asked", () => {
    expect(judged(whole(failed(1, null)), "failed", 5)).toEqual(
      starting("unknown: 1 failed attempt known in 24 hours; the limit is 5 failed attempts"),
    );
    expect(judged(whole(failed(null, 6)), "failed", 5)).toHaveLength(1);
    // Asked again for an older invoice; the first time was at its date.
    expect(judged(whole(failed(48, 950)), "failed", 5)).toEqual(
      starting("unknown: at least 0, at most 949 failed attempts in 24 hours; the limit is 5 failed attempts"),
    );
    expect(judged(whole(failed(48, 6)), "failed", 5)).toEqual([]);
    expect(judged(whole(failed(62 * 24, 950)), "failed", 5)).toEqual([]);
    expect(tallySince(part(failed(1, 1)), now - HOUR).failedAttempts).toEqual({ least: 1, most: null });
  });

  it("in dollars cannot be judged where an amount is missing or in another currency", () => {
    expect(judged(whole(charge(1), charge(1)), "usd", 9999)).toEqual([
      expect.stringContaining("alarm: $100.00 in 24 hours; the limit is $99.99, since"),
    ]);
    expect(judged(whole(charge(1), charge(1)), "usd", 10_000)).toEqual([]);
    for (const [odd, why] of [
      [{ amount: null }, "some charges have no readable amount"],
      [{ currency: "eur" }, "some charges are not in dollars"],
      [{ currency: null }, "some charges are not in dollars"],
      [{ currency: "__proto__" }, "some charges are not in dollars"],
    ] as const) {
      expect(judged(whole(charge(1), charge(1, odd)), "usd", 5000)).toEqual([
        `unknown: $50.00 known in 24 hours; the limit is $50.00, and ${why}: see the dashboard's invoices`,
      ]);
      expect(judged(whole(charge(1), charge(1, odd)), "usd", 4999)[0]).toContain("alarm: at least $50.00");
    }
  });
});

const text = (history: ChargeHistory) =>
  asText({ readings: { now, accounts: [readingOf(history)] }, state: null, findings: [], limits: [] });

describe("the text", () => {
  it("says 'at least' where there may be more", () => {
    expect(text(part(charge(1), charge(48)))).toContain(
      "1 charge, $50.00 in 24 hours; at least 2 charges, at least $100.00 in 7 days; at least 2",
    );
    expect(text(part())).toContain("no charges known in 24 hours");
    expect(text(whole(charge(1), charge(1, { amount: null })))).toContain("2 charges, at least $50.00 in 24 hours");
    expect(text(whole(charge(1, { amount: null })))).toContain("1 charge of unknown amount in 24 hours");
  });

  it("calls no other currency dollars", () => {
    const shown = text(whole(charge(1, { currency: "jpy" }), charge(2, { currency: null })));
    expect(shown).toContain("2 charges, 5000 JPY (as reported) and 5000 (no currency) in 24 hours");
    expect(shown).not.toContain("$");
  });

  it("lists the newest first, what has no date before all", () => {
    const history = whole(charge(2, { id: "old" }), charge(1, { id: "new" }), charge(null, { id: "undated" }));
    expect(chargesSince(history, now - HOUR).map(({ id }) => id)).toEqual(["undated", "new"]);
    expect(text(history)).toMatch(/no date .* undated\n.* new\n.* old\n/);
  });
});

describe("whatever Cloudflare answers", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.double(),
    fc.constantFrom("usd", "paid", "open", 5000, -1, 1795608000, 1e300),
  );
  const invoice = fc.oneof(
    value,
    fc.record(
      Object.fromEntries(
        [
          "id",
          "created",
          "amount_paid",
          "amount_due",
          "currency",
          "status",
          "attempted",
          "attempt_count",
          "invoice_pdf",
        ].map((name) => [name, value]),
      ),
      { requiredKeys: [] },
    ),
  );
  const answer = fc.record({ invoices: fc.oneof(value, fc.array(invoice)), pagination: value }, { requiredKeys: [] });

  it("is reported in words and numbers, or is no list of invoices at all", () => {
    fc.assert(
      fc.property(answer, (result) => {
        const history = parseChargeHistory(result);
        if (history === null) return;
        const said = text(history) + JSON.stringify(judged(history, "charges", 0)) + JSON.stringify(inADay(history));
        expect(said).not.toMatch(/NaN|undefined|Infinity|\[object/);
        expect(history.charges.length).toBeLessThanOrEqual(Array.isArray(result.invoices) ? result.invoices.length : 0);
      }),
      { numRuns: 500 },
    );
  });
});
