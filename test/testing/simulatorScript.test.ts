// Which requests meet a scripted fault, and that close() ends whatever a fault left hanging.
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, clientOf, config, otherAccount, rejection } from "./simulatorClient";

let simulator: BillingSimulator;
const declared = { account_id: account, amount: 5000, threshold: 1000 };

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

/** The statuses of so many GETs in a row. */
async function statuses(count: number, accountId = account): Promise<(number | null | undefined)[]> {
  const before = simulator.requests.length;
  const api = config(clientOf(simulator));
  for (let i = 0; i < count; i += 1) await api.get({ account_id: accountId }).catch(() => {});
  return simulator.requests.slice(before).map(({ status }) => status);
}

it("a fault hits one request unless it says otherwise", async () => {
  simulator.fault({ kind: "envelope", status: 500 });
  expect(simulator.pendingFaults).toBe(1);
  expect(await statuses(3)).toEqual([500, 200, 200]);
  expect(simulator.pendingFaults).toBe(0);
});

it("a fault lets `skip` requests pass, then hits `times`", async () => {
  simulator.fault({ kind: "envelope", status: 500, skip: 2, times: 2 });
  expect(await statuses(6)).toEqual([200, 200, 500, 500, 200, 200]);
});

it("an endless fault hits every request, until the faults are cleared", async () => {
  simulator.fault({ kind: "envelope", status: 500, times: Number.POSITIVE_INFINITY });
  expect(await statuses(4)).toEqual([500, 500, 500, 500]);
  simulator.clearFaults();
  expect(await statuses(1)).toEqual([200]);
});

it("the simulator plays several faults one after the other, in the order of the script", async () => {
  simulator.fault({ kind: "envelope", status: 500 });
  simulator.fault({ kind: "envelope", status: 502 });
  simulator.fault({ kind: "envelope", status: 503, skip: 1 });
  expect(await statuses(5)).toEqual([500, 502, 200, 503, 200]);
});

it("a fault leaves other methods, accounts and endpoints alone", async () => {
  const client = clientOf(simulator);
  simulator.fault({ kind: "envelope", status: 500, method: "POST" });
  simulator.fault({ kind: "envelope", status: 501, accountId: otherAccount.toUpperCase() });
  simulator.fault({ kind: "envelope", status: 502, endpoint: "credit-balance" });
  expect(await statuses(1)).toEqual([200]);
  expect(await statuses(1, otherAccount)).toEqual([501]);
  const balance = client.aiGateway.billing.creditBalance({ account_id: account });
  expect(await rejection(balance)).toMatchObject({ status: 502 });
  expect(await rejection(config(client).create(declared))).toMatchObject({ status: 500 });
});

it("a fault comes before credentials and limits, which made-up answers never reach", async () => {
  simulator.fault({ kind: "envelope", status: 503 });
  const stranger = config(clientOf(simulator, { apiToken: "unknown" }));
  expect(await rejection(stranger.get({ account_id: account }))).toMatchObject({ status: 503 });
});

it("a fault does not process a request that the API would refuse", async () => {
  simulator.fault({ kind: "envelope", status: 500, apply: true });
  const reader = config(clientOf(simulator, { apiToken: simulator.readOnlyToken }));
  expect(await rejection(reader.create(declared))).toMatchObject({ status: 500 });
  expect(simulator.config(account)).toBeNull();
});

it("the simulator ends hanging connections at once on close", async () => {
  const hanging = await startSimulator();
  hanging.fault({ kind: "hang" });
  hanging.fault({ kind: "stall" });
  hanging.fault({ kind: "delay", ms: 600_000 });
  hanging.fault({ kind: "drip", pauseMs: 600_000 });
  const api = config(clientOf(hanging));
  const calls = [1, 2, 3, 4].map(() => rejection(api.create(declared)));
  while (hanging.requests.filter(({ body }) => body !== null).length < 4)
    await new Promise((next) => setTimeout(next, 5));
  await hanging.close();
  expect(await Promise.all(calls)).toEqual(Array(4).fill(expect.anything()));
});
