// Whom and what the billing simulator refuses: credentials, values and paths, too many requests, and the call that fails a run.
import { describe, expect, it, jest } from "@jest/globals";
import { RateLimitError } from "cloudflare";
import { startSimulator } from "../../provider/testing/simulator";
import { RateLimit } from "../../provider/testing/simulator/gate";
import { withSimulator } from "../support/core";
import { rejectionOf } from "../support/rejection";
import { account, amounts, clientOf, config, declared, otherAccount, PATH, useSimulator } from "./simulatorClient";

const simulator = useSimulator();
const get = { account_id: account };
const key = () => ({ apiToken: null, apiKey: simulator.current.apiKey, apiEmail: simulator.current.email });
const refused = (status: number) => ({ status, errors: [{ code: 10000, message: "Authentication error" }] });

describe("the simulator's credentials", () => {
  it("let the Global API Key with its email do everything", async () => {
    const api = config(simulator.current, key());
    await api.create(declared);
    await api.get(get);
    await api.delete(get);
    expect(simulator.current.requests.map(({ auth, status }) => `${auth} ${status}`)).toEqual(Array(3).fill("key 200"));
  });

  it.each([
    ["no credential", () => ({ apiToken: null })],
    ["an unknown token", () => ({ apiToken: "unknown" })],
    ["a wrong key", () => ({ ...key(), apiKey: "wrong" })],
    ["another user's email", () => ({ ...key(), apiEmail: "other@user.invalid" })],
    ["a key without an email", () => ({ ...key(), apiEmail: null })],
    ["a wrong token beside the right key", () => ({ ...key(), apiToken: "unknown" })],
  ])("answer 401 to %s", async (_, credentials) => {
    expect(await rejectionOf(config(simulator.current, credentials()).get(get))).toMatchObject(refused(401));
  });

  it("answer 400, with the cause one level down, to an Authorization header that is not a bearer token", async () => {
    const basic = { apiToken: null, defaultHeaders: { Authorization: "Basic abc" } };
    const failure = await rejectionOf(config(simulator.current, basic).get(get));
    expect(failure).toMatchObject({ status: 400, errors: [{ code: 6003, error_chain: [{ code: 6111 }] }] });
  });

  it.each([
    ["the read-only token", false, () => ({ apiToken: simulator.current.readOnlyToken })],
    ["a token, if only the dashboard may write", true, () => ({})],
    ["a key, if only the dashboard may write", true, key],
  ])("let %s read, and answer its writes with 403", async (_, dashboardOnly, credentials) => {
    const api = config(simulator.current, credentials());
    simulator.current.dashboardOnly = dashboardOnly;
    simulator.current.setConfig(account, amounts);
    expect(await api.get(get)).toMatchObject(amounts);
    expect(await rejectionOf(api.create({ ...declared, amount: 6000 }))).toMatchObject(refused(403));
    expect(await rejectionOf(api.delete(get))).toMatchObject(refused(403));
    simulator.current.dashboardOnly = false;
    expect(simulator.current.config(account)).toEqual(amounts);
  });

  it("can be rotated, and may be those of the dashboard alone from the start", async () => {
    simulator.current.acceptToken("rotated");
    simulator.current.revokeToken(simulator.current.apiToken);
    await config(simulator.current, { apiToken: "rotated" }).create(declared);
    expect(await rejectionOf(config(simulator.current).get(get))).toMatchObject(refused(401));
    await withSimulator({ dashboardOnly: true }, async (dashboard) => {
      expect(dashboard.dashboardOnly).toBe(true);
      expect(await rejectionOf(config(dashboard).create(declared))).toMatchObject(refused(403));
    });
  });

  it("leave no trace in the records", async () => {
    await config(simulator.current).create(declared);
    await config(simulator.current, key()).get(get);
    await rejectionOf(config(simulator.current, { apiToken: "canary-token" }).get(get));
    const { apiToken, apiKey, email, requests } = simulator.current;
    expect(requests).toHaveLength(3);
    for (const secret of [apiToken, apiKey, email, "canary-token"])
      expect(JSON.stringify(requests)).not.toContain(secret);
  });
});

describe("the simulated endpoints", () => {
  const post = (body: unknown) => clientOf(simulator.current).post(PATH, { body });

  const wrong = (least: number): unknown[] => [least - 1, 1000.5, 2 ** 53, null, undefined, "1000", [1000]];

  it.each<[unknown, unknown, number]>([
    [1000, 500, 200],
    [2 ** 53 - 1, 2 ** 53 - 1, 200],
    ...wrong(1000).map((amount): [unknown, unknown, number] => [amount, 500, 400]),
    ...wrong(500).map((threshold): [unknown, unknown, number] => [1000, threshold, 400]),
  ])("accept exactly the integers from 1000 and 500 cents up: %j with %j is %d", async (amount, threshold, status) => {
    await Promise.allSettled([post({ amount, threshold })]);
    expect(simulator.current.requests).toMatchObject([{ status }]);
    expect(simulator.current.config(account)).toEqual(status === 200 ? { amount, threshold } : null);
  });

  it("name every value that is wrong, and what is wrong with it", async () => {
    const errors = [
      { code: 7001, message: "amount: Expected integer, got string" },
      { code: 7001, message: "threshold: Number must be greater than or equal to 500" },
    ];
    expect(await rejectionOf(post({ amount: "1000", threshold: 499 }))).toMatchObject({ status: 400, errors });
  });

  it("answer 400 to a body that is not JSON, and its text is recorded", async () => {
    const body = "{amount:";
    const sent = clientOf(simulator.current).post(PATH, { body, headers: { "content-type": "application/json" } });
    expect(await rejectionOf(sent)).toMatchObject({ status: 400, errors: [{ code: 6007 }] });
    expect(simulator.current.requests[0]?.body).toBe(body);
  });

  it.each([
    ["an account id that is not well-formed", "get", "/accounts/abc/ai-gateway/billing/topup/config"],
    ["a path under an account that leads nowhere", "get", `/accounts/${account}/ai-gateway/billing/nowhere`],
    ["a path without an account", "get", "/user/tokens/verify"],
    ["a method that the endpoint does not have", "put", PATH],
  ] as const)("answer 404 with code 7003 to %s", async (_, method, path) => {
    const failure = await rejectionOf(clientOf(simulator.current)[method](path));
    expect(failure).toMatchObject({ status: 404, errors: [{ code: 7003 }, { code: 7000 }] });
  });

  it("know only the listed accounts if there is a list", async () => {
    await withSimulator({ accounts: [account.toUpperCase()] }, async (one) => {
      await config(one).get(get);
      const failure = await rejectionOf(config(one).get({ account_id: otherAccount }));
      expect(failure).toMatchObject({ status: 404, errors: [{ code: 7003 }, {}] });
    });
  });
});

describe("the simulator's rate limit", () => {
  it("says in whole seconds how long, and which limit was reached", async () => {
    await withSimulator({ rateLimit: { requests: 1, windowMs: 299_001 } }, async (limited) => {
      await config(limited).get(get);
      const failure = await rejectionOf(config(limited).get(get));
      if (!(failure instanceof RateLimitError)) throw failure;
      expect(failure.headers.get("retry-after")).toMatch(/^(299|300)$/);
      expect(failure.errors).toMatchObject([{ code: 10100, message: expect.stringContaining("More than 1 requests") }]);
    });
  });

  it("rounds the wait up and opens the next window with the first request after it", () => {
    const limit = new RateLimit({ requests: 1, windowMs: 2000 });
    expect(limit.refusal(10_000)).toBeNull();
    expect(limit.refusal(10_999)?.headers).toEqual({ "retry-after": "2" });
    expect(limit.refusal(11_999)?.headers).toEqual({ "retry-after": "1" });
    expect(limit.refusal(12_000)).toBeNull();
    expect(limit.refusal(13_999)?.status).toBe(429);
  });
});

describe("an attempt to charge a card", () => {
  it.each([
    ["as the SDK spells it", "topup", {}],
    ["with a slash at the end", "topup/", {}],
    ["with an encoded letter", "%74opup", {}],
    ["without a credential", "topup", { apiToken: null }],
  ])("fails the run for good, and is not retried, %s", async (_, endpoint, credentials) => {
    const stderr = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    const charged = await startSimulator();
    charged.fault({ kind: "envelope", times: Number.POSITIVE_INFINITY });
    const client = clientOf(charged, { maxRetries: 2, ...credentials });
    const failure = await rejectionOf(client.post(`/accounts/${account}/ai-gateway/billing/${endpoint}`, { body: {} }));
    expect(failure).toMatchObject({ status: 500 });
    expect(String(stderr.mock.calls[0])).toContain("charges the card at once");
    stderr.mockRestore();
    charged.reset();
    await expect(charged.close()).rejects.toThrow("asked 1 time(s) to charge a card");
    await expect(charged.close()).rejects.toThrow("asked 1 time(s) to charge a card");
  });
});
