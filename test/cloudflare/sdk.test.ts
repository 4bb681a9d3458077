import { getEventListeners } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Credentials } from "../../provider/cloudflare/credentials";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import type { Fault } from "../../provider/testing/simulator/faults";
import { account, remote as amounts } from "../support/core";
import { loadInMainRealm } from "../support/mainRealm";

const { openRequests } = loadInMainRealm<typeof import("../../provider/cloudflare/sdk")>("cloudflare/sdk.ts");

let simulator: BillingSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ unset: "nulls" });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

function open(credentials: Credentials = { apiToken: simulator.apiToken }, signal?: AbortSignal, timeoutMs = 10_000) {
  return openRequests({ credentials, baseUrl: simulator.url }, timeoutMs, signal);
}

const path = `/client/v4/accounts/${account}/ai-gateway/billing/topup/config`;

describe("the SDK's requests", () => {
  it("are those of the endpoint, one each", async () => {
    const requests = open();
    await requests.get(account);
    await requests.post(account, amounts);
    await requests.delete(account);
    expect(simulator.requests.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: "GET", path, body: null },
      { method: "POST", path, body: amounts },
      { method: "DELETE", path, body: null },
    ]);
  });

  it("carry the token, or the Global API Key with its email", async () => {
    const { apiKey, email } = simulator;
    expect([(await open().get(account)).status, (await open({ apiKey, email }).get(account)).status]).toEqual([
      200, 200,
    ]);
    expect(simulator.requests.map(({ auth }) => auth)).toEqual(["token", "key"]);
  });

  it("hand over the whole envelope with Cloudflare's request id", async () => {
    simulator.setMessages(account, ["soon to change"]);
    const { text, requestId, retryAfter } = await open().get(account);
    expect(JSON.parse(text)).toMatchObject({ success: true, messages: [{ message: "soon to change" }] });
    expect(requestId).toBe(simulator.requests[0]?.ray);
    expect(retryAfter).toBeNull();
  });
});

describe("an exchange that fails", () => {
  async function exchangeWith(fault: Fault, timeoutMs?: number) {
    simulator.fault(fault);
    return open(undefined, undefined, timeoutMs).get(account);
  }

  it("has the status, the envelope and Retry-After of a refusal", async () => {
    const errors = [{ code: 10100, message: "slow down" }];
    const exchange = await exchangeWith({ kind: "envelope", status: 429, errors, headers: { "retry-after": "7" } });
    expect(exchange).toMatchObject({ status: 429, retryAfter: "7", requestId: simulator.requests[0]?.ray });
    expect(JSON.parse(exchange.text)).toEqual({ success: false, errors, messages: [], result: null });
  });

  it("is sent once, whatever the SDK would do by itself", async () => {
    await exchangeWith({ kind: "envelope", status: 500, headers: { "x-should-retry": "true" } });
    await exchangeWith({ kind: "reset" });
    expect(simulator.requests).toHaveLength(2);
  });

  it.each([
    [{ kind: "raw", body: "<html>hello</html>" }, 200, "<html>hello</html>"],
    [{ kind: "raw", status: 502, body: "<html>bad gateway</html>" }, 502, "<html>bad gateway</html>"],
    [{ kind: "raw" }, 200, ""],
    [{ kind: "raw", status: 502 }, 502, ""],
    [{ kind: "raw", status: 204 }, 204, ""],
    [{ kind: "redirect", location: "http://127.0.0.1:1/" }, 307, ""],
  ] satisfies [Fault, number, string][])(
    "has the text of an answer that is not an envelope: %j",
    async (fault, status, text) => {
      expect(await exchangeWith(fault)).toMatchObject({ status, text });
    },
  );

  it.each([
    [{ kind: "hang" }, 200, "it did not answer in time"],
    [{ kind: "stall" }, 200, "it did not answer in time"],
    [{ kind: "drip", pauseMs: 50 }, 200, "it did not answer in time"],
    [{ kind: "reset" }, undefined, "read ECONNRESET"],
    [{ kind: "cut" }, undefined, "other side closed"],
  ] satisfies [Fault, number | undefined, string][])("without a whole answer says why: %j", async (fault, ms, text) => {
    expect(await exchangeWith(fault, ms)).toEqual({ status: null, text, retryAfter: null, requestId: null });
  });

  it("throws, and sends nothing, if a URL leads anywhere but to the known endpoints", async () => {
    const charge = `${simulator.url}/accounts/${account}/ai-gateway/billing/topup`;
    for (const baseUrl of [`${charge}#`, `${charge}?`, `${charge}?x=`]) {
      const requests = openRequests({ credentials: { apiToken: simulator.apiToken }, baseUrl }, 200);
      const error = await requests.post(account, amounts).catch((thrown) => thrown);
      expect(error.message).toMatch(/^POST .* is not a request that this package may send; nothing was sent$/);
    }
    expect(simulator.requests).toEqual([]);
  });

  it("because the run was stopped has no answer, and sends nothing more", async () => {
    const stop = new AbortController();
    const requests = open(undefined, stop.signal);
    simulator.fault({ kind: "hang" });
    const pending = requests.get(account);
    stop.abort();
    expect((await pending).status).toBeNull();
    expect((await requests.post(account, amounts)).status).toBeNull();
    expect(simulator.config(account)).toBeNull();
  });
});

describe("the run's signal", () => {
  it("keeps no listener of a request that has ended, whatever its end", async () => {
    const { signal } = new AbortController();
    const requests = open(undefined, signal);
    simulator.fault({ kind: "reset" });
    for (let times = 0; times < 5; times++) await requests.get(account);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a credential", () => {
  it.each([200, 400, 502])("that an answer with status %d repeats is taken out of it", async (status) => {
    const { apiToken, apiKey, email } = simulator;
    simulator.fault({ kind: "raw", status, body: `you sent Bearer ${apiToken} and ${apiKey}`, times: 2 });
    const texts = [(await open().get(account)).text, (await open({ apiKey, email }).get(account)).text];
    expect(texts[0]).toContain("you sent Bearer");
    expect(texts[0]).not.toContain(simulator.apiToken);
    expect(texts[1]).not.toContain(simulator.apiKey);
  });
});
