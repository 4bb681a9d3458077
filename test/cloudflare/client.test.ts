import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openBillingApi } from "../../provider/cloudflare/client";
import { ApiError, CancelledError } from "../../provider/cloudflare/errors";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import type { Fault, FaultAction } from "../../provider/testing/simulator/faults";
import { account, remote as amounts, methods, openApi, withSimulator } from "../support/core";
import { failureOf, rejectionOf } from "../support/rejection";

let simulator: BillingSimulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

/** Hits every request from now on. */
function always(fault: FaultAction): void {
  simulator.fault({ ...fault, times: Number.POSITIVE_INFINITY } as Fault);
}

/** What a read fails with. */
async function readFailure(): Promise<ApiError> {
  const error = await rejectionOf(openApi(simulator).api.read(account));
  if (error instanceof ApiError) return error;
  throw error;
}

describe("the API", () => {
  it("reads, writes and unsets with one request each", async () => {
    const { api } = openApi(simulator);
    await api.write(account, amounts);
    expect((await api.read(account)).amounts).toEqual(amounts);
    await api.unset(account);
    expect((await api.read(account)).amounts).toBeNull();
    expect(methods(simulator)).toBe("POST GET DELETE GET");
  });

  it("reads the health beside the amounts", async () => {
    simulator.setConfig(account, amounts);
    simulator.setHealth(account, { error: "declined", disabledReason: "card", lastFailedAt: 1_760_000_000_000 });
    expect((await openApi(simulator).api.read(account)).health).toEqual({
      error: "declined",
      disabledReason: "card",
      lastFailedAt: "2025-10-09T08:53:20.000Z",
    });
  });

  it("reads the credit balance", async () => {
    simulator.setBalance(account, { balance: -12.5, payment_method: null, first_topup_success: false });
    expect(await openApi(simulator).api.creditBalance(account)).toEqual({
      balance: -12.5,
      hasDefaultPaymentMethod: true,
      paymentMethodBrand: null,
      paymentMethodLast4: null,
      firstTopupSucceeded: false,
    });
  });

  it("adds no credential and no address from the environment to those it was given", async () => {
    const before = { ...process.env };
    Object.assign(process.env, { CLOUDFLARE_API_TOKEN: "another", CLOUDFLARE_BASE_URL: "http://127.0.0.1:1" });
    const { apiKey, email } = simulator;
    try {
      await openApi(simulator, { connection: { credentials: { apiKey, email } } }).api.read(account);
    } finally {
      process.env = before;
    }
    expect(simulator.requests.map(({ auth }) => auth)).toEqual(["key"]);
  });

  it("shows Cloudflare's remarks about what succeeded, made fit for a terminal", async () => {
    simulator.setMessages(account, ["this endpoint moves in May", "\u001b[2Jwiped"]);
    const { api, remarks } = openApi(simulator);
    await api.write(account, amounts);
    expect(remarks).toEqual([
      `Cloudflare on account ${account}: this endpoint moves in May (code 1000)`,
      `Cloudflare on account ${account}: [2Jwiped (code 1000)`,
    ]);
  });

  it("shows up to five remarks, and how many more there are", async () => {
    simulator.setMessages(account, Array(8).fill("soon to change"));
    const { api, remarks } = openApi(simulator);
    await api.read(account);
    expect(remarks).toHaveLength(6);
    expect(remarks.at(-1)).toBe(`Cloudflare on account ${account}: and 3 more remarks`);
  });
});

describe("a read", () => {
  it.each([
    ["result: null", { kind: "envelope", result: null }, "an unexpected result: null"],
    ["missing fields", { kind: "envelope", result: {} }, "an unexpected result: {}"],
    ["success: false", { kind: "envelope", success: false, result: { amount: 0, threshold: 0 } }, "success: false"],
    ["HTML", { kind: "raw", body: "<html>Sign in</html>" }, 'not in the API\'s form: "<html>Sign in</html>"'],
    ["an empty body", { kind: "raw" }, "an empty answer"],
    ["a redirect", { kind: "redirect", location: "https://login.example/" }, "answered 307: an empty answer"],
    ["an unset config under 302", { kind: "envelope", status: 302, result: { amount: 0, threshold: 0 } }, "302"],
  ] satisfies [string, FaultAction, string][])("is not believed if it answers with %s", async (_, fault, expected) => {
    always(fault);
    const { message } = await readFailure();
    expect(message).toContain(`Reading the auto top-up config of account ${account} failed. Cloudflare answered`);
    expect(message).toContain(expected);
    expect(simulator.requests).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 409, 429, 500, 503])(
    "is not believed if the status is %d, whatever the result",
    async (status) => {
      always({ kind: "envelope", status, success: true, result: { amount: 0, threshold: 0 } });
      const error = await rejectionOf(openApi(simulator, { pacing: { deadlineMs: 0 } }).api.read(account));
      expect(error).toMatchObject({ name: "ApiError", failure: { status } });
    },
  );
});

describe("a write", () => {
  it.each([
    ["other amounts", { kind: "alter", result: { amount: 4999 } }],
    ["texts", { kind: "strings" }],
    ["no result", { kind: "envelope", result: null }],
    ["success: false", { kind: "envelope", success: false, result: amounts }],
    ["more than is read", { kind: "flood", bytes: 2 ** 30 }],
  ] satisfies [string, FaultAction][])("is not believed if it answers with %s", async (_, fault) => {
    always(fault);
    const error = await rejectionOf(openApi(simulator).api.write(account, amounts));
    expect(error).toMatchObject({ name: "ApiError", outcomeUnknown: true });
    expect(methods(simulator)).toBe("POST");
  });

  it("is not believed if it unsets and its result is not an object", async () => {
    always({ kind: "envelope", result: null });
    expect(await rejectionOf(openApi(simulator).api.unset(account))).toMatchObject({ outcomeUnknown: true });
  });
});

describe("a refusal", () => {
  it("is reported with Cloudflare's message, code and request id, and is asked for once", async () => {
    simulator.revokeToken(simulator.apiToken);
    const error = await readFailure();
    expect(error.failure.status).toBe(401);
    const ray = simulator.requests[0]?.ray;
    expect(error.message).toContain(`Cloudflare answered 401: Authentication error (code 10000) (request id ${ray}).`);
    expect(simulator.requests).toHaveLength(1);
  });
});

describe("trouble that may pass", () => {
  it.each([
    { kind: "envelope", status: 500 },
    { kind: "envelope", status: 503 },
    { kind: "envelope", status: 409 },
    { kind: "envelope", status: 408 },
    { kind: "raw", status: 502, body: "<html>" },
    { kind: "reset" },
    { kind: "cut" },
  ] satisfies FaultAction[])("is met with up to three attempts: %j", async (fault) => {
    simulator.fault({ ...fault, times: 2 });
    expect((await openApi(simulator).api.read(account)).amounts).toBeNull();
    expect(simulator.requests).toHaveLength(3);
    simulator.fault({ ...fault, times: 3 });
    await readFailure();
    expect(simulator.requests).toHaveLength(6);
  });

  it("is reported while a request waits for as long as Cloudflare asked", async () => {
    const headers = { "retry-after": "300" };
    simulator.fault({ kind: "envelope", status: 503, headers });
    const stop = new AbortController();
    const remarks: string[] = [];
    const api = openBillingApi({
      connection: { credentials: { apiToken: simulator.apiToken }, baseUrl: simulator.url },
      signal: stop.signal,
      remark(text) {
        remarks.push(text);
        stop.abort();
      },
    });
    await rejectionOf(api.read(account));
    expect(remarks).toEqual([
      `Cloudflare answered 503: reading the auto top-up config of account ${account} is tried again in 300 s.`,
    ]);
  });

  it.each([200, 503])("is not an answer with status %d that is too large: it is asked for once", async (status) => {
    always({ kind: "raw", status, body: "x".repeat(2 ** 20 + 1) });
    const { message } = await readFailure();
    expect(message).toContain(`Cloudflare answered ${status}: the answer is larger than 1 MB`);
    expect(simulator.requests).toHaveLength(1);
  });
});

describe("the rate limit", () => {
  it("is waited for as Retry-After says, more often than other trouble", async () => {
    const headers = { "retry-after": "0.05" };
    simulator.fault({ kind: "envelope", status: 429, headers, times: 5 });
    expect((await openApi(simulator).api.read(account)).amounts).toBeNull();
    expect(simulator.requests).toHaveLength(6);
  });

  it("is reported at once if the wait would be too long", async () => {
    always({ kind: "envelope", status: 429, headers: { "retry-after": "86400" } });
    expect((await readFailure()).message).toContain("rate limit (1,200 requests per five minutes) is used up");
    expect(simulator.requests).toHaveLength(1);
  });

  it("holds all requests back with one pause: 40 accounts get through without a storm", async () => {
    const accounts = Array.from({ length: 40 }, (_, n) => n.toString(16).padStart(32, "0"));
    await withSimulator({ rateLimit: { requests: 25, windowMs: 500 } }, async (limited) => {
      const { api } = openApi(limited, { pacing: { baseMs: 50 } });
      await Promise.all(accounts.map((id) => api.write(id, amounts)));
      expect(accounts.map((id) => limited.config(id))).toEqual(accounts.map(() => amounts));
      // All 40 were on their way when the first 429 came; each of the 15 that were refused is sent once more.
      expect(limited.requests.length).toBeLessThanOrEqual(40 + 15);
    });
  });
});

describe("an answer that is made to be misread", () => {
  const envelope = (result: string) => `{"success":true,"errors":[],"messages":[],"result":${result}}`;

  it("does not prove an unset config: a number that is too large for JSON is not null", async () => {
    always({ kind: "raw", body: envelope('{"amount":1e999,"threshold":1e999}') });
    expect(await failureOf(openApi(simulator).api.read(account))).toContain("an unexpected result");
  });

  it("does not bring a credential along in escapes, however deep", async () => {
    const escaped = [...simulator.apiToken].map((each) => `\\u00${each.charCodeAt(0).toString(16)}`).join("");
    for (const depth of [0, 6000]) {
      simulator.clearFaults();
      const result = `${"[".repeat(depth)}"${escaped}"${"]".repeat(depth)}`;
      always({ kind: "raw", body: `{"success":false,"errors":[{"message":"${escaped}"}],"result":${result}}` });
      const message = await failureOf(openApi(simulator).api.read(account));
      expect(message).toContain("[credential]");
      expect(message).not.toContain(simulator.apiToken);
    }
  });
});

describe("a stopped run", () => {
  it("ends its requests in flight with a message of its own and sends no more", async () => {
    const stop = new AbortController();
    const connection = { credentials: { apiToken: simulator.apiToken }, baseUrl: simulator.url };
    const api = openBillingApi({ connection, remark() {}, signal: stop.signal });
    always({ kind: "hang" });
    const pending = rejectionOf(api.write(account, amounts));
    stop.abort();
    expect(await pending).toBeInstanceOf(CancelledError);
    const sent = simulator.requests.length;
    expect(await failureOf(api.read(account))).toContain("was cancelled before Cloudflare answered. Run the same");
    expect(simulator.requests).toHaveLength(sent);
  });
});
