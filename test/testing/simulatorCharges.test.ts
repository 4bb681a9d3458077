// What the simulator does when credits are used up, asked for by the official SDK.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { APIError } from "cloudflare";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, clientOf, config, otherAccount, rejection } from "./simulatorClient";

let simulator: BillingSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ invoicesPerPage: 3 });
});
beforeEach(() => {
  simulator.reset();
  simulator.setConfig(account, { amount: 5000, threshold: 1000 });
  simulator.setBalance(account, { balance: 1000 });
});
afterAll(() => simulator.close());

const history = (type?: "auto" | "manual" | "all") =>
  clientOf(simulator).aiGateway.billing.invoiceHistory({ account_id: account, ...(type && { type }) });
const balance = async () =>
  (await clientOf(simulator).aiGateway.billing.creditBalance({ account_id: account })).balance;

describe("credits that are used up", () => {
  it("cause a charge once the balance is below the threshold, and not before", async () => {
    simulator.setBalance(account, { balance: 3000 });
    simulator.spend(account, 2000);
    expect((await history("auto")).invoices).toEqual([]);
    simulator.spend(account, 1, Date.parse("2026-11-25T12:00:00Z"));
    expect((await history("auto")).invoices).toEqual([
      expect.objectContaining({
        amount_due: 5000,
        amount_paid: 5000,
        amount_remaining: 0,
        currency: "usd",
        created: 1795608000,
        status: "paid",
      }),
    ]);
    expect(await balance()).toBe(5999);
  });

  it("cause several charges where one does not reach the threshold", async () => {
    simulator.spend(account, 12_000);
    expect(simulator.invoices(account)).toHaveLength(3);
    expect(await balance()).toBe(4000);
  });

  it("cause none where auto top-up is off, or on another account", async () => {
    simulator.setConfig(account, null);
    simulator.spend(account, 50_000);
    simulator.spend(otherAccount, 50_000);
    expect([...simulator.invoices(account), ...simulator.invoices(otherAccount)]).toEqual([]);
    expect(await balance()).toBe(-49_000);
  });
});

describe("a card that declines", () => {
  it("leaves one open invoice for each use of credits, and is reported by the config", async () => {
    simulator.declineCard(account, { error: "card_declined" });
    simulator.spend(account, 100, 1795608000_000);
    simulator.spend(account, 100, 1795608060_000);
    expect((await history("auto")).invoices).toMatchObject([
      { status: "open", amount_paid: 0, amount_remaining: 5000, attempted: true, created: 1795608060 },
      { status: "open", amount_paid: 0, amount_remaining: 5000, attempted: true, created: 1795608000 },
    ]);
    expect(await config(clientOf(simulator)).get({ account_id: account })).toMatchObject({
      error: "card_declined",
      disabledReason: null,
      lastFailedAt: 1795608060_000,
    });
  });

  it("may suspend auto top-up, which a good card ends", async () => {
    simulator.declineCard(account, { error: "card_declined", disabledReason: "payment_failed" });
    simulator.spend(account, 100);
    simulator.spend(account, 100);
    expect(simulator.invoices(account)).toHaveLength(1);
    expect(await config(clientOf(simulator)).get({ account_id: account })).toMatchObject({
      disabledReason: "payment_failed",
    });
    simulator.declineCard(account, null);
    simulator.spend(account, 100);
    expect(simulator.invoices(account).map(({ status }) => status)).toEqual(["paid", "open"]);
  });
});

describe("the invoice history", () => {
  it("lists the newest first, as many as a page holds, and announces the rest", async () => {
    for (let minute = 0; minute < 4; minute += 1) simulator.spend(account, 5000, 1795608000_000 + minute * 60_000);
    const { invoices, pagination } = await history("auto");
    expect(invoices.map(({ created }) => created)).toEqual([1795608180, 1795608120, 1795608060]);
    expect(pagination).toEqual({ has_more: true, page: 1, per_page: 3, total_count: 4 });
  });

  it("lists by type, everything by default, and refuses a type that there is not", async () => {
    simulator.spend(account, 100);
    simulator.addInvoice(account, { id: "by hand" }, "manual");
    const listed = async (type?: "auto" | "manual" | "all") => (await history(type)).invoices.length;
    expect([await listed("auto"), await listed("manual"), await listed("all"), await listed()]).toEqual([1, 1, 2, 2]);
    const refusal = await rejection(history("none" as "all"));
    expect(refusal instanceof APIError && refusal.status).toBe(400);
  });

  it("is forgotten by a reset", async () => {
    simulator.spend(account, 100);
    simulator.reset();
    expect((await history()).invoices).toEqual([]);
  });
});

it("the old spending limit of an account is refused to everybody", async () => {
  const old = clientOf(simulator).aiGateway.billing.spendingLimit;
  const refusal = await rejection(
    old.create({ account_id: account, amount: 10_000, duration: "daily", strategy: "fixed" }),
  );
  expect(refusal instanceof APIError && [refusal.status, refusal.message]).toEqual([
    403,
    expect.stringContaining("spend limits of a gateway"),
  ]);
});
