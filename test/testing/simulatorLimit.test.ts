// The billing simulator's rate limit with the SDK's own retries, its latency, and the call that fails a run.
import { expect, it, jest } from "@jest/globals";
import { InternalServerError, RateLimitError } from "cloudflare";
import { startSimulator } from "../../provider/testing/simulator";
import { RateLimit } from "../../provider/testing/simulator/limit";
import { account, clientOf, config, rejection } from "./simulatorClient";

it("the limit answers 429 past the limit, and says in whole seconds how long", async () => {
  const simulator = await startSimulator({ rateLimit: { requests: 2, windowMs: 299_001 } });
  const api = config(clientOf(simulator));
  await api.get({ account_id: account });
  await api.get({ account_id: account });
  const failure = await rejection(api.get({ account_id: account }));
  if (!(failure instanceof RateLimitError)) throw failure;
  expect(failure.headers.get("retry-after")).toMatch(/^(299|300)$/);
  expect(failure.errors).toMatchObject([{ code: 10100, message: expect.stringContaining("More than 2 requests") }]);
  await simulator.close();
});

it("the limit lets a client through that waits as long as it was asked to", async () => {
  const simulator = await startSimulator({ rateLimit: { requests: 1, windowMs: 1000 } });
  const api = config(clientOf(simulator, { maxRetries: 2 }));
  await api.get({ account_id: account });
  await api.create({ account_id: account, amount: 5000, threshold: 1000 });
  expect(simulator.requests.map(({ status }) => status)).toEqual([200, 429, 200]);
  expect(simulator.changes(account)).toBe(1);
  await simulator.close();
});

it("the limit rounds the wait up and opens the next window with the first request after it", () => {
  const limit = new RateLimit({ requests: 1, windowMs: 2000 });
  expect(limit.refusal(10_000)).toBeNull();
  expect(limit.refusal(10_999)?.headers).toEqual({ "retry-after": "2" });
  expect(limit.refusal(11_999)?.headers).toEqual({ "retry-after": "1" });
  expect(limit.refusal(12_000)).toBeNull();
  expect(limit.refusal(13_999)?.status).toBe(429);
});

it("the limit opens a fresh window on reset", async () => {
  const simulator = await startSimulator({ rateLimit: { requests: 1, windowMs: 600_000 } });
  const api = config(clientOf(simulator));
  await api.get({ account_id: account });
  simulator.reset();
  await api.get({ account_id: account });
  expect(simulator.requests).toMatchObject([{ status: 200 }]);
  await simulator.close();
});

it("latency lets a request take effect on arrival, however long the answer is held back", async () => {
  const simulator = await startSimulator({ latencyMs: 600_000 });
  const call = rejection(config(clientOf(simulator)).create({ account_id: account, amount: 5000, threshold: 1000 }));
  while (simulator.config(account) === null) await new Promise((next) => setTimeout(next, 5));
  expect(simulator.requests).toMatchObject([{ status: null }]);
  await simulator.close();
  expect(await call).toBeDefined();
});

it.each([
  ["as the SDK spells it", "", {}],
  ["with a slash at the end", "/", {}],
  ["without a credential", "", { apiToken: null }],
])("fails the run for good after one attempt to charge a card, %s", async (_, suffix, credentials) => {
  const stderr = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const simulator = await startSimulator();
  simulator.fault({ kind: "envelope", times: Number.POSITIVE_INFINITY });
  const client = clientOf(simulator, { maxRetries: 2, ...credentials });
  const failure = await rejection(client.post(`/accounts/${account}/ai-gateway/billing/topup${suffix}`, { body: {} }));
  expect(failure).toBeInstanceOf(InternalServerError);
  expect(String(stderr.mock.calls[0])).toContain("charges the card at once");
  stderr.mockRestore();
  simulator.reset();
  expect(simulator.charges).toBe(1);
  await expect(simulator.close()).rejects.toThrow("asked 1 time(s) to charge a card");
  await expect(simulator.close()).rejects.toThrow("asked 1 time(s) to charge a card");
});

it("does not take the config endpoint for a charge", async () => {
  const simulator = await startSimulator();
  await config(clientOf(simulator)).create({ account_id: account, amount: 5000, threshold: 1000 });
  expect(simulator.charges).toBe(0);
  await expect(simulator.close()).resolves.toBeUndefined();
});
