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

  it.each([
    [1, "topup/config"],
    [16, "invoice-history?type=auto"],
  ])("takes an answer of up to %d MB from %s, and gives up on a larger one long before its end", async (most, path) => {
    const from = `${simulator.url}/accounts/${account}/ai-gateway/billing/${path}`;
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
