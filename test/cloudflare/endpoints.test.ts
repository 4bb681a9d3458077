// The guard in front of the socket, and the bounds of the answers: which requests may leave the process, direct and through a proxy.
import { afterEach, describe, expect, it } from "@jest/globals";
import { boundedFetch, largestAnswerTo } from "../../provider/cloudflare/http";
import { startProxy } from "../network/fronts";
import { account, withSimulator } from "../support/core";
import { failureOf } from "../support/rejection";

const BILLING = `/client/v4/accounts/${account}/ai-gateway/billing`;
const CHARGE = `${BILLING}/topup`;
const refused = /is not a request that this package may send; nothing was sent$/;

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
    await withSimulator({}, async ({ url, requests }) => {
      const { origin } = new URL(url);
      const attempts = [`${CHARGE}`, `${CHARGE}/config/..`, `${CHARGE}#/config`].map((path) => `${origin}${path}`);
      for (const attempt of attempts) {
        expect(await failureOf(boundedFetch(attempt, { method: "post" }))).toMatch(refused);
        expect(await failureOf(boundedFetch(new Request(attempt, { method: "POST" })))).toMatch(refused);
      }
      expect(requests).toEqual([]);
    });
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
