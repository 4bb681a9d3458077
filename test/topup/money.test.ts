import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cardCharge, formatCents, formatUsd, usd } from "../../provider/topup/money";

describe("usd", () => {
  it.each([
    [50, 5000],
    [10, 1000],
    [0, 0],
    [0.01, 1],
    [0.5, 50],
    [19.99, 1999],
    [1.1, 110],
    [8.2, 820],
    [1.005e3, 100_500],
    [4.35, 435],
    [1_000_000, 100_000_000],
  ])("turns $%d into %d cents exactly", (dollars, cents) => {
    expect(usd(dollars)).toBe(cents);
  });

  it.each([0.001, 19.999, 0.1 + 0.2, 1e-7, 1e21, -1, -0.01, Number.NaN, Number.POSITIVE_INFINITY, 90_071_992_547_410])(
    "refuses %d, which is not an exact number of cents",
    (dollars) => {
      expect(() => usd(dollars)).toThrow(RangeError);
      expect(() => usd(dollars)).toThrow(`got ${dollars}: there are no fractions of a cent.`);
    },
  );

  it.each(["50", null, undefined, {}, 50n, true])("refuses %p, which is not a number", (value) => {
    expect(() => usd(value as number)).toThrow(TypeError);
    expect(() => usd(value as number)).toThrow(`got a ${typeof value}.`);
  });

  it("gives back every whole number of cents up to ten billion dollars", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e12 }), (cents) => usd(cents / 100) === cents));
  });

  it("never rounds: what it accepts is worth exactly what was written", () => {
    const anyNumber = fc.oneof(fc.double(), fc.double({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 1e9 }));
    fc.assert(
      fc.property(anyNumber, (dollars) => {
        try {
          const cents = usd(dollars);
          expect([Number.isSafeInteger(cents), cents / 100 === dollars]).toEqual([true, true]);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
      }),
    );
  });
});

describe("money in messages", () => {
  it("is shown in both units, and a fraction of a cent is not rounded away", () => {
    expect(formatCents(2000)).toBe("2000 cents ($20.00)");
    expect(formatCents(1000.5)).toBe("1000.5 cents ($10.005)");
  });

  it("is readable if it is negative or large", () => {
    expect(formatUsd(-100)).toBe("-$1.00");
    expect(formatUsd(123_456_789)).toBe("$1,234,567.89");
  });
});

describe("what the card pays", () => {
  it.each([
    [5000, 5250],
    [10_000, 10_500],
    [1000, 1050],
    [1010, 1061],
    [8020, 8421],
    [0, 0],
  ])("is 5%% more than %d cents of credits: %d", (credits, paid) => {
    expect(cardCharge(credits)).toBe(paid);
  });
});
