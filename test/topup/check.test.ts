import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Caps, checkAccountId, checkInputs, requireInputs } from "../../provider/topup/check";
import { RefusedError } from "../../provider/topup/errors";
import { INPUT_NAMES, UNKNOWN } from "../../provider/topup/model";
import { declared } from "../support/core";

/** The caps of a stack. */
function caps(maxAmount: number | null, maxThreshold: number | null = null): Caps {
  const describe = (name: string) => `this stack's cap 'cloudflare-ai-gateway-billing:${name}'`;
  return { maxAmount, maxThreshold, describe };
}

/** The reason given for one property of otherwise valid inputs. */
function reasonFor(property: string, value: unknown, maxAmount: number | null = null): string | undefined {
  const { failures } = checkInputs({ ...declared, [property]: value }, caps(maxAmount));
  expect(failures.map((failure) => failure.property)).toEqual(failures.map(() => property));
  return failures.map(({ reason }) => reason).join("\n") || undefined;
}

describe("check", () => {
  it.each([[{}], [{ enabled: null, adopt: undefined }], [{ __provider: "code", __defaults: [] }]])(
    "fills in the defaults, and leaves the engine's own keys alone: %j",
    (more) => {
      const inputs = { ...declared, enabled: true, adopt: false };
      expect(checkInputs({ ...declared, ...more }, null)).toEqual({ inputs, failures: [] });
    },
  );

  it("keeps what is declared", () => {
    const inputs = { ...declared, amount: 1000, threshold: 500, enabled: false, adopt: true };
    expect(checkInputs(inputs, null).inputs).toEqual(inputs);
  });

  it("writes the account id in lower case, so that its case is never a change", () => {
    const { inputs } = checkInputs({ ...declared, accountId: declared.accountId.toUpperCase() }, null);
    expect(inputs?.accountId).toBe(declared.accountId);
  });

  const amountRule = "'amount' must be a whole number of US cents, at least 1000 cents ($10.00)";
  it.each([
    [20, "20 cents ($0.20). If $20.00 was meant, that is 2000: usd(20) in TypeScript."],
    [19.99, "19.99 cents ($0.1999). If $19.99 was meant, that is 1999: usd(19.99) in TypeScript."],
    [999, "999 cents ($9.99)."],
    [1000.5, "1000.5 cents ($10.005)."],
    [-1, "-1 cents (-$0.01)."],
    [0, "0 cents ($0.00)."],
    [Number.NaN, "NaN."],
    [Number.POSITIVE_INFINITY, "Infinity."],
    ["1000", 'the string "1000".'],
    [true, "true."],
    [null, "nothing."],
    [undefined, "nothing."],
    [{ cents: 1000 }, "a value of type object."],
    [[1000], "a value of type array."],
    [2 ** 60, "1152921504606847000 cents ($11,529,215,046,068,470.00)."],
  ])("refuses the amount %p with its rule and what it got, in cents and dollars", (value, got) => {
    expect(reasonFor("amount", value)).toBe(`${amountRule}; got ${got}`);
  });

  it("refuses a threshold with its own rule", () => {
    expect(reasonFor("threshold", 499)).toBe(
      "'threshold' must be a whole number of US cents, at least 500 cents ($5.00); got 499 cents ($4.99).",
    );
  });

  it.each([["", 'the string "".'], ["abc"], ["0".repeat(31)], ["0".repeat(33)], [`${"0".repeat(31)}g`], [7, "7."]])(
    "refuses the malformed account id %p",
    (value, got = `the string "${value}".`) => {
      const rule = "'accountId' must be a Cloudflare account id, 32 hexadecimal digits";
      expect(reasonFor("accountId", value)).toBe(`${rule}; got ${got}`);
    },
  );

  it("does not repeat an endless string", () => {
    expect(reasonFor("accountId", "x".repeat(10_000))).toContain(`got the string "${"x".repeat(60)}...".`);
  });

  it.each(["enabled", "adopt"])("refuses '%s' that is not a boolean", (property) => {
    expect(reasonFor(property, "false")).toBe(`'${property}' must be true or false; got the string "false".`);
    expect(reasonFor(property, 0)).toBe(`'${property}' must be true or false; got 0.`);
  });

  it("refuses a misspelt property instead of ignoring it", () => {
    expect(reasonFor("enabld", false)).toBe(
      "'enabld' is not a property of AutoTopupConfig, which has 'accountId', 'amount', 'threshold', 'enabled', 'adopt'. Did you mean 'enabled'?",
    );
  });

  it("reports everything that is wrong at once, each on its property", () => {
    const { inputs, failures } = checkInputs(
      { accountId: "x", amount: 20, threshold: 499, enabled: "no", adopt: 1, extra: true },
      null,
    );
    expect(inputs).toBeNull();
    expect(failures.map(({ property }) => property)).toEqual([...INPUT_NAMES, "extra"]);
  });

  it("still reports what is wrong beside an unknown value", () => {
    const { failures } = checkInputs({ accountId: UNKNOWN, amount: UNKNOWN, threshold: 1 }, null);
    expect(failures.map(({ property }) => property)).toEqual(["threshold"]);
  });
});

describe("the stack's cap on 'threshold'", () => {
  it.each([
    [caps(10_000), 10_000],
    [caps(10_000, 5000), 5000],
    [caps(10_000, 20_000), 20_000],
    [caps(null, 5000), 5000],
    [caps(0, 5000), 5000],
  ])("is 'maxThreshold', and 'maxAmount' while that is not set: %j", (limits, most) => {
    const thresholds = [most, most + 1].map((threshold) => checkInputs({ ...declared, threshold }, limits).failures);
    const names = thresholds.map((failures) =>
      failures.map(({ property }) => property).filter((name) => name !== "amount"),
    );
    expect(names).toEqual([[], ["threshold"]]);
  });

  it("is named in the refusal, whichever of the two settings it comes from", () => {
    const reason = (limits: Caps) => checkInputs({ ...declared, threshold: 5001 }, limits).failures[0]?.reason;
    expect(reason(caps(null, 5000))).toBe(
      "'threshold' must be at most 5000 cents ($50.00), this stack's cap 'cloudflare-ai-gateway-billing:maxThreshold'; got 5001 cents ($50.01).",
    );
    expect(reason(caps(5000))).toBe(
      "'threshold' must be at most 5000 cents ($50.00), this stack's cap 'cloudflare-ai-gateway-billing:maxAmount', which bounds both while " +
        "'maxThreshold' is not set; got 5001 cents ($50.01).",
    );
  });
});

describe("the stack's cap", () => {
  it("refuses an amount above it and names the setting", () => {
    expect(reasonFor("amount", 5001, 5000)).toBe(
      "'amount' must be at most 5000 cents ($50.00), this stack's cap 'cloudflare-ai-gateway-billing:maxAmount'; got 5001 cents ($50.01).",
    );
  });

  it("never stands in the way of switching off, which may be what an unknown 'enabled' turns out to be", () => {
    expect(checkInputs({ ...declared, enabled: false }, caps(4999)).failures).toEqual([]);
    expect(requireInputs({ ...declared, enabled: false }, caps(4999))).toMatchObject({ enabled: false, amount: 5000 });
    expect(checkInputs({ ...declared, enabled: UNKNOWN }, caps(4999)).failures).toEqual([]);
    expect(() => requireInputs({ ...declared, enabled: true }, caps(4999))).toThrow("must be at most 4999 cents");
  });

  it("is reported together with an 'enabled' that is neither true nor false", () => {
    expect(checkInputs({ ...declared, enabled: "no" }, caps(4999)).failures.map(({ property }) => property)).toEqual([
      "enabled",
      "amount",
    ]);
  });

  it("says only that an amount is too small if it is also above the cap", () => {
    expect(checkInputs({ ...declared, amount: 900 }, caps(500, 5000)).failures).toHaveLength(1);
  });
});

describe("the check right before a write", () => {
  it("refuses with every reason at once", () => {
    const work = () => requireInputs({ ...declared, amount: 20, threshold: 1 }, null);
    expect(work).toThrow(RefusedError);
    expect(work).toThrow(/^'amount' must be .*\n'threshold' must be /);
  });

  it("refuses values that are still unknown", () => {
    expect(() => requireInputs({ ...declared, amount: UNKNOWN, adopt: UNKNOWN }, null)).toThrow(
      "'amount', 'adopt' must be known before anything is written.",
    );
  });
});

describe("the account of a read", () => {
  it("is checked like the input", () => {
    expect(checkAccountId({ accountId: declared.accountId.toUpperCase() })).toBe(declared.accountId);
    expect(checkAccountId({ accountId: "x" })).toEqual({ property: "accountId", reason: reasonFor("accountId", "x") });
    expect(checkAccountId({})).toEqual({ property: "accountId", reason: reasonFor("accountId", undefined) });
  });
});

describe("check, whatever a program passes", () => {
  it("never lets a value pass that Cloudflare would refuse or that is above the cap", () => {
    const plausible = fc.record({
      accountId: fc.stringMatching(/^[0-9a-fA-F]{32}$/),
      amount: fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.double()),
      threshold: fc.oneof(fc.integer({ min: 0, max: 1500 }), fc.double()),
    });
    fc.assert(
      fc.property(plausible, fc.integer({ min: 0, max: 4000 }), (news, cap) => {
        const { inputs } = checkInputs(news, caps(cap));
        const fine = Number.isSafeInteger(news.amount) && news.amount >= 1000 && news.amount <= cap;
        const low = Number.isSafeInteger(news.threshold) && news.threshold >= 500;
        expect(inputs !== null).toBe(fine && low);
      }),
    );
  });

  it("lets unknown values pass anywhere, and changes no known one", () => {
    const full = { ...declared, enabled: false, adopt: true };
    fc.assert(
      fc.property(fc.subarray([...INPUT_NAMES]), (unknown) => {
        const news = { ...full, ...Object.fromEntries(unknown.map((property) => [property, UNKNOWN])) };
        expect(checkInputs(news, caps(5000))).toEqual({ inputs: news, failures: [] });
      }),
    );
  });
});
