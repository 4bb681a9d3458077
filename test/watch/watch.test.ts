// The command topup-watch against the simulator: what it asks, what it prints, how it ends.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { account, otherAccount } from "../support/core";
import { entry, pluginEntry, reading, runAway, stateOf, useWatch } from "./watchCommand";

const DAY = 86_400_000;
const { used, run: runWith } = useWatch();
beforeEach(() => void used.cloudflare.setConfig(account, { amount: 5000, threshold: 1000 }));

const run = (args: readonly string[], input = "", env = {}) =>
  runWith(args, { ...reading(used.cloudflare), ...env }, input);
const asked = () => used.cloudflare.requests.map(({ accountId, method }) => `${method} ${accountId}`);

describe("topup-watch", () => {
  it("shows what is set, each charge and what they come to, with two GETs by a token that may only read", async () => {
    runAway(used.cloudflare, account, 3);
    used.cloudflare.spend(account, 5000, Date.now() - 10 * DAY);
    const { status, stdout, stderr } = await run([account]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(
      `  account ${account}: on, $50.00 whenever the balance falls below $10.00; the card pays $52.50 each time\n` +
        "    3 charges, $150.00 in 24 hours; 3 charges, $150.00 in 7 days; 4 charges, $200.00 in 30 days\n",
    );
    expect(stdout).toContain(
      "Cloudflare documents no unit for what was charged; dollars are its numbers read as US cents.",
    );
    expect(stdout.match(/^ {4}\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}\$50\.00 {2}paid {2}in_\w+$/gm)).toHaveLength(4);
    expect(asked()).toEqual([`GET ${account}`, `GET ${account}`]);
  });

  it("keeps failed attempts apart from charges, and lists those of 30 days alone", async () => {
    used.cloudflare.spend(account, 5000, Date.now() - 40 * DAY);
    used.cloudflare.spend(account, 5000, Date.now() - 3 * DAY);
    used.cloudflare.declineCard(account, { error: "card_declined" });
    used.cloudflare.spend(account, 9000);
    const { stdout } = await run([account]);
    expect(stdout).toContain("no charges in 24 hours; 1 charge, $50.00 in 7 days");
    expect(stdout).toContain("    1 failed attempt in 30 days, not counted as charges\n");
    expect(stdout).toMatch(/UTC {2}\$50\.00 {2}FAILED \(open\)/);
    expect(stdout.match(/ paid /g)).toHaveLength(1);
  });

  it("raises an alarm where an account was charged too often or too much, and says which", async () => {
    runAway(used.cloudflare, account);
    const limits = "--max-charges 5/24h --max-charges 12/1h --max-usd 599.99/30d";
    const { status, stdout } = await run([account, otherAccount, ...limits.split(" ")]);
    expect(status).toBe(4);
    expect(stdout).toContain(`  alarm: account ${account}: 12 charges in 24 hours; the limit is 5 charges, since 20`);
    expect(stdout).toContain(`  alarm: account ${account}: $600.00 in 30 days; the limit is $599.99, since 20`);
    expect(stdout.match(/alarm:/g)).toHaveLength(2);
    expect((await run([account, "--max-charges", "12/24h", "--max-usd", "600/30d"])).status).toBe(0);
  });

  it("never takes what it cannot read for healthy, and goes on with the other accounts", async () => {
    const errors = [{ code: 10000, message: "Authentication error" }];
    used.cloudflare.fault({ accountId: otherAccount, kind: "envelope", status: 403, errors });
    const { status, stdout } = await run([otherAccount, account]);
    expect(status).toBe(3);
    expect(stdout).toContain(`account ${account}: on, $50.00`);
    expect(stdout).toContain(
      `  unknown: account ${otherAccount}: Reading the auto top-up config of account ${otherAccount} failed. ` +
        "Cloudflare answered 403: Authentication error (code 10000)",
    );
    expect(stdout).toContain(`  account ${otherAccount}: what is set is not known\n    no charges in 24 hours`);
    runAway(used.cloudflare, account);
    used.cloudflare.fault({ accountId: otherAccount, kind: "raw", status: 200, body: "<html>" });
    expect((await run([otherAccount, account, "--max-charges", "5/24h"])).status).toBe(4);
  });

  it("tries again where that helps", async () => {
    used.cloudflare.fault({ kind: "reset" });
    used.cloudflare.fault({ kind: "envelope", status: 429, headers: { "retry-after": "1" } });
    const { status, stderr } = await run([account]);
    expect([status, asked()]).toEqual([0, Array(4).fill(`GET ${account}`)]);
    expect(stderr).toContain("topup-watch: Cloudflare's rate limit is used up: all requests wait 1 s");
  });

  it("prints Markdown for a summary, and JSON that holds Cloudflare's own numbers", async () => {
    runAway(used.cloudflare, account, 2);
    const limit = ["--max-charges", "1/1h", "--format"];
    const markdown = (await run([account, ...limit, "markdown"])).stdout;
    expect(markdown).toContain(
      `- :rotating_light: Alarm: account \`${account}\`: \`2 charges in 1 hour; the limit is 1 charge, since 20`,
    );
    const cells = "`2 charges, $100.00` | ".repeat(3);
    expect(markdown).toContain(`falls below $10.00; the card pays $52.50 each time | ${cells}0 |`);
    expect(markdown).toContain("Cloudflare documents no unit");
    expect(markdown).toMatch(
      /```mermaid\nxychart-beta\n.*\n {2}x-axis \[("\d+"(, )?){30}\]\n.* 0 --> 2\n {2}bar \[(0, ){29}2\]\n```/,
    );
    const json = JSON.parse((await run([account, ...limit, "json"])).stdout);
    const total = { charges: 2, failedAttempts: 0, amounts: { usd: 10_000 }, isAtLeast: false, lacksSums: false };
    const totals = { "24h": total, "7d": total, "30d": total };
    const charge = expect.objectContaining({ amount: 5000, currency: "usd", status: "paid", outcome: "charged" });
    expect(json).toMatchObject({
      format: 1,
      accounts: [{ accountId: account, problem: null, isWhole: true, totals, charges: [charge, charge] }],
      findings: [{ kind: "alarm", accountId: account }],
      exitCode: 4,
    });
  });

  it("prints no link to an invoice and no credential, in no format", async () => {
    runAway(used.cloudflare, account, 1);
    for (const format of ["text", "markdown", "json"]) {
      const log = { CLOUDFLARE_AI_GATEWAY_BILLING_LOG: "stderr" };
      const { stdout, stderr } = await run([account, "--format", format], "", log);
      expect(stdout).toMatch(/50\.?00/);
      expect(stderr).toContain('"invoice_pdf":"[link]"');
      expect(stdout + stderr).not.toMatch(new RegExp(`simulator\\.invalid|${used.cloudflare.readOnlyToken}`));
    }
  });
});

describe("the accounts of a stack", () => {
  it("come from its state, on standard input or in a file", async () => {
    used.cloudflare.setConfig(otherAccount, { amount: 5000, threshold: 1000 });
    const zone = { urn: "urn:pulumi:dev::p::cloudflare:index/zone:Zone::z", custom: true, id: "1".repeat(32) };
    const two = pluginEntry(otherAccount, {}, { id: otherAccount.toUpperCase() }, "two");
    const state = stateOf([zone, entry(account), two]);
    expect((await run([], state)).status).toBe(0);
    expect(asked().sort()).toEqual([account, account, otherAccount, otherAccount].map((id) => `GET ${id}`));
    const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-"));
    const file = path.join(folder, "state.json");
    writeFileSync(file, state);
    expect((await run(["--stack-export", file])).status).toBe(0);
    rmSync(folder, { recursive: true });
    expect(asked()).toHaveLength(8);
  });

  it.each([
    ["", "got nothing"],
    ["error: no stack", "not one JSON document"],
    [`${stateOf([])}\n${stateOf([])}`, "not one JSON document"],
    ["{}", "this document has no 'version'"],
    ["[1]", "this document is not a JSON object"],
    ['{"version":5,"deployment":{}}', "has no 'version' that this command can read"],
    ['{"version":3,"deployment":{"resources":[{"id":"x"}]}}', "has no 'deployment.resources.0.urn'"],
    ['{"version":3,"deployment":{}}', "no AutoTopupConfig"],
    [stateOf([]), "no AutoTopupConfig"],
  ])("are not known from %j", async (input, words) => {
    const { status, stderr, stdout } = await run([], input);
    expect([status, stdout, asked()]).toEqual([3, "", []]);
    expect(stderr).toContain(words);
  });

  it("are not known if the state does not show one of them, though the others are asked about", async () => {
    const odd = [entry("s3cret", {}, { id: "" }, "hidden"), entry(otherAccount, {}, { id: account }, "twice")];
    const { status, stdout } = await run([], stateOf([entry(account), ...odd]));
    expect([status, asked()]).toEqual([3, [`GET ${account}`, `GET ${account}`]]);
    expect(stdout.match(/ {2}unknown: the state does not show.*'(hidden|twice)'/g)).toHaveLength(2);
    expect(stdout).not.toContain("s3cret");
  });
});

describe("the command", () => {
  it("works with a Global API Key and its email", async () => {
    const { url, apiKey, email } = used.cloudflare;
    const env = { CLOUDFLARE_BASE_URL: url, CLOUDFLARE_API_KEY: apiKey, CLOUDFLARE_EMAIL: email };
    expect((await runWith([account], env)).status).toBe(0);
  });

  it.each([
    // It does not suggest to keep a token in the stack's configuration.
    ["missing credentials", [account], { CLOUDFLARE_API_TOKEN: "" }, 3, /set CLOUDFLARE_API_TOKEN(?!.*pulumi config)/],
    ["half of a key", [account], { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_API_KEY: "half" }, 3, /^(?!.*half)/],
    [
      "an address where no credential goes",
      [account],
      { CLOUDFLARE_BASE_URL: "http://a.test" },
      3,
      /an https:\/\/ URL/,
    ],
    ["a wrong argument", ["abc"], {}, 2, /32 hexadecimal digits.*\nSee topup-watch --help\.\n$/],
  ])("refuses %s", async (_, args, env, code, reason) => {
    const { status, stdout, stderr } = await run(args, "", env);
    expect([status, stdout, stderr, asked()]).toEqual([code, "", expect.stringMatching(reason), []]);
  });

  it("has a help", async () => {
    const { status, stdout } = await runWith(["--help"], {});
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Usage: pulumi stack export \| topup-watch /)]);
  });
});
