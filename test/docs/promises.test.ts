// Sentences of README and docs/ that nothing generates: the length of the README, the messages that the troubleshooting table names, and the
// answer to what an account can be charged in a month.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { cardCharge } from "../../provider/topup/money";
import { ROOT } from "../support/program";
import { codeBlock, section } from "../support/readme";
import { readPage } from "./pages";

const plain = (text: string) => text.replace(/\s+/g, " ");

describe("the README", () => {
  const { text } = readPage("README.md");

  it("has 1,100 words at most, code and tables included", () => {
    expect(text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length).toBeLessThanOrEqual(1100);
  });

  it("says before the quick start that nothing is published yet, and where the brake is; and that writes may be refused", () => {
    const at = (sentence: string) => {
      const found = text.indexOf(sentence);
      expect([sentence, found]).not.toEqual([sentence, -1]);
      return found;
    };
    for (const sentence of ["not yet published", "is not a spending limit", "spend limit on every gateway"])
      expect(at(sentence)).toBeLessThan(at("## Quick start"));
    at("may refuse your token's writes with 403");
  });

  it("has the program that docs/getting-started.md plays", () => {
    expect(codeBlock("Quick start", "ts")).toBe(codeBlock("1\\. Make a project", "ts", 0, "docs/getting-started.md"));
  });
});

describe("the troubleshooting table", () => {
  const folders = ["cloudflare", "topup", "pulumi", "dynamic", "plugin"].map((name) =>
    path.join(ROOT, "provider", name),
  );
  const sources = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8")),
  );
  // The rest of the line is Node's.
  const stemOf = (message: string) => message.replace("self-signed certificate", "");
  const messages = [...section("Messages", "docs/troubleshooting.md").matchAll(/^\| `([^`]+)` \|/gm)].map(
    ([, message = ""]) => message,
  );

  it("has the messages that people meet most", () => {
    expect(messages.length).toBeGreaterThan(10);
  });

  it.each(messages.filter((message) => !message.startsWith("Cannot find module")).map((message) => [message]))(
    "names '%s', which the provider really says",
    (message) => {
      const said = sources.some((source) =>
        source.includes(
          stemOf(message)
            .replace(/(answered) \d+$/, "$1")
            .replace(/^(Account ids|Auto top-up)/, "$1"),
        ),
      );
      expect([message, said]).toEqual([message, true]);
    },
  );
});

// Each was wrong once; test/topup/lifecycle.test.ts plays what they say.
it.each([
  "one write (DELETE if `enabled` is `false`, else POST)",
  "`adopt: true` lets every create replace remote values other than the declared ones",
  "a create refuses those before it writes, an update and a delete do not read first",
  "`adopt`, and `amount` and `threshold` while auto top-up is off, are always as declared",
])("the reference says of the resource: %s", (sentence) => {
  expect(plain(section("AutoTopupConfig", "docs/reference.md"))).toContain(sentence);
});

describe("the most that a month can charge", () => {
  const ACCOUNT = "0123456789abcdef0123456789abcdef";
  const DAY = 86_400_000;
  let cloudflare: BillingSimulator;

  beforeAll(async () => {
    cloudflare = await startSimulator();
  });
  afterAll(() => cloudflare.close());

  it("is what is spent, one amount and the threshold: so the page says", () => {
    const answer = plain(section("What is the most this can charge me in a month\\?", "docs/spending.md"));
    expect(answer).toContain(
      "credits bought in the month < most that all gateways may spend in the month + `amount` + `threshold`",
    );
    expect(answer).toContain(
      "at most $9,300.00, so the credits bought stay below $9,425.00, which is at most 94 charges of $105.00. The card pays less than $9,896.25.",
    );
    expect([31 * 300, 31 * 300 + 100 + 25, Math.floor(9424 / 100)]).toEqual([9300, 9425, 94]);
    expect([cardCharge(100_00), cardCharge(9425_00), cardCharge((31 * 20 + 125) * 100)]).toEqual([
      10500, 989625, 78225,
    ]);
    expect(answer).toContain("it is below $782.25");
  });

  it.each([
    ["in one piece", [9300_00]],
    ["each day the whole limit", Array.from({ length: 31 }, () => 300_00)],
    ["in many small pieces", Array.from({ length: 930 }, () => 10_00)],
    ["each piece just above what is left", Array.from({ length: 93 }, () => 99_99)],
  ])("holds in the simulator, spent %s", (_, pieces) => {
    for (const balance of [0, 25_00, 124_99]) {
      cloudflare.reset();
      cloudflare.setConfig(ACCOUNT, { amount: 100_00, threshold: 25_00 });
      cloudflare.setBalance(ACCOUNT, { balance });
      const begin = Date.now() - 31 * DAY;
      pieces.forEach((cents, index) => void cloudflare.spend(ACCOUNT, cents, begin + index * 1000));
      const charged = cloudflare.invoices(ACCOUNT).length * 100_00;
      const spent = pieces.reduce((sum, cents) => sum + cents, 0);
      expect(charged).toBeGreaterThan(0);
      expect(charged).toBeLessThan(spent + 100_00 + 25_00);
    }
  });
});
