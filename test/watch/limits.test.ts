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
  it("holds what lies in its span, charges and failed attempts apart, also what is dated in the future, as clocks differ", () => {
    const history = whole(charge(-0.1), charge(23.9), charge(24.1), failed(2, 3), charge(3, { outcome: "none" }));
    const known = { isAtLeast: false, lacksSums: false };
    expect(inADay(history)).toEqual({ charges: 2, failedAttempts: 3, amounts: { usd: 10_000 }, ...known });
  });

  it("adds up each currency by itself, and what has none apart", () => {
    const others = [charge(1, { currency: "eur" }), charge(1, { currency: null })];
    expect(inADay(whole(charge(1), ...others, charge(1))).amounts).toEqual({ usd: 10_000, eur: 5000, unknown: 5000 });
  });

  it.each([
    ["at least so: the list is cut off within its span", part(charge(1), charge(2)), true],
    ["at least so: nothing of the list is known", part(), true],
    ["whole: the list reaches behind its span", part(charge(1), charge(25)), false],
    // What is missing may be newer.
    ["at least so: one charge proves no order", part(charge(25)), true],
    ["at least so: two of one moment prove none", part(charge(25), charge(25)), true],
    ["at least so: the list is not sorted", part(charge(25), charge(1), charge(26)), true],
    ["at least so: a charge has no date", whole(charge(1), charge(null)), true],
    ["whole: only a failed attempt has no date", whole(charge(1), failed(null, 1)), false],
  ])("is %s", (_, history, isAtLeast) => expect(inADay(history).isAtLeast).toBe(isAtLeast));

  it("says if a charge in it has no amount", () => {
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
  const two = whole(charge(1), charge(2));
  const bounded = { ...part(charge(1), charge(2)), unlisted: 3 };
  const attempts = whole(failed(1, 3), charge(2, { failedAttempts: 2 }), charge(3));
  const odd = charge(1, { amount: null, currency: null });
  it.each<[title: string, ChargeHistory, kind: Limit["kind"], most: number, said: string | null]>([
    ["on charges is kept", two, "charges", 2, null],
    ["on charges is exceeded", two, "charges", 1, "alarm: 2 charges in 24 hours; the limit is 1 charge, since"],
    ["is exceeded by what is known", part(charge(1), charge(2)), "charges", 1, "alarm: at least 2 charges in 24"],
    ["may be exceeded by what is not", part(charge(1)), "charges", 1, "unknown: 1 charge known in 24 hours; the"],
    ["is kept, as the list reaches behind", part(charge(1), charge(30)), "charges", 1, null],
    ["is kept even by all that is not listed", bounded, "charges", 5, null],
    ["may be exceeded by that", bounded, "charges", 4, "unknown: at least 2, at most 5 charges in 24 hours; the"],
    ["may be exceeded by what has no date", whole(charge(null)), "charges", 0, "unknown: "],
    ["is kept even by what has no date", whole(charge(null)), "charges", 1, null],
    ["needs no amounts to count", whole(odd, odd), "charges", 1, "alarm: 2 charges"],
    ["does not count failed attempts as charges", whole(failed(1, 950)), "charges", 0, null],
    ["on failed attempts is kept", attempts, "failed", 5, null],
    ["counts each attempt, also those a charge took (promise 27)", attempts, "failed", 4, "alarm: 5 failed attempts"],
    ["is not kept if it is not known how often", whole(failed(1, null)), "failed", 5, "unknown: 1 failed attempt "],
    ["is not kept if it is not known when", whole(failed(null, 6)), "failed", 5, "unknown: "],
    // Asked again for an older invoice; the first time was at its date.
    ["may be exceeded by an older invoice", whole(failed(48, 950)), "failed", 5, "unknown: at least 0, at most 949 f"],
    ["is kept by an older invoice's few attempts", whole(failed(48, 6)), "failed", 5, null],
    ["is kept by an invoice too old to be tried", whole(failed(62 * 24, 950)), "failed", 5, null],
    ["in dollars is kept", two, "usd", 10_000, null],
    ["in dollars is exceeded", two, "usd", 9999, "alarm: $100.00 in 24 hours; the limit is $99.99, since"],
    ["in dollars is not kept by what is not listed", bounded, "usd", 100_000, "unknown: $100.00 known in"],
  ])("%s", (_, history, kind, most, said) => {
    const found = judged(history, kind, most);
    expect(found.map((one) => one.slice(0, said?.length))).toEqual(said === null ? [] : [said]);
  });

  it("that is exceeded says since when, and what to do", () => {
    expect(judged(two, "charges", 1)).toEqual([
      "alarm: 2 charges in 24 hours; the limit is 1 charge, since 2026-11-25 10:00 UTC: to stop the charges, declare 'enabled: false' and " +
        "run 'pulumi up'; then find what uses up the credits",
    ]);
  });

  it("on failed attempts has no bound if the list is cut off", () => {
    expect(tallySince(part(failed(1, 1)), now - HOUR).failedAttempts).toEqual({ least: 1, most: null });
  });

  it.each([
    [{ amount: null }, "some charges have no readable amount"],
    [{ currency: "eur" }, "some charges are not in dollars"],
    [{ currency: null }, "some charges are not in dollars"],
    [{ currency: "__proto__" }, "some charges are not in dollars"],
  ])("in dollars cannot be judged with a charge of %j", (changes, why) => {
    const history = whole(charge(1), charge(1, changes));
    expect(judged(history, "usd", 5000)).toEqual([
      `unknown: $50.00 known in 24 hours; the limit is $50.00, and ${why}: see the dashboard's invoices`,
    ]);
    expect(judged(history, "usd", 4999)[0]).toContain("alarm: at least $50.00");
  });
});

const text = (history: ChargeHistory) =>
  asText({ readings: { now, accounts: [readingOf(history)] }, state: null, findings: [], limits: [] });

describe("the text", () => {
  const [noSum, yen] = [charge(1, { amount: null }), charge(1, { currency: "jpy" })];
  it.each([
    [part(charge(1), charge(48)), "1 charge, $50.00 in 24 hours; at least 2 charges, at least $100.00 in 7 days; at"],
    [part(), "no charges known in 24 hours"],
    [whole(charge(1), noSum), "2 charges, at least $50.00 in 24 hours"],
    [whole(noSum), "1 charge of unknown amount in 24 hours"],
    [whole(yen, charge(2, { currency: null })), "2 charges, 5000 JPY (as reported) and 5000 (no currency) in 24 hours"],
  ])("says what is known: %#", (history, said) => expect(text(history)).toContain(said));

  it("calls no other currency dollars", () => expect(text(whole(yen))).not.toContain("$"));

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
  const fields = "id created amount_paid amount_due currency status attempted attempt_count invoice_pdf".split(" ");
  const record = fc.record(Object.fromEntries(fields.map((name) => [name, value])), { requiredKeys: [] });
  const invoice = fc.oneof(value, record);
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
