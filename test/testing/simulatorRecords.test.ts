// What the billing simulator records, and how it starts, stops and forgets.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { AuthenticationError } from "cloudflare";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, clientOf, config, otherAccount, rejection } from "./simulatorClient";

let simulator: BillingSimulator;
const declared = { account_id: account, amount: 5000, threshold: 1000 };

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe("the records", () => {
  it("hold method, path, account, body, status, scheme and connection in the order of arrival", async () => {
    const api = config(clientOf(simulator));
    await api.create(declared);
    await rejection(api.get({ account_id: "abc" }));
    const path = `/client/v4/accounts/${account}/ai-gateway/billing/topup/config`;
    const body = { amount: 5000, threshold: 1000 };
    const common = { auth: "token", fault: null, connection: expect.any(Number), at: expect.any(Number) };
    expect(simulator.requests).toEqual([
      { ...common, method: "POST", path, accountId: account, body, status: 200, ray: expect.any(String) },
      expect.objectContaining({ method: "GET", accountId: "abc", body: null, status: 404 }),
    ]);
  });

  it("tell connections apart", async () => {
    const one = await startSimulator({ latencyMs: 50 });
    const api = config(clientOf(one));
    await Promise.all([api.get({ account_id: account }), api.get({ account_id: otherAccount })]);
    expect(new Set(one.requests.map(({ connection }) => connection))).toEqual(new Set([1, 2]));
    await one.close();
  });

  it("are handed to onRequest when they are complete", async () => {
    const seen: unknown[] = [];
    const watched = await startSimulator({ onRequest: (request) => seen.push(request) });
    await config(clientOf(watched)).get({ account_id: account });
    await watched.close();
    expect(seen).toEqual([expect.objectContaining({ method: "GET", status: 200 })]);
  });
});

describe("the simulator", () => {
  it("refuses a port that is taken, and says so", async () => {
    const port = Number(new URL(simulator.url).port);
    await expect(startSimulator({ port })).rejects.toThrow(`cannot listen on 127.0.0.1 port ${port}: it is in use`);
  });

  it("takes the port and the credentials that it is given", async () => {
    const first = await startSimulator();
    await first.close();
    const port = Number(new URL(first.url).port);
    const own = { apiToken: "t", readOnlyToken: "r", apiKey: "k", email: "e" };
    const second = await startSimulator({ port, ...own });
    expect(second).toMatchObject({ url: `http://127.0.0.1:${port}/client/v4`, ...own });
    await config(clientOf(second)).get({ account_id: account });
    await second.close();
  });

  it("forgets everything but charges on reset", async () => {
    simulator.setConfig(account, { amount: 5000, threshold: 1000 });
    simulator.acceptToken("rotated");
    simulator.fault({ kind: "hang" });
    await rejection(config(clientOf(simulator, { timeout: 50 })).get({ account_id: account }));
    simulator.fault({ kind: "hang" });
    simulator.reset();
    expect(simulator.config(account)).toBeNull();
    expect([simulator.requests.length, simulator.pendingFaults, simulator.changes()]).toEqual([0, 0, 0]);
    const rotated = config(clientOf(simulator, { apiToken: "rotated" }));
    expect(await rejection(rotated.get({ account_id: account }))).toBeInstanceOf(AuthenticationError);
  });
});
