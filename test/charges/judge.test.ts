// What is known, what is at least so, and what is not known: totals and limits over lists that are whole, cut off or odd.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { findingsOf, type Limit } from "../../provider/charges/gate";
import { asText } from "../../provider/charges/print";
import { type Charge, type ChargeHistory, parseChargeHistory } from "../../provider/cloudflare/invoices";
import { chargesSince, parseSpan, totalSince } from "../../provider/topup/charges";
import { account } from "../support/core";

const now = Date.parse("2026-11-25T12:00:00Z");
const HOUR = 3_600_000;

function charge(hoursAgo: number | null, changes: Partial<Charge> = {}): Charge {
  const date = hoursAgo === null ? null : new Date(now - hoursAgo * HOUR).toISOString();
  return { id: null, date, amount: 5000, currency: "usd", status: "paid", outcome: "charged", ...changes };
}
const whole = (...charges: Charge[]): ChargeHistory => ({ charges, isWhole: true });
const part = (...charges: Charge[]): ChargeHistory => ({ charges, isWhole: false });
const inADay = (history: ChargeHistory) => totalSince(history, now - 24 * HOUR);

function judged(history: ChargeHistory, kind: Limit["kind"], most: number) {
  const limit: Limit = { kind, most, span: parseSpan("24h") ?? { text: "", ms: 0 } };
  const report = { now, accounts: [{ accountId: account, history, problem: null }] };
  return findingsOf(report, [limit]).map(({ kind, message }) => `${kind}: ${message}`);
}

describe("a total", () => {
  it("holds what lies in its span, charges and failed attempts apart", () => {
    const history = whole(
      charge(1),
      charge(23.9),
      charge(24.1),
      charge(2, { outcome: "failed" }),
      charge(3, { outcome: "none" }),
    );
    const known = { isAtLeast: false, lacksSums: false };
    expect(inADay(history)).toEqual({ charges: 2, failedAttempts: 1, amounts: { usd: 10_000 }, ...known });
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
  });

  it("is at least so where the list is cut off and not sorted, or has a charge without a date", () => {
    expect(inADay(part(charge(25), charge(1), charge(26))).isAtLeast).toBe(true);
    expect(inADay(whole(charge(1), charge(null))).isAtLeast).toBe(true);
    expect(inADay(whole(charge(1), charge(null, { outcome: "failed" }))).isAtLeast).toBe(false);
  });

  it("counts a charge that is dated in the future, as clocks differ", () => {
    expect(inADay(whole(charge(-0.1))).charges).toBe(1);
  });

  it("says where a charge in it has no amount", () => {
    expect(inADay(whole(charge(1, { amount: null })))).toMatchObject({ charges: 1, amounts: {}, lacksSums: true });
    expect(inADay(whole(charge(25, { amount: null }))).lacksSums).toBe(false);
  });
});

describe("a limit", () => {
  it("on the number of charges raises the alarm from what is known, even if there may be more", () => {
    expect(judged(whole(charge(1), charge(2)), "charges", 2)).toEqual([]);
    expect(judged(whole(charge(1), charge(2)), "charges", 1)).toEqual([
      "alarm: 2 charges in 24 hours; the limit is 1 charge",
    ]);
    expect(judged(part(charge(1), charge(2)), "charges", 1)).toEqual([
      "alarm: at least 2 charges in 24 hours; the limit is 1 charge",
    ]);
  });

  it("that what is known does not reach is not kept where there may be more", () => {
    expect(judged(part(charge(1)), "charges", 1)).toEqual([
      "unknown: 1 charge known in 24 hours, and there may be more; the limit is 1 charge",
    ]);
    expect(judged(part(charge(1), charge(30)), "charges", 1)).toEqual([]);
    expect(judged(whole(charge(null)), "charges", 0)).toHaveLength(1);
  });

  it("needs no amounts to count, and does not count failed attempts", () => {
    const odd = { amount: null, currency: null };
    expect(judged(whole(charge(1, odd), charge(1, odd)), "charges", 1)).toHaveLength(1);
    expect(judged(whole(charge(1, { outcome: "failed" })), "charges", 0)).toEqual([]);
  });

  it("in dollars cannot be judged where an amount is missing or in another currency", () => {
    expect(judged(whole(charge(1), charge(1)), "usd", 9999)).toEqual([
      "alarm: $100.00 in 24 hours; the limit is $99.99",
    ]);
    expect(judged(whole(charge(1), charge(1)), "usd", 10_000)).toEqual([]);
    for (const [odd, why] of [
      [{ amount: null }, "some charges have no amount"],
      [{ currency: "eur" }, "some charges are not in dollars"],
      [{ currency: null }, "some charges are not in dollars"],
      [{ currency: "__proto__" }, "some charges are not in dollars"],
    ] as const) {
      expect(judged(whole(charge(1), charge(1, odd)), "usd", 5000)).toEqual([
        `unknown: $50.00 known in 24 hours, and ${why}; the limit is $50.00`,
      ]);
      expect(judged(whole(charge(1), charge(1, odd)), "usd", 4999)[0]).toContain("alarm: at least $50.00");
    }
  });
});

const text = (history: ChargeHistory, since = 0) =>
  asText({ now, accounts: [{ accountId: account, history, problem: null }] }, [], since);

describe("the text", () => {
  it("says 'at least' where there may be more", () => {
    expect(text(part(charge(1), charge(48)))).toContain(
      "1 charge, $50.00 in 24 hours; at least 2 charges, $100.00 in 7 days; at least 2 charges",
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
        expect(history.charges).toHaveLength(Array.isArray(result.invoices) ? result.invoices.length : 0);
      }),
      { numRuns: 500 },
    );
  });
});
