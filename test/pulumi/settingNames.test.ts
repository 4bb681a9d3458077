// Which known name a misspelt one means.
import { describe, expect, it } from "@jest/globals";
import { CONNECTION_NAMES, SETTING_NAMES } from "../../provider/pulumi/settingNames";
import { nearestName } from "../../provider/topup/nearestName";

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
