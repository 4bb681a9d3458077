// Every kind of scripted fault, as the official SDK sees it: which requests meet it, what arrives, and whether the request took effect.
import { describe, expect, it } from "@jest/globals";
import { APIConnectionError } from "cloudflare";
import { type FaultAction, startSimulator } from "../../provider/testing/simulator";
import { rejectionOf } from "../support/rejection";
import { account, amounts, config, declared, otherAccount, useSimulator } from "./simulatorClient";

const simulator = useSimulator();
const create = (signal?: AbortSignal) => config(simulator.current).create(declared, { signal });
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((next) => setTimeout(next, 5));
};

describe("a fault with an answer of its own", () => {
  const envelope = { success: false, errors: [{ code: 1, message: "no" }], messages: [], result: null };
  const rows: readonly [string, FaultAction, object][] = [
    ["a status alone", { kind: "envelope", status: 409 }, { status: 409, error: { ...envelope, errors: [] } }],
    ["errors", { kind: "envelope", status: 500, errors: envelope.errors }, { status: 500, error: envelope }],
    ["HTML", { kind: "raw", status: 502, body: "<html>bad" }, { message: "502 <html>bad" }],
    ["an empty body", { kind: "raw", status: 503 }, { message: "503 status code (no body)" }],
    ["headers", { kind: "envelope", status: 429, headers: { "Retry-After": "7" } }, { status: 429 }],
  ];

  it.each(rows)("(%s) is refused as it was scripted, and nothing takes effect", async (_, fault, expected) => {
    simulator.current.fault(fault);
    const failure = Object(await rejectionOf(create()));
    expect(failure).toMatchObject(expected);
    expect(failure.headers.get("cf-ray")).toBe(simulator.current.requests[0]?.ray);
    expect(failure.headers.get("retry-after")).toBe("headers" in fault ? "7" : null);
    expect(simulator.current.requests).toMatchObject([{ status: failure.status, fault: fault.kind }]);
    expect(simulator.current.changes(account)).toBe(0);
  });

  it("is told apart from a true one by `apply`: then the request has taken effect, unless the API would refuse it", async () => {
    const fault: FaultAction = { kind: "envelope", status: 500, apply: true };
    simulator.current.fault({ ...fault, times: 2 });
    const reader = config(simulator.current, { apiToken: simulator.current.readOnlyToken });
    expect(await rejectionOf(reader.create(declared))).toMatchObject({ status: 500 });
    expect(simulator.current.config(account)).toBeNull();
    expect(await rejectionOf(create())).toMatchObject({ status: 500 });
    expect(simulator.current.config(account)).toEqual(amounts);
  });
});

describe("a fault with an answer that looks fine", () => {
  const rows: readonly [string, FaultAction, unknown, boolean][] = [
    ["success: false", { kind: "envelope", success: false }, null, false],
    ["result: null", { kind: "envelope" }, null, false],
    ["another result", { kind: "envelope", result: { amount: 1, threshold: 2 } }, { amount: 1, threshold: 2 }, false],
    ["a changed result", { kind: "alter", result: { amount: 1 } }, { amount: 1, threshold: 1000 }, true],
    ["numbers as strings", { kind: "strings" }, { amount: "5000", threshold: "1000" }, true],
    ["text instead of JSON", { kind: "raw", body: "hello" }, undefined, false],
    ["a slow drip", { kind: "drip", pauseMs: 1, pieceBytes: 40 }, amounts, true],
    ["a delay", { kind: "delay", ms: 20 }, amounts, true],
  ];

  it.each(rows)("(%s) is handed on by the SDK", async (_, fault, result, applied) => {
    simulator.current.fault(fault);
    expect(await create()).toEqual(result);
    expect(simulator.current.requests).toMatchObject([{ status: 200, fault: fault.kind }]);
    expect(simulator.current.changes(account)).toBe(applied ? 1 : 0);
  });

  it("(a flood) is as long as it was scripted, announces no length, and still holds the true result", async () => {
    simulator.current.fault({ kind: "flood", bytes: 50_000_000 });
    const response = await config(simulator.current).get({ account_id: account }).asResponse();
    expect(response.headers.get("content-length")).toBeNull();
    const text = await response.text();
    expect(text.length).toBeGreaterThan(50_000_000);
    expect(JSON.parse(text)).toMatchObject({ success: true, result: { amount: null } });
  });
});

describe("a broken connection", () => {
  const lost = expect.any(APIConnectionError);
  const rows: readonly [string, FaultAction, unknown, boolean][] = [
    ["reset before the request takes effect", { kind: "reset" }, lost, false],
    ["reset after it", { kind: "reset", apply: true }, lost, true],
    ["cut in the middle of the answer", { kind: "cut" }, expect.objectContaining({ message: "terminated" }), true],
  ];

  it.each(rows)("(%s) fails the call and is on record without a status", async (_, fault, failure, applied) => {
    simulator.current.fault(fault);
    expect(await rejectionOf(create())).toEqual(failure);
    expect(simulator.current.requests).toMatchObject([{ status: null, fault: fault.kind }]);
    expect(simulator.current.changes(account)).toBe(applied ? 1 : 0);
  });
});

describe("a silent server", () => {
  const rows: readonly [string, FaultAction, boolean][] = [
    ["before the request takes effect", { kind: "hang" }, false],
    ["after it", { kind: "hang", apply: true }, true],
    ["in the middle of the body", { kind: "stall" }, true],
    ["between drops", { kind: "drip", pauseMs: 600_000 }, true],
    ["before a late answer", { kind: "delay", ms: 600_000 }, true],
  ];

  it.each(rows)(
    "(%s) lasts until the client gives up, and is on record without a status",
    async (_, fault, applied) => {
      simulator.current.fault(fault);
      const client = new AbortController();
      const failure = rejectionOf(create(client.signal));
      await until(() => Boolean(simulator.current.requests[0]?.body));
      client.abort();
      expect(await failure).toBeDefined();
      expect(simulator.current.requests).toMatchObject([{ status: null, fault: fault.kind }]);
      expect(simulator.current.changes(account)).toBe(applied ? 1 : 0);
    },
  );

  it("ends every connection at once when it is closed", async () => {
    const hanging = await startSimulator();
    for (const [, fault] of rows) hanging.fault(fault);
    const calls = rows.map(() => rejectionOf(config(hanging).create(declared)));
    await until(() => hanging.requests.filter(({ body }) => body !== null).length === rows.length);
    await hanging.close();
    expect(await Promise.all(calls)).toEqual(rows.map(() => expect.anything()));
  });
});

describe("the script of faults", () => {
  const ENDLESS = Number.POSITIVE_INFINITY;

  /** The statuses of so many GETs in a row. */
  async function statuses(count: number, accountId = account): Promise<(number | null)[]> {
    const before = simulator.current.requests.length;
    for (let i = 0; i < count; i += 1)
      await Promise.allSettled([config(simulator.current).get({ account_id: accountId })]);
    return simulator.current.requests.slice(before).map(({ status }) => status);
  }

  it.each([
    ["each once, in its order", [{}, { status: 502 }, { status: 503, skip: 1 }], [500, 502, 200, 503, 200]],
    ["after `skip` requests, `times` times", [{ skip: 2, times: 2 }], [200, 200, 500, 500, 200, 200]],
    ["for ever, if that is asked for", [{ times: ENDLESS }], [500, 500, 500, 500]],
  ])("is played %s", async (_, faults, expected) => {
    for (const fault of faults) simulator.current.fault({ kind: "envelope", status: 500, ...fault });
    expect(simulator.current.pendingFaults).toBe(faults.length);
    expect(await statuses(expected.length)).toEqual(expected);
    simulator.current.clearFaults();
    expect([simulator.current.pendingFaults, await statuses(1)]).toEqual([0, [200]]);
  });

  it("leaves other methods and accounts alone", async () => {
    simulator.current.fault({ kind: "envelope", status: 500, method: "POST" });
    simulator.current.fault({ kind: "envelope", status: 501, accountId: otherAccount.toUpperCase() });
    expect(await statuses(1)).toEqual([200]);
    expect(await statuses(1, otherAccount)).toEqual([501]);
    expect(await rejectionOf(create())).toMatchObject({ status: 500 });
  });

  it("comes before the credentials, which made-up answers never reach", async () => {
    simulator.current.fault({ kind: "envelope", status: 503 });
    const stranger = config(simulator.current, { apiToken: "unknown" });
    expect(await rejectionOf(stranger.get({ account_id: account }))).toMatchObject({ status: 503 });
  });
});
