import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { diffTopup, planCreate, planUpdate } from "../../provider/topup/diff";
import { type CheckedInputs, inputsOf, parsePriorState, UNKNOWN } from "../../provider/topup/model";
import { stored as state } from "../support/core";

const unchanged = { replaces: [], updates: [] };

const states = fc.record({
  accountId: fc.stringMatching(/^[0-9a-f]{32}$/),
  amount: fc.integer({ min: 1000 }),
  threshold: fc.integer({ min: 500 }),
  enabled: fc.boolean(),
  adopt: fc.boolean(),
});

function diff(olds: unknown, news: Partial<CheckedInputs>) {
  return diffTopup(parsePriorState(olds), { ...inputsOf(state), ...news });
}

describe("diff", () => {
  it("never counts 'adopt', which only says how to create, nor what is not declared: health, '__provider'", () => {
    const failing = { error: "card declined", disabledReason: "declined", lastFailedAt: "2026-01-01" };
    expect(diff({ ...state, ...failing, __provider: "older", somethingOld: 1 }, { adopt: true })).toEqual(unchanged);
  });

  it("counts an unknown value as a change, whichever property has it", () => {
    const news = { accountId: UNKNOWN, amount: UNKNOWN, threshold: UNKNOWN, enabled: UNKNOWN, adopt: UNKNOWN } as const;
    expect(diff(state, news)).toEqual({ replaces: ["accountId"], updates: ["amount", "threshold", "enabled"] });
  });

  it("reports exactly the properties that differ", () => {
    fc.assert(
      fc.property(states, states, (olds, news) => {
        const { replaces, updates } = diffTopup(parsePriorState(olds), inputsOf(news));
        expect(replaces).toEqual(olds.accountId === news.accountId ? [] : ["accountId"]);
        for (const property of ["amount", "threshold", "enabled"] as const) {
          expect(updates.includes(property)).toBe(olds[property] !== news[property]);
        }
      }),
    );
  });

  it.each([{}, null, "damaged", { ...state, amount: "5000", enabled: "yes" }])(
    "of a damaged state %p asks for an update that heals it",
    (damaged) => {
      expect(diff(damaged, {}).updates).toContain("amount");
    },
  );
});

it("a planned create knows its inputsOf(state), and not what Cloudflare will report", () => {
  const unknown = { error: UNKNOWN, disabledReason: UNKNOWN, lastFailedAt: UNKNOWN };
  expect(planCreate({ ...inputsOf(state), amount: UNKNOWN })).toEqual({
    ...inputsOf(state),
    amount: UNKNOWN,
    ...unknown,
  });
});

it("a planned update keeps what Cloudflare reported last", () => {
  const health = { error: "declined", disabledReason: null, lastFailedAt: "2026-01-01" };
  expect(planUpdate({ ...inputsOf(state), ...health }, { ...inputsOf(state), amount: 6000 })).toEqual({
    ...inputsOf(state),
    amount: 6000,
    ...health,
  });
});
