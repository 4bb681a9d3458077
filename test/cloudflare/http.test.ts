// The guard in front of the socket, and the bounds of the answers: which requests may leave the process, direct and through a proxy.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { boundedFetch, largestAnswerTo } from "../../provider/cloudflare/http";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { startProxy } from "../network/fronts";
import { account, withSimulator } from "../support/core";
import { failureOf } from "../support/rejection";

const BILLING = `/client/v4/accounts/${account}/ai-gateway/billing`;
const CHARGE = `${BILLING}/topup`;
const refused = /is not a request that this package may send; nothing was sent$/;

let simulator: BillingSimulator;
let url: string;
let headers: Record<string, string>;

beforeAll(async () => {
  simulator = await startSimulator({ unset: "nulls" });
  url = `${new URL(simulator.url).origin}${CHARGE}/config`;
  headers = { authorization: `Bearer ${simulator.apiToken}` };
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe("the bounded fetch", () => {
  it.each([
    [1, "topup/config"],
    [16, "invoice-history?type=auto"],
  ])("takes an answer of up to %d MB from %s, and gives up on a larger one long before its end", async (most, path) => {
    const from = `${new URL(simulator.url).origin}${BILLING}/${path}`;
    simulator.fault({ kind: "flood", bytes: most * 2 ** 20 - 4096 });
    expect(await (await boundedFetch(from, { headers })).json()).toMatchObject({ success: true });
    simulator.fault({ kind: "flood", bytes: 2 ** 40 });
    expect(await failureOf(boundedFetch(from, { headers }))).toBe(`the answer is larger than ${most} MB`);
    expect(simulator.requests).toHaveLength(2);
  });

  it.each([301, 302, 303, 307, 308] as const)("follows no redirect with status %d", async (status) => {
    await withSimulator({}, async (elsewhere) => {
      simulator.fault({ kind: "redirect", status, location: `${elsewhere.url}/accounts/${account}/` });
      const response = await boundedFetch(url, { method: "POST", headers, body: "{}" });
      expect(response.status).toBe(status);
      expect(elsewhere.requests).toEqual([]);
    });
  });

  it.each([204, 205, 304])("hands over an answer with status %d, which may have no body", async (status) => {
    simulator.fault({ kind: "raw", status });
    const response = await boundedFetch(url, { headers });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe("");
  });

  it("lets the caller's signal end the body, too", async () => {
    simulator.fault({ kind: "stall" });
    const stop = new AbortController();
    const answer = boundedFetch(url, { headers, signal: stop.signal });
    stop.abort();
    expect(await failureOf(answer)).toMatch(/aborted/);
  });
});

describe("a request", () => {
  it.each([
    ["GET", `${CHARGE}/config`],
    ["POST", `${CHARGE}/config`],
    ["DELETE", `${CHARGE}/config`],
    ["GET", `${BILLING}/credit-balance`],
    ["GET", `${BILLING}/invoice-history?type=auto`],
    ["GET", `/a/prefix/of/a/proxy${CHARGE}/config`],
  ])("may be %s %s", (method, path) => {
    expect(largestAnswerTo(method, new URL(path, "https://host.example"))).toBeGreaterThan(0);
  });

  it.each([
    ["POST", CHARGE],
    ["GET", CHARGE],
    ["POST", `${CHARGE}/`],
    ["POST", `${CHARGE}#/accounts/${account}/ai-gateway/billing/topup/config`],
    ["POST", `${CHARGE}?/accounts/${account}/ai-gateway/billing/topup/config`],
    ["POST", `${CHARGE}/config/..`],
    ["POST", `${CHARGE}/config/%2e%2e`],
    ["POST", `${CHARGE}/accounts/${account}/ai-gateway/billing/topup/config`],
    ["POST", `${CHARGE}/config?x=1`],
    ["POST", `${CHARGE}/config/`],
    ["PUT", `${CHARGE}/config`],
    ["POST", `${BILLING}/credit-balance`],
    ["DELETE", `${BILLING}/invoice-history?type=auto`],
    ["GET", `${BILLING}/invoice-history?type=manual`],
    ["POST", `${BILLING}/spending-limit`],
    ["POST", `/client/v4/accounts/abc/ai-gateway/billing/topup/config`],
    ["GET", "/"],
  ])("may not be %s %s", (method, path) => {
    expect(() => largestAnswerTo(method, new URL(path, "https://host.example"))).toThrow(refused);
  });
});

describe("the guard in front of the socket", () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it("lets nothing but the known requests reach the network directly", async () => {
    for (const path of [CHARGE, `${CHARGE}/config/..`, `${CHARGE}#/config`]) {
      const attempt = `${new URL(url).origin}${path}`;
      expect(await failureOf(boundedFetch(attempt, { method: "post" }))).toMatch(refused);
      expect(await failureOf(boundedFetch(new Request(attempt, { method: "POST" })))).toMatch(refused);
    }
    expect(simulator.requests).toEqual([]);
  });

  it("lets nothing but the known requests reach a proxy", async () => {
    const proxy = await startProxy(0, 407);
    process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
    try {
      const origin = "https://api.cloudflare.example";
      expect(await failureOf(boundedFetch(`${origin}${CHARGE}`, { method: "POST" }))).toMatch(refused);
      expect(proxy.asked).toEqual([]);
      await failureOf(boundedFetch(`${origin}${CHARGE}/config`, { method: "POST" }));
      expect(proxy.asked).toEqual(["CONNECT api.cloudflare.example:443"]);
    } finally {
      await proxy.close();
    }
  });
});
