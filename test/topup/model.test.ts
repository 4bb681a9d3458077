import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { openEnvelope, parseAmounts, parseRemoteConfig, sameAmounts } from "../../provider/cloudflare/answers";
import { inputsOf, parsePriorState, parseResource } from "../../provider/topup/model";
import { healthy, stored as state } from "../support/core";

describe("a remote config", () => {
  it.each([
    { amount: null, threshold: null },
    { amount: 0, threshold: 0 },
    { amount: 0, threshold: null },
    { amount: null, threshold: null, error: null, disabledReason: null, lastFailedAt: null },
  ])("is not set if the answer is %j", (result) => {
    expect(parseRemoteConfig(result)).toEqual({ amounts: null, health: healthy });
  });

  it("has its amounts and its health", () => {
    const result = { amount: 5000, threshold: 1000, error: "declined", disabledReason: "card", lastFailedAt: null };
    const health = { error: "declined", disabledReason: "card", lastFailedAt: null };
    expect(parseRemoteConfig(result)).toEqual({ amounts: { amount: 5000, threshold: 1000 }, health });
  });

  it("takes an empty text of health for nothing to report", () => {
    expect(
      parseRemoteConfig({ amount: 1000, threshold: 500, error: "", disabledReason: "", lastFailedAt: "" })?.health,
    ).toEqual(healthy);
  });

  it.each([
    null,
    undefined,
    {},
    [],
    "",
    "text",
    0,
    { amount: 5000 },
    { threshold: 1000 },
    { amount: null },
    { amount: 5000, threshold: null },
    { amount: 0, threshold: 1000 },
    { amount: -5000, threshold: 1000 },
    { amount: 5000, threshold: -1 },
    { amount: "5000", threshold: "1000" },
    { amount: Number.NaN, threshold: Number.NaN },
    { amount: Number.POSITIVE_INFINITY, threshold: 1000 },
    { amount: false, threshold: false },
    { amount: 5000, threshold: 1000, error: 17 },
    { amount: 0, threshold: 0, disabledReason: { code: 1 } },
  ])("is proven by neither half an answer nor a wrong one: %j", (result) => {
    expect(parseRemoteConfig(result)).toBeNull();
  });

  it.each([
    [1_760_000_000, "2025-10-09T08:53:20.000Z"],
    [1_760_000_000_000, "2025-10-09T08:53:20.000Z"],
    ["2026-02-03T04:05:06Z", "2026-02-03T04:05:06Z"],
    [0, null],
    [-1, null],
    [1e300, null],
    [null, null],
    [undefined, null],
  ])("shows a failure at %p as %p", (lastFailedAt, expected) => {
    expect(parseRemoteConfig({ amount: 1000, threshold: 500, lastFailedAt })?.health.lastFailedAt).toBe(expected);
  });

  it("is either refused or holds positive numbers, whatever JSON arrives", () => {
    const result = fc.record({ amount: fc.jsonValue(), threshold: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), result), (json) => {
        const amounts = parseRemoteConfig(json)?.amounts;
        if (amounts) expect(Math.min(amounts.amount, amounts.threshold)).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the amounts of a written config", () => {
  it("are read from the result", () => {
    expect(parseAmounts({ amount: 5000, threshold: 1000, more: true })).toEqual({ amount: 5000, threshold: 1000 });
  });

  it.each([null, {}, { amount: 5000 }, { amount: "5000", threshold: 1000 }])("are not guessed from %j", (result) => {
    expect(parseAmounts(result)).toBeNull();
  });

  it("are compared by value, and those of an unset config equal nothing", () => {
    expect(sameAmounts({ amount: 1000, threshold: 500 }, { amount: 1000, threshold: 500 })).toBe(true);
    expect(sameAmounts({ amount: 1000, threshold: 501 }, { amount: 1000, threshold: 500 })).toBe(false);
    expect(sameAmounts({ amount: 1001, threshold: 500 }, { amount: 1000, threshold: 500 })).toBe(false);
    expect(sameAmounts(null, { amount: 1000, threshold: 500 })).toBe(false);
  });
});

describe("an envelope", () => {
  const parseEnvelope = (json: unknown) => openEnvelope(JSON.stringify(json));

  it("keeps success, reasons and remarks", () => {
    const errors = [{ code: 10000, message: "Authentication error", documentation_url: "https://example.com" }];
    expect(parseEnvelope({ success: false, errors, messages: [{ message: "soon" }], result: null })).toEqual({
      success: false,
      errors: [{ code: 10000, message: "Authentication error" }],
      messages: [{ code: null, message: "soon" }],
      result: null,
    });
  });

  it("may leave its lists out or send them as null", () => {
    const expected = { success: true, errors: [], messages: [], result: 1 };
    expect(parseEnvelope({ success: true, result: 1 })).toEqual(expected);
    expect(parseEnvelope({ success: true, errors: null, messages: null, result: 1 })).toEqual(expected);
  });

  it("survives reasons of another form", () => {
    const errors = [{}, { code: "x", message: 5 }];
    expect(parseEnvelope({ success: false, errors })?.errors).toEqual([
      { code: null, message: "" },
      { code: null, message: "5" },
    ]);
  });

  it.each([null, [], "ok", {}, { success: "true" }, { success: 1, result: {} }, { success: true, errors: "none" }])(
    "is not %j",
    (json) => {
      expect(parseEnvelope(json)).toBeNull();
    },
  );
});

describe("stored state", () => {
  it("comes back as it was stored, without what the engine added", () => {
    expect(parsePriorState({ ...state, __provider: "code" })).toEqual(state);
  });

  it("has null if something is missing or damaged, and keeps the rest", () => {
    expect(parsePriorState({ ...state, amount: "5000", enabled: 1, error: undefined })).toEqual({
      ...state,
      amount: null,
      enabled: null,
      error: null,
    });
  });

  it("is all null or of the right types, whatever has become of it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (any) => {
        const prior = parsePriorState(any);
        expect(Object.keys(prior).sort()).toEqual(Object.keys(state).sort());
        expect(prior.amount === null || typeof prior.amount === "number").toBe(true);
        expect(JSON.parse(JSON.stringify(prior))).toEqual(prior);
      }),
    );
  });
});

it("the declared part of a state has no health", () => {
  expect({ ...inputsOf(state), ...healthy }).toEqual(state);
  expect(inputsOf(state)).not.toHaveProperty("error");
});

describe("the resource that a check is about", () => {
  it("is read from the text of the class, whatever its name, and from the object of an earlier release", () => {
    expect(parseResource("dynamic k 1|a|b")).toEqual({ key: "dynamic k 1", name: "a|b" });
    expect(parseResource({ key: "k", name: "n" })).toEqual({ key: "k", name: "n" });
  });

  it.each([undefined, null, "", "|x", "x", { key: 1 }, 5])("is null if it is %j", (value) => {
    expect(parseResource(value)).toBeNull();
  });
});
