// Which limits a stack may set, and what is no limit at all.
import { describe, expect, it } from "@jest/globals";
import { parseMaxAmount, parseTimeouts } from "../../provider/pulumi/settings";
import { refusal } from "../support/rejection";

describe("the stack's cap", () => {
  it.each([
    [undefined, null],
    ["10000", 10_000],
    [" 10000 ", 10_000],
    ["0", 0],
  ])("%j is read as %p", (value, expected) => {
    expect(parseMaxAmount(value)).toBe(expected);
  });

  it.each(["", "  ", "0x2710", "1e6", "$100", "100.5", "-1", "ten", "1e400", "NaN", "100,00", "99999999999999999999"])(
    "%j is refused instead of being no cap",
    (value) => {
      const error = refusal(() => parseMaxAmount(value));
      expect(error.property).toBe("maxAmount");
      expect(error.message).toContain("'cloudflare-ai-gateway-billing:maxAmount' must be a whole number of US cents");
    },
  );
});

describe("how long a request may take", () => {
  const parse = (limits: Record<string, string>) => parseTimeouts((name) => limits[name]);

  it("is a minute for an attempt and fifteen for all of them, unless the stack says otherwise", () => {
    expect(parse({})).toEqual({ timeoutMs: 60_000, deadlineMs: 900_000 });
    expect(parse({ timeoutSeconds: "2.5", deadlineSeconds: " 3600 " })).toEqual({
      timeoutMs: 2500,
      deadlineMs: 3_600_000,
    });
  });

  it.each(["", "0", "0.0", "-1", "soon", "1e3", "86401", "Infinity", "5m"])("%j is refused, and shown", (value) => {
    for (const name of ["timeoutSeconds", "deadlineSeconds"]) {
      const error = refusal(() => parse({ [name]: value }));
      expect(error.message).toBe(
        `'cloudflare-ai-gateway-billing:${name}' must be a number of seconds above 0, 86400 at most; got "${value}".`,
      );
    }
  });
});
