// What is made of Cloudflare's invoice history, whatever its fields hold.
import { describe, expect, it } from "@jest/globals";
import { type Charge, type ChargeOutcome, parseChargeHistory } from "../../provider/cloudflare/invoices";

const paid = { id: "in_1", created: 1795608000, amount_due: 5000, amount_paid: 5000, currency: "USD", status: "paid" };
const whole = { has_more: false, page: 1, per_page: 100, total_count: 1 };

function only(invoice: unknown): Charge {
  const [charge, ...more] = parseChargeHistory({ invoices: [invoice], pagination: whole })?.charges ?? [];
  if (!charge || more.length > 0) throw new Error("not one charge");
  return charge;
}

describe("a charge", () => {
  it("is read from an invoice, without the link to it", () => {
    expect(only({ ...paid, invoice_pdf: "https://example.com/opens" })).toEqual({
      id: "in_1",
      date: "2026-11-25T12:00:00.000Z",
      amount: 5000,
      currency: "usd",
      status: "paid",
      outcome: "charged",
    });
  });

  it.each<[string, object, ChargeOutcome, number | null]>([
    ["paid", {}, "charged", 5000],
    ["paid in part", { status: "open", amount_paid: 1200 }, "charged", 1200],
    ["declined", { status: "open", amount_paid: 0, attempted: true }, "failed", 5000],
    [
      "declined, by its count of attempts",
      { status: "open", amount_paid: 0, attempted: false, attempt_count: 2 },
      "failed",
      5000,
    ],
    ["given up", { status: "uncollectible", amount_paid: 0 }, "failed", 5000],
    ["not tried yet", { status: "open", amount_paid: 0, attempted: false, attempt_count: 0 }, "none", 5000],
    ["a draft", { status: "draft", amount_paid: 0 }, "none", 5000],
    ["void", { status: "VOID", amount_paid: 0 }, "none", 5000],
    ["of a status that nobody knows", { status: "settling", amount_paid: 0 }, "charged", 5000],
    ["of no status", { status: null, amount_paid: null }, "charged", 5000],
    ["of no amounts", { amount_due: "5000", amount_paid: -1 }, "charged", null],
  ])("that is %s", (_, changes, outcome, amount) => {
    expect(only({ ...paid, ...changes })).toMatchObject({ outcome, amount });
  });

  it.each([
    [1795608000, "2026-11-25T12:00:00.000Z"],
    [1795608000_000, "2026-11-25T12:00:00.000Z"],
    ["2026-11-25T12:00:00Z", "2026-11-25T12:00:00.000Z"],
    ["soon", null],
    [0, null],
    [{}, null],
    [1e300, null],
    [undefined, null],
  ])("created %j has the date %j", (created, date) => expect(only({ ...paid, created }).date).toBe(date));

  it.each([[{}], [null], ["in_1"], [[]], [{ id: 7, created: [], currency: 3, status: {}, attempted: "yes" }]])(
    "that is %j is one of which nothing is known",
    (invoice) => {
      const unknown = { id: null, date: null, amount: null, currency: null, status: null, outcome: "charged" };
      expect(only(invoice)).toEqual(unknown);
    },
  );

  it("shows no control characters of others", () => {
    expect(only({ ...paid, status: "paid\u001b[31m", id: "a\nb" })).toMatchObject({ status: "paid [31m", id: "a b" });
  });
});

describe("the list", () => {
  const isWhole = (pagination: unknown) => parseChargeHistory({ invoices: [paid], pagination })?.isWhole;

  it("is whole where Cloudflare says that there is no more, and counts no more", () => {
    expect(isWhole(whole)).toBe(true);
    expect(isWhole({ has_more: false })).toBe(true);
    expect(isWhole({ ...whole, has_more: true })).toBe(false);
    expect(isWhole({ ...whole, total_count: 2 })).toBe(false);
  });

  it.each([[undefined], [null], [{}], [7], [{ has_more: "no" }]])("is not known to be whole with %j", (pagination) => {
    expect(isWhole(pagination)).toBe(false);
  });

  it("may be empty", () => {
    for (const invoices of [[], null]) {
      expect(parseChargeHistory({ invoices, pagination: { ...whole, total_count: 0 } })).toEqual({
        charges: [],
        isWhole: true,
      });
    }
  });

  it.each([[null], [{}], [[]], ["none"], [{ invoices: "none" }], [{ invoices: {} }]])(
    "is not there in %j",
    (result) => {
      expect(parseChargeHistory(result)).toBeNull();
    },
  );
});
