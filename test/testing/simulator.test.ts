// What the billing simulator keeps of an account and shows of it to the official SDK, what it records, and how it starts, stops and forgets.
import { describe, expect, it } from "@jest/globals";
import { startSimulator } from "../../provider/testing/simulator";
import { withSimulator } from "../support/core";
import { rejectionOf } from "../support/rejection";
import { account, amounts, clientOf, config, declared, otherAccount, PATH, useSimulator } from "./simulatorClient";

const simulator = useSimulator();
const get = { account_id: account };
const read = () => config(simulator.current).get(get);
const billing = () => clientOf(simulator.current).aiGateway.billing;

describe("the simulated config", () => {
  it("is what POST sets until DELETE removes it, in either spelling of the account id", async () => {
    const api = config(simulator.current);
    expect(await api.create({ ...declared, account_id: account.toUpperCase() })).toEqual(amounts);
    expect(await read()).toEqual({ ...amounts, error: null, disabledReason: null, lastFailedAt: null });
    expect(simulator.current.requests[0]?.accountId).toBe(account);
    expect(await api.delete(get)).toEqual({});
    expect(simulator.current.config(account)).toBeNull();
  });

  it("is upserted by POST, and only writes that change something are counted", async () => {
    const api = config(simulator.current);
    await api.delete(get);
    await api.create(declared);
    await api.create(declared);
    await api.create({ ...declared, amount: 6000 });
    await api.create({ ...declared, account_id: otherAccount });
    expect([simulator.current.changes(account), simulator.current.changes()]).toEqual([2, 3]);
    expect(simulator.current.config(account)).toEqual({ amount: 6000, threshold: 1000 });
  });

  it("is shown as nulls and as zeros in turn while it is not set, or in the one way that a test asks for", async () => {
    const seen = [await read(), await read(), await read()].map(({ amount, threshold }) => [amount, threshold]);
    expect(seen).toEqual([
      [null, null],
      [0, 0],
      [null, null],
    ]);
    await withSimulator({ unset: "zeros" }, async (zeros) => {
      for (let times = 0; times < 2; times += 1) {
        expect(await config(zeros).get(get)).toMatchObject({ amount: 0, threshold: 0 });
      }
    });
  });

  it("can be changed as in the dashboard, which is not counted, and has the health that was set", async () => {
    simulator.current.setConfig(account, { amount: 7000, threshold: 700 });
    simulator.current.setHealth(account, { error: "card_declined", lastFailedAt: 1767225600 });
    simulator.current.setHealth(account, { disabledReason: "too many failures" });
    const health = { error: "card_declined", disabledReason: "too many failures", lastFailedAt: 1767225600 };
    expect(await read()).toEqual({ amount: 7000, threshold: 700, ...health });
    expect(simulator.current.changes(account)).toBe(0);
    expect(() => simulator.current.setConfig("abc", null)).toThrow("'abc' is not an account id");
  });
});

describe("simulated credits", () => {
  const NOON = Date.parse("2026-11-25T12:00:00Z");
  const charged = (created: number, more = {}) => expect.objectContaining({ created: NOON / 1000 + created, ...more });
  const history = async (type: "auto" | "manual" = "auto") =>
    (await billing().invoiceHistory({ account_id: account, type })).invoices;
  const balance = async () => (await billing().creditBalance(get)).balance;

  it("have a balance with the config and its health inside", async () => {
    simulator.current.setConfig(account, amounts);
    simulator.current.setHealth(account, { error: "card_declined" });
    simulator.current.setBalance(account, { balance: -12.5, payment_method: null });
    expect(await billing().creditBalance(get)).toEqual({
      balance: -12.5,
      has_default_payment_method: true,
      payment_method: null,
      first_topup_success: true,
      topup_config: { ...amounts, error: "card_declined", disabledReason: null, lastFailedAt: null },
    });
  });

  it("are charged for once the balance is below the threshold, and not before", async () => {
    simulator.current.setConfig(account, amounts);
    simulator.current.setBalance(account, { balance: 3000 });
    simulator.current.spend(account, 2000);
    expect(await history()).toEqual([]);
    simulator.current.spend(account, 1, NOON);
    const paid = { amount_due: 5000, amount_paid: 5000, amount_remaining: 0, currency: "usd", status: "paid" };
    expect(await history()).toEqual([charged(0, paid)]);
    expect([await balance(), await history("manual")]).toEqual([5999, []]);
  });

  it("are charged for until the balance reaches the threshold, the newest charge first, and never while off", async () => {
    simulator.current.spend(account, 2000);
    expect(await history()).toEqual([]);
    simulator.current.setConfig(account, amounts);
    simulator.current.spend(account, 6000, NOON);
    simulator.current.spend(account, 5000, NOON + 60_000);
    expect(await history()).toEqual([charged(60), charged(0), charged(0)]);
    expect(await balance()).toBe(2000);
    expect(simulator.current.invoices(otherAccount)).toEqual([]);
  });

  it("leave one open invoice for each use if the card declines, which the config reports", async () => {
    simulator.current.setConfig(account, amounts);
    simulator.current.declineCard(account, { error: "card_declined" });
    simulator.current.spend(account, 100, NOON);
    simulator.current.spend(account, 100, NOON + 60_000);
    const open = { status: "open", amount_paid: 0, amount_remaining: 5000, attempted: true };
    expect(await history()).toEqual([charged(60, open), charged(0, open)]);
    expect(await read()).toMatchObject({ error: "card_declined", disabledReason: null, lastFailedAt: NOON + 60_000 });
    simulator.current.declineCard(account, { disabledReason: "payment_failed" });
    simulator.current.spend(account, 100);
    simulator.current.spend(account, 100);
    expect(simulator.current.invoices(account)).toHaveLength(3);
  });
});

describe("the simulator", () => {
  it("answers in an envelope with the remarks that were set, as JSON and with a request id of its own each time", async () => {
    simulator.current.setMessages(account, ["Auto top-up moves soon."]);
    const [first, second] = [await read().asResponse(), await read().asResponse()];
    const messages = [{ code: 1000, message: "Auto top-up moves soon." }];
    expect(await first.json()).toMatchObject({ success: true, errors: [], messages });
    expect(first.headers.get("content-type")).toBe("application/json");
    expect(first.headers.get("cf-ray")).toMatch(/^[0-9a-f]{16}-SIM$/);
    expect(second.headers.get("cf-ray")).not.toBe(first.headers.get("cf-ray"));
    const rays = simulator.current.requests.map(({ ray }) => ray);
    expect(rays).toEqual([first, second].map(({ headers }) => headers.get("cf-ray")));
  });

  it("records every request in the order of arrival, and hands it on when it is complete", async () => {
    const seen: unknown[] = [];
    await withSimulator({ onRequest: (request) => seen.push(request) }, async (watched) => {
      await config(watched).create(declared);
      await rejectionOf(config(watched).get({ account_id: "abc" }));
      const common = { auth: "token", fault: null, at: expect.any(Number), ray: expect.any(String) };
      const created = { method: "POST", path: `/client/v4${PATH}`, accountId: account, body: amounts, status: 200 };
      const refused = { method: "GET", path: expect.any(String), accountId: "abc", body: null, status: 404 };
      expect(watched.requests).toEqual([created, refused].map((one) => ({ ...common, ...one })));
    });
    expect(seen).toMatchObject([{ status: 200 }, { status: 404 }]);
  });

  it("takes the port and the credentials that it is given, and says so if a port is taken", async () => {
    const own = { apiToken: "t", readOnlyToken: "r", email: "e" };
    const first = await startSimulator();
    const port = Number(new URL(first.url).port);
    await expect(startSimulator({ port })).rejects.toThrow(`cannot listen on 127.0.0.1 port ${port}: it is in use`);
    await first.close();
    await withSimulator({ port, ...own }, async (second) => {
      expect(second).toMatchObject({ url: `http://127.0.0.1:${port}/client/v4`, ...own });
      await config(second).get(get);
    });
  });

  it("forgets accounts, charges, records, faults and tokens on reset", async () => {
    simulator.current.setConfig(account, amounts);
    simulator.current.spend(account, 100);
    simulator.current.acceptToken("rotated");
    simulator.current.fault({ kind: "hang", times: 2 });
    await rejectionOf(config(simulator.current, { timeout: 50 }).get(get));
    simulator.current.reset();
    const { requests, pendingFaults } = simulator.current;
    expect([requests.length, pendingFaults, simulator.current.changes()]).toEqual([0, 0, 0]);
    expect([simulator.current.config(account), simulator.current.invoices(account)]).toEqual([null, []]);
    expect(await rejectionOf(config(simulator.current, { apiToken: "rotated" }).get(get))).toMatchObject({
      status: 401,
    });
  });
});
