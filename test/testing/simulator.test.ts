// The official SDK against the billing simulator's endpoints, as it would use the real ones.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, clientOf, config, otherAccount } from "./simulatorClient";

let simulator: BillingSimulator;
const declared = { account_id: account, amount: 5000, threshold: 1000 };

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe("the config endpoint", () => {
  it("keeps what POST sets until DELETE removes it", async () => {
    const api = config(clientOf(simulator));
    expect(await api.create(declared)).toEqual({ amount: 5000, threshold: 1000 });
    expect(await api.get({ account_id: account })).toEqual({
      amount: 5000,
      threshold: 1000,
      error: null,
      disabledReason: null,
      lastFailedAt: null,
    });
    expect(await api.delete({ account_id: account })).toEqual({});
    expect(simulator.config(account)).toBeNull();
  });

  it("treats POST as an upsert and counts only writes that change something", async () => {
    const api = config(clientOf(simulator));
    await api.create(declared);
    await api.create(declared);
    await api.create({ ...declared, amount: 6000 });
    await api.create({ ...declared, account_id: otherAccount });
    expect(simulator.changes(account)).toBe(2);
    expect(simulator.changes()).toBe(3);
    expect(simulator.config(account)).toEqual({ amount: 6000, threshold: 1000 });
  });

  it("answers DELETE for an unset config with success and without a change", async () => {
    await config(clientOf(simulator)).delete({ account_id: account });
    expect(simulator.changes(account)).toBe(0);
  });

  it("shows an unset config as nulls and as zeros in turn", async () => {
    const api = config(clientOf(simulator));
    expect(await api.get({ account_id: account })).toMatchObject({ amount: null, threshold: null });
    expect(await api.get({ account_id: account })).toMatchObject({ amount: 0, threshold: 0 });
    expect(await api.get({ account_id: account })).toMatchObject({ amount: null, threshold: null });
  });

  it("always shows an unset config in the one way that a test asks for", async () => {
    const zeros = await startSimulator({ unset: "zeros" });
    const api = config(clientOf(zeros));
    expect(await api.get({ account_id: account })).toMatchObject({ amount: 0, threshold: 0 });
    expect(await api.get({ account_id: account })).toMatchObject({ amount: 0, threshold: 0 });
    await zeros.close();
  });

  it("shows changes made in the dashboard, and does not count them", async () => {
    simulator.setConfig(account, { amount: 7000, threshold: 700 });
    expect(await config(clientOf(simulator)).get({ account_id: account })).toMatchObject({
      amount: 7000,
      threshold: 700,
    });
    expect(simulator.changes(account)).toBe(0);
    simulator.setConfig(account, null);
    expect(simulator.config(account)).toBeNull();
  });

  it("reports the health that was set, and keeps the parts that were not named", async () => {
    simulator.setHealth(account, { error: "card_declined", lastFailedAt: 1767225600 });
    simulator.setHealth(account, { disabledReason: "too many failures" });
    expect(await config(clientOf(simulator)).get({ account_id: account })).toMatchObject({
      error: "card_declined",
      disabledReason: "too many failures",
      lastFailedAt: 1767225600,
    });
  });

  it("knows one account by its id in either case", async () => {
    await config(clientOf(simulator)).create({ ...declared, account_id: account.toUpperCase() });
    expect(simulator.config(account)).toEqual({ amount: 5000, threshold: 1000 });
    expect(simulator.requests[0]?.accountId).toBe(account);
  });
});

describe("the credit balance", () => {
  it("comes with the top-up config and its health inside", async () => {
    simulator.setConfig(account, { amount: 5000, threshold: 1000 });
    simulator.setHealth(account, { error: "card_declined" });
    simulator.setBalance(account, { balance: -12.5, payment_method: null });
    expect(await clientOf(simulator).aiGateway.billing.creditBalance({ account_id: account })).toEqual({
      balance: -12.5,
      has_default_payment_method: true,
      payment_method: null,
      first_topup_success: true,
      topup_config: { amount: 5000, threshold: 1000, error: "card_declined", disabledReason: null, lastFailedAt: null },
    });
  });
});

describe("the simulator's envelope", () => {
  it("carries the remarks that were set, as JSON and with a request id of its own each time", async () => {
    simulator.setMessages(account, ["Auto top-up moves soon."]);
    const read = () => config(clientOf(simulator)).get({ account_id: account }).asResponse();
    const [first, second] = [await read(), await read()];
    expect(await first.json()).toMatchObject({
      success: true,
      errors: [],
      messages: [{ code: 1000, message: "Auto top-up moves soon." }],
    });
    expect(first.headers.get("content-type")).toBe("application/json");
    expect(first.headers.get("cf-ray")).toMatch(/^[0-9a-f]{16}-SIM$/);
    expect(second.headers.get("cf-ray")).not.toBe(first.headers.get("cf-ray"));
    expect(simulator.requests.map(({ ray }) => ray)).toEqual([first, second].map((r) => r.headers.get("cf-ray")));
  });
});
