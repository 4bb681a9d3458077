// The table of settings and how each is read, on its own: what is accepted, what is refused and with which words.
import { describe, expect, it } from "@jest/globals";
import { CONNECTION_NAMES, SETTING_NAMES, SETTINGS } from "../../provider/cloudflare/settings";
import { readCaps, readTimeouts, refuseSetting } from "../../provider/pulumi/settings";
import { nearestName } from "../../provider/topup/nearestName";
import { refusal } from "../support/rejection";

const canary = "canary-token-0123456789";

describe("a setting by itself", () => {
  it("is accepted without the others", () => {
    expect(refuseSetting("apiKey", "key")).toBeNull();
    expect(refuseSetting("baseUrl", "https://proxy.example")).toBeNull();
    expect(refuseSetting("maxAmount", "10000")).toBeNull();
  });

  it("is refused for its own sake, without being shown", () => {
    expect(refuseSetting("apiToken", `${canary} x`)).toMatch(/^'apiToken' holds a space/);
    expect(refuseSetting("apiToken", `${canary} x`)).not.toContain(canary);
    expect(refuseSetting("baseUrl", "http://proxy.example")).toMatch(/^'baseUrl' must be an https/);
    expect(refuseSetting("maxAmount", "ten")).toMatch(/must be a whole number of US cents/);
  });

  it("is a credential if it is secret, and those are the token and the key", () => {
    expect(SETTING_NAMES.filter((name) => SETTINGS[name].secret)).toEqual(["apiToken", "apiKey"]);
  });
});

describe.each(["maxAmount", "maxThreshold"] as const)("the stack's cap '%s'", (name) => {
  const read = (value: string | undefined) => readCaps((other) => (other === name ? value : undefined), String)[name];

  it.each([
    [undefined, null],
    ["10000", 10_000],
    [" 10000 ", 10_000],
    ["0", 0],
  ])("is read from %j as %p", (value, expected) => {
    expect(read(value)).toBe(expected);
  });

  it.each(["", "  ", "0x2710", "1e6", "$100", "100.5", "-1", "ten", "1e400", "NaN", "100,00", "99999999999999999999"])(
    "refuses %j instead of being no cap",
    (value) => {
      const error = refusal(() => read(value));
      expect(error.property).toBe(name);
      expect(error.message).toContain(`'cloudflare-ai-gateway-billing:${name}' must be a whole number of US cents`);
    },
  );
});

describe("the time that a request may take", () => {
  const read = (limits: Record<string, string>) => readTimeouts((name) => limits[name]);

  it("is a minute for an attempt and fifteen for all of them, unless the stack says otherwise", () => {
    expect(read({})).toEqual({ timeoutMs: 60_000, deadlineMs: 900_000 });
    const longer = { timeoutMs: 2500, deadlineMs: 3_600_000 };
    expect(read({ timeoutSeconds: "2.5", deadlineSeconds: " 3600 " })).toEqual(longer);
  });

  it.each(["", "0", "0.0", "-1", "soon", "1e3", "86401", "Infinity", "5m"])("cannot be %j, which is shown", (value) => {
    for (const name of ["timeoutSeconds", "deadlineSeconds"]) {
      const error = refusal(() => read({ [name]: value }));
      expect(error.message).toBe(
        `'cloudflare-ai-gateway-billing:${name}' must be a number of seconds above 0, 86400 at most; got "${value}".`,
      );
    }
  });
});

describe("the nearest setting", () => {
  it.each([
    ["maxamount", "maxAmount"],
    ["max_amount", "maxAmount"],
    ["MAX-AMOUNT", "maxAmount"],
    ["maxAmmount", "maxAmount"],
    ["maxAmuont", "maxAmount"],
    ["maximumAmount", "maxAmount"],
    ["timeout", "timeoutSeconds"],
    ["deadlineSecs", "deadlineSeconds"],
    ["token", "apiToken"],
    ["key", "apiKey"],
    ["mail", "email"],
    ["cap", null],
    ["zoneId", null],
    ["", null],
    ["maxAmount".repeat(9), null],
  ])("to %j is %j", (name, nearest) => {
    expect(nearestName(name, SETTING_NAMES)).toBe(nearest);
  });

  it.each([
    ["apitoken", "apiToken"],
    ["api_token", "apiToken"],
    ["apiTokne", "apiToken"],
    ["apiTokens", "apiToken"],
    ["baseURL", "baseUrl"],
    ["apikey", "apiKey"],
    ["emial", "email"],
    ["token", null],
    ["accountId", null],
    ["apiTokenId", null],
  ])("to %j where one edit may be wrong is %j", (name, nearest) => {
    expect(nearestName(name, CONNECTION_NAMES, 1)).toBe(nearest);
  });
});
