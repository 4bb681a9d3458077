// What the command line says, and which accounts a stack's output names.
import { describe, expect, it } from "@jest/globals";
import { accountsIn } from "../../provider/charges/accounts";
import { readOptions } from "../../provider/charges/options";
import { account, otherAccount } from "../support/core";

const now = Date.parse("2026-11-25T12:00:00Z");

describe("the command line", () => {
  it("names accounts once, in whatever case", () => {
    expect(readOptions([account, otherAccount.toUpperCase(), otherAccount], now).accounts).toEqual([
      account,
      otherAccount,
    ]);
  });

  it("takes several limits, in counts and in dollars", () => {
    const limits = ["--max-charges", "5/24h", "--max-usd", "500.50/30d", "--max-charges", "2/10m"];
    expect(readOptions([account, ...limits], now).limits).toEqual([
      { kind: "charges", most: 5, span: { text: "24h", ms: 86_400_000 } },
      { kind: "charges", most: 2, span: { text: "10m", ms: 600_000 } },
      { kind: "usd", most: 50_050, span: { text: "30d", ms: 2_592_000_000 } },
    ]);
  });

  it("takes a date or a span to list from", () => {
    expect(readOptions([account, "--since", "2026-11-01"], now).since).toBe(Date.parse("2026-11-01T00:00:00Z"));
    expect(readOptions([account, "--since", "24h"], now).since).toBe(now - 86_400_000);
    expect(readOptions([account], now).since).toBe(now - 30 * 86_400_000);
  });

  it.each([
    [["abc"], "32 hexadecimal digits"],
    [[account, "--max-charges", "5"], "such as 5/24h"],
    [[account, "--max-charges", "5.5/24h"], "such as 5/24h"],
    [[account, "--max-charges", "5/0h"], "such as 5/24h"],
    [[account, "--max-usd", "5/24h/7d"], "such as 500/30d"],
    [[account, "--max-usd", "-5/24h"], "--max-usd"],
    [[account, "--since", "yesterday"], "'--since' must be a past date"],
    [[account, "--format", "xml"], "'--format' must be"],
    [[account, "--stack-export", "x.json"], "not both"],
    [[account, "--what"], "--what"],
  ])("is refused: %j", (args, words) => {
    expect(() => readOptions(args, now)).toThrow(words);
  });
});

describe("a stack's outputs", () => {
  it.each([
    [{ accountId: account, zoneId: "1".repeat(32) }],
    [{ health: [{ accountId: account.toUpperCase(), error: null }] }],
    [{ accounts: [account, account] }],
    [{ accounts: { [account]: { amount: 5000, zone: "1".repeat(32) } } }],
    [{ account: { id: account, name: "2".repeat(32) } }],
  ])("name the account: %j", (outputs) => {
    expect(accountsIn(JSON.stringify(outputs))).toEqual([account]);
  });

  it.each([
    ["", "got nothing"],
    ["error: no stack", "not one JSON object"],
    ["{}", "These outputs name no account"],
    ['{"deployment":{}}', "no AutoTopupConfig"],
    ['{"accountId":"[secret]"}', "These outputs name no account"],
  ])("name none where it prints %j", (input, words) => {
    expect(() => accountsIn(input)).toThrow(words);
  });
});
