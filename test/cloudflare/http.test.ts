import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { boundedFetch } from "../../provider/cloudflare/http";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, withSimulator } from "../support/core";
import { failureOf } from "../support/rejection";

let simulator: BillingSimulator;
let url: string;
let headers: Record<string, string>;

beforeAll(async () => {
  simulator = await startSimulator({ unset: "nulls" });
  url = `${simulator.url}/accounts/${account}/ai-gateway/billing/topup/config`;
  headers = { authorization: `Bearer ${simulator.apiToken}` };
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe("the bounded fetch", () => {
  it("hands over status, headers and body as they came", async () => {
    const response = await boundedFetch(url, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get("cf-ray")).toBe(simulator.requests[0]?.ray);
    expect(await response.json()).toMatchObject({ success: true, result: { amount: null } });
  });

  it("sends method and body", async () => {
    const body = JSON.stringify({ amount: 5000, threshold: 1000 });
    await boundedFetch(url, { method: "POST", headers, body });
    expect(simulator.config(account)).toEqual({ amount: 5000, threshold: 1000 });
  });

  it("takes an answer of up to 1 MB", async () => {
    simulator.fault({ kind: "flood", bytes: 1024 * 1024 - 4096 });
    const text = await (await boundedFetch(url, { headers })).text();
    expect(JSON.parse(text)).toMatchObject({ success: true });
  });

  it("gives up on an answer that grows beyond it, long before its end", async () => {
    simulator.fault({ kind: "flood", bytes: 2 ** 40 });
    expect(await failureOf(boundedFetch(url, { headers }))).toBe("the answer is larger than 1 MB");
    expect(simulator.requests).toHaveLength(1);
  });

  it("takes a list of invoices of up to 16 MB", async () => {
    const list = `${simulator.url}/accounts/${account}/ai-gateway/billing/invoice-history?type=auto`;
    simulator.fault({ kind: "flood", bytes: 15 * 2 ** 20 });
    expect(await (await boundedFetch(list, { headers })).json()).toMatchObject({ success: true });
    simulator.fault({ kind: "flood", bytes: 2 ** 40 });
    expect(await failureOf(boundedFetch(list, { headers }))).toBe("the answer is larger than 16 MB");
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
