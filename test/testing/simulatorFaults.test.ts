// Every kind of scripted fault, as the official SDK sees it, and whether the request took effect.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { APIConnectionError, ConflictError, InternalServerError, RateLimitError } from "cloudflare";
import { type BillingSimulator, type FaultAction, startSimulator } from "../../provider/testing/simulator";
import { account, clientOf, config, rejection } from "./simulatorClient";

let simulator: BillingSimulator;
const declared = { account_id: account, amount: 5000, threshold: 1000 };

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

function create(signal?: AbortSignal) {
  return config(clientOf(simulator)).create(declared, { signal });
}

describe("a broken connection", () => {
  const lost = expect.any(APIConnectionError);
  const rows: readonly [string, FaultAction, unknown, boolean][] = [
    ["a reset before the request is read", { kind: "reset" }, lost, false],
    ["a reset after the request took effect", { kind: "reset", apply: true }, lost, true],
    ["an answer cut in the middle", { kind: "cut" }, expect.objectContaining({ message: "terminated" }), true],
  ];

  it.each(rows)("%s fails the call and is on record without a status", async (_, fault, failure, applied) => {
    simulator.fault(fault);
    expect(await rejection(create())).toEqual(failure);
    expect(simulator.requests).toMatchObject([{ status: null, fault: fault.kind }]);
    expect(simulator.changes(account)).toBe(applied ? 1 : 0);
  });
});

describe("a silent server", () => {
  const rows: readonly [string, FaultAction, boolean][] = [
    ["before the request took effect", { kind: "hang" }, false],
    ["after the request took effect", { kind: "hang", apply: true }, true],
    ["in the middle of the body", { kind: "stall" }, true],
    ["between drops", { kind: "drip", pauseMs: 600_000 }, true],
    ["before a late answer", { kind: "delay", ms: 600_000 }, true],
  ];

  it.each(rows)("%s lasts until the client gives up, and is on record without a status", async (_, fault, applied) => {
    simulator.fault(fault);
    const timeouts = new AbortController();
    const failure = rejection(create(timeouts.signal));
    while (!simulator.requests[0]?.body) await new Promise((next) => setTimeout(next, 5));
    timeouts.abort();
    expect(await failure).toBeDefined();
    expect(simulator.requests).toMatchObject([{ status: null, fault: fault.kind }]);
    expect(simulator.changes(account)).toBe(applied ? 1 : 0);
  });

  it("in the middle of the body comes after the headers", async () => {
    simulator.fault({ kind: "stall" });
    const timeouts = new AbortController();
    const response = await create(timeouts.signal).asResponse();
    expect(response.status).toBe(200);
    expect(response.headers.get("cf-ray")).toBe(simulator.requests[0]?.ray);
    timeouts.abort();
    expect(await rejection(response.text())).toMatchObject({ name: "AbortError" });
  });
});

describe("a fault with a refusal", () => {
  const envelope = { success: false, errors: [{ code: 1, message: "no" }], messages: [], result: null };
  const later = { "Retry-After": "300" };
  const rows: readonly [string, FaultAction, unknown, object][] = [
    ["a conflict", { kind: "envelope", status: 409 }, ConflictError, { error: { ...envelope, errors: [] } }],
    [
      "an envelope with errors",
      { kind: "envelope", status: 500, errors: envelope.errors },
      InternalServerError,
      { error: envelope },
    ],
    ["a limit with Retry-After", { kind: "envelope", status: 429, headers: later }, RateLimitError, { status: 429 }],
    [
      "HTML",
      { kind: "raw", status: 502, body: "<html>bad gateway" },
      InternalServerError,
      { message: "502 <html>bad gateway" },
    ],
    ["an empty body", { kind: "raw", status: 503 }, InternalServerError, { message: "503 status code (no body)" }],
  ];

  it.each(rows)("%s arrives as it was scripted, and nothing took effect", async (_, fault, errorClass, parts) => {
    simulator.fault(fault);
    const failure = await rejection(create());
    expect(failure).toBeInstanceOf(errorClass);
    expect(failure).toMatchObject(parts);
    expect(simulator.requests).toMatchObject([{ status: Reflect.get(Object(failure), "status"), fault: fault.kind }]);
    expect(simulator.changes(account)).toBe(0);
  });

  it("carries the headers of the script and a request id", async () => {
    const headers = { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" };
    simulator.fault({ kind: "envelope", status: 429, headers });
    const failure = await rejection(create());
    if (!(failure instanceof RateLimitError)) throw failure;
    expect(failure.headers.get("retry-after")).toBe(headers["Retry-After"]);
    expect(failure.headers.get("cf-ray")).toBe(simulator.requests[0]?.ray);
  });

  it("can come after the request took effect", async () => {
    simulator.fault({ kind: "envelope", status: 500, apply: true });
    expect(await rejection(create())).toBeInstanceOf(InternalServerError);
    expect(simulator.config(account)).toEqual({ amount: 5000, threshold: 1000 });
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
    ["a slow drip", { kind: "drip", pauseMs: 1, pieceBytes: 40 }, { amount: 5000, threshold: 1000 }, true],
    ["a delay", { kind: "delay", ms: 20 }, { amount: 5000, threshold: 1000 }, true],
  ];

  it.each(rows)("%s is what the SDK hands on", async (_, fault, result, applied) => {
    simulator.fault(fault);
    expect(await create()).toEqual(result);
    expect(simulator.requests).toMatchObject([{ status: 200, fault: fault.kind }]);
    expect(simulator.changes(account)).toBe(applied ? 1 : 0);
  });

  it("a flood is as long as it was scripted, announces no length, and still holds the true result", async () => {
    simulator.fault({ kind: "flood", bytes: 50_000_000 });
    const response = await config(clientOf(simulator)).get({ account_id: account }).asResponse();
    expect(response.headers.get("content-length")).toBeNull();
    const text = await response.text();
    expect(text.length).toBeGreaterThan(50_000_000);
    expect(JSON.parse(text)).toMatchObject({ success: true, result: { amount: null } });
  });

  it("an empty body that says that it is JSON breaks inside the SDK", async () => {
    simulator.fault({ kind: "raw", headers: { "content-type": "application/json" } });
    expect(await rejection(create())).toMatchObject({ message: expect.stringContaining("reading 'result'") });
  });
});

describe("a redirect", () => {
  it.each([
    [307, "POST", { amount: 5000, threshold: 1000 }],
    [303, "GET", null],
  ] as const)("with %d leads the client to the other server with %s", async (status, method, body) => {
    const other = await startSimulator();
    const location = `${other.url}/accounts/${account}/ai-gateway/billing/topup/config`;
    simulator.fault({ kind: "redirect", status, location });
    await rejection(create());
    expect(simulator.requests).toMatchObject([{ status, fault: "redirect" }]);
    expect(other.requests).toMatchObject([{ method, body }]);
    await other.close();
  });
});
