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
      failedAttempts: 0,
    });
  });

  const unpaid = { amount_paid: 0, attempted: false, attempt_count: 0 };
  it.each<[string, object, ChargeOutcome, number | null, number | null]>([
    ["paid", {}, "charged", 5000, 0],
    ["paid at the third attempt", { attempt_count: 3 }, "charged", 5000, 2],
    ["paid in part", { status: "open", amount_paid: 1200 }, "charged", 1200, 0],
    ["declined", { status: "open", amount_paid: 0, attempted: true }, "failed", 5000, null],
    ["declined, by its count of attempts", { ...unpaid, status: "open", attempt_count: 950 }, "failed", 5000, 950],
    ["declined, of no sum", { status: "open", amount_paid: 0, amount_due: null, attempt_count: 1 }, "failed", null, 1],
    ["given up", { ...unpaid, status: "uncollectible", attempted: true, attempt_count: 4 }, "failed", 5000, 4],
    ["given up without a word on attempts", { status: "uncollectible", amount_paid: 0 }, "failed", 5000, null],
    ["not tried yet", { ...unpaid, status: "open" }, "none", 5000, 0],
    ["a draft", { status: "draft", amount_paid: 0 }, "none", 5000, 0],
    ["void, and never tried", { ...unpaid, status: "VOID" }, "none", 5000, 0],
    ["void after attempts", { ...unpaid, status: "void", attempted: true, attempt_count: 20 }, "failed", 5000, 20],
    ["void without a word on attempts", { status: "void", amount_paid: 0 }, "none", 5000, null],
    ["void, with a sum that cannot be read", { ...unpaid, status: "void", amount_paid: "50.00" }, "charged", null, 0],
    ["open, with a sum that cannot be read", { ...unpaid, status: "open", amount_paid: {} }, "charged", null, 0],
    ["of an unknown status", { status: "settling", amount_paid: 0 }, "charged", 5000, null],
    ["of no status", { status: null, amount_paid: null }, "charged", 5000, null],
    ["of no amounts", { amount_due: "5000", amount_paid: -1 }, "charged", null, 0],
    ["of a fraction of a cent, which proves that the unit is another", { amount_paid: 50.5 }, "charged", null, 0],
    ["of an odd count of attempts", { attempt_count: "2" }, "charged", 5000, null],
  ])("that is %s", (_, changes, outcome, amount, failedAttempts) => {
    expect(only({ ...paid, ...changes })).toMatchObject({ outcome, amount, failedAttempts });
  });

  it.each([
    [1795608000, "2026-11-25T12:00:00.000Z"],
    [1795608000_000, "2026-11-25T12:00:00.000Z"],
    ["2026-11-25T12:00:00Z", "2026-11-25T12:00:00.000Z"],
    [1795608000_000_000, "2026-11-25T12:00:00.000Z"],
    ["2026-11-25T14:00:00.123456+02:00", "2026-11-25T12:00:00.123Z"],
    ["soon", null],
    ["01.11.2026", null],
    ["invoice 3", null],
    ["2026-11-25", null],
    ["2026-11-25T12:00:00", null],
    ["2026-02-30T12:00:00Z", null],
    ["1795608000", null],
    [25, null],
    [0, null],
    [{}, null],
    [1e300, null],
    [undefined, null],
  ])("created %j has the date %j", (created, date) => expect(only({ ...paid, created }).date).toBe(date));

  it.each([[{}], [null], ["in_1"], [[]], [{ id: 7, created: [], currency: 3, status: {}, attempted: "yes" }]])(
    "that is %j is one of which nothing is known",
    (invoice) => {
      const unknown = { id: null, date: null, amount: null, currency: null, status: null, outcome: "charged" };
      expect(only(invoice)).toMatchObject({ ...unknown, failedAttempts: null });
    },
  );

  it("shows no control characters of others", () => {
    expect(only({ ...paid, status: "paid\u001b[31m", id: "a\nb" })).toMatchObject({ status: "paid [31m", id: "a b" });
  });
});

describe("the list", () => {
  const isWhole = (pagination: unknown) => parseChargeHistory({ invoices: [paid], pagination })?.isWhole;

  it("is whole if Cloudflare says that there is no more, and counts no more", () => {
    expect(isWhole(whole)).toBe(true);
    expect(isWhole({ has_more: false })).toBe(true);
    expect(isWhole({ ...whole, has_more: true })).toBe(false);
    expect(isWhole({ ...whole, total_count: 2 })).toBe(false);
    expect(isWhole({ ...whole, total_count: "1" })).toBe(true);
  });

  it.each([[undefined], [null], [{}], [7], [{ has_more: "no" }]])("is not known to be whole with %j", (pagination) => {
    expect(isWhole(pagination)).toBe(false);
  });

  it.each([
    [{ has_more: true, total_count: 40 }, 39],
    [{ has_more: true, total_count: "40" }, 39],
    [{ has_more: false, total_count: "40" }, 39],
    [{ has_more: true, total_count: 1 }, null],
    [{ has_more: false, total_count: 0 }, null],
    [{ has_more: false, total_count: "many" }, null],
    [{ has_more: false, total_count: 1.5 }, null],
    [{ has_more: true }, null],
  ])("lacks, with %j, as many invoices as is known: %j", (pagination, unlisted) => {
    expect(parseChargeHistory({ invoices: [paid], pagination })).toMatchObject({ unlisted, isWhole: false });
  });

  it("has an invoice once that is listed twice, and both if anything differs or there is no id", () => {
    const listed = (...invoices: object[]) =>
      parseChargeHistory({ invoices, pagination: { has_more: false } })?.charges.length;
    const long = "x".repeat(80);
    expect(listed(paid, { ...paid })).toBe(1);
    expect(listed(paid, { ...paid, amount_paid: 5001 })).toBe(2);
    expect(listed({ ...paid, id: "" }, { ...paid, id: "" })).toBe(2);
    expect(listed({ ...paid, id: null }, { ...paid, id: null })).toBe(2);
    expect(listed({ ...paid, id: `${long}1` }, { ...paid, id: `${long}2` })).toBe(2);
  });

  it("may be empty", () => {
    const empty = { charges: [], isWhole: true, unlisted: 0 };
    for (const invoices of [[], null])
      expect(parseChargeHistory({ invoices, pagination: { ...whole, total_count: 0 } })).toEqual(empty);
  });

  it.each([[null], [{}], [[]], ["none"], [{ invoices: "none" }], [{ invoices: {} }]])(
    "is not there in %j",
    (result) => {
      expect(parseChargeHistory(result)).toBeNull();
    },
  );
});
