// Situations of an account, each a state, what Cloudflare has and what it charged: how topup-watch judges it, alone and all at once.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { PROVIDER_SOURCE } from "../../provider/pulumi/urn";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { readAccounts } from "../../provider/watch/accountReadings";
import { chargeFindings, configFindings } from "../../provider/watch/alarms";
import { bySeverity, exitCodeOf } from "../../provider/watch/findings";
import { readStackState } from "../../provider/watch/stackState";
import { readOptions } from "../../provider/watch/watchOptions";
import { openApi } from "../support/core";
import { bundleCommand, type Command, entry, pluginEntry, reading, runAway, stateOf } from "./watchCommand";

let cloudflare: BillingSimulator;
let command: Command;

beforeAll(async () => {
  cloudflare = await startSimulator();
  command = await bundleCommand();
});
beforeEach(() => cloudflare.reset());
afterAll(async () => {
  command.remove();
  await cloudflare.close();
});

const LIMITS = ["--max-charges", "5/24h", "--max-failed", "5/24h", "--max-usd", "500/30d"];
const AS_DECLARED = { amount: 5000, threshold: 1000 };
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const creating = (account: string) => ({ type: "creating", resource: { ...entry(account, {}, { id: "" }, "new") } });

interface Situation {
  readonly title: string;
  readonly state?: (account: string) => object[];
  readonly pending?: (account: string) => object[];
  /** What Cloudflare has; as declared by default. */
  readonly remote?: { amount: number; threshold: number } | null;
  readonly happened?: (account: string) => void;
  readonly code: 0 | 3 | 4;
  /** Of the finding: the account, what is set, what the state says, and what to do. */
  readonly says: readonly string[];
}

const declared = (account: string) => [entry(account)];
const SITUATIONS: readonly Situation[] = [
  { title: "everything is as declared", code: 0, says: [] },
  {
    title: "another amount was set in the dashboard",
    remote: { amount: 9000, threshold: 1000 },
    code: 4,
    says: [
      "on, $90.00",
      "'main' declares it to be on, $50.00",
      "(state of 2026-11-25 11:00 UTC)",
      "'pulumi up --refresh'",
    ],
  },
  {
    title: "another threshold is set than the plugin's state says",
    state: (account) => [pluginEntry(account)],
    remote: { amount: 5000, threshold: 4000 },
    code: 4,
    says: ["falls below $40.00", "falls below $10.00", "'pulumi up --refresh'"],
  },
  {
    title: "it was switched off outside",
    remote: null,
    code: 4,
    says: ["off; 'main' declares", "switches it on again"],
  },
  {
    title: "it came back on after it was switched off",
    state: (account) => [entry(account, { enabled: false })],
    code: 4,
    says: ["on, $50.00", "it to be off", "switches it off again"],
  },
  {
    title: "it is off as declared",
    state: (account) => [entry(account, { enabled: false })],
    remote: null,
    code: 0,
    says: [],
  },
  {
    title: "an interrupted replacement left it on",
    state: (account) => [entry("e".repeat(32)), entry(account, {}, { delete: true })],
    code: 4,
    says: [
      "still on, $50.00",
      "left over: 'main'",
      "state of 2026-11-25",
      "a complete 'pulumi up', without '--target'",
    ],
  },
  {
    title: "it was left over with 'retainOnDelete', and no run will switch it off",
    state: (account) => [entry("e".repeat(32)), entry(account, {}, { delete: true, retainOnDelete: true })],
    code: 4,
    says: ["still on, $50.00", "left over: 'main'", "will forget it and leave it on"],
  },
  {
    title: "what was left over is off by now",
    state: (account) => [entry("e".repeat(32)), entry(account, {}, { delete: true })],
    remote: null,
    code: 0,
    says: [],
  },
  {
    title: "a replacement was interrupted after it was switched off",
    state: (account) => [entry(account, {}, { pendingReplacement: true })],
    remote: null,
    code: 4,
    says: ["off, but 'main', declared on, $50.00", "interrupted", "a complete 'pulumi up' finishes it"],
  },
  {
    title: "the card declines, and top-up is disabled",
    happened: (account) =>
      cloudflare.setHealth(account, { error: "card_declined", lastFailedAt: "2026-11-27T08:00:00Z" }),
    code: 4,
    says: ["top-ups fail, last on 2026-11-27T08:00:00Z (error: card_declined)", "check the payment method"],
  },
  {
    title: "it runs away",
    happened: (account) => runAway(cloudflare, account),
    code: 4,
    says: ["12 charges in 24 hours; the limit is 5 charges, since 20", "$600.00 in 30 days; the limit is $500.00"],
  },
  {
    title: "one invoice was tried 950 times",
    happened: (account) =>
      cloudflare.addInvoice(account, { ...invoice, status: "void", attempted: true, attempt_count: 950 }),
    code: 4,
    says: ["950 failed attempts in 24 hours; the limit is 5 failed attempts", "repair the payment method"],
  },
  {
    title: "two resources have the account",
    state: (account) => [entry(account, {}, {}, "old"), entry(account, {}, {}, "renamed")],
    code: 4,
    says: ["2 resources, 'old' and 'renamed'", "declare it once"],
  },
  {
    title: "the amount is encrypted in the state",
    state: (account) => [entry(account, { amount: secret })],
    code: 3,
    says: ["'main' cannot be compared", "'amount' only encrypted", "--show-secrets"],
  },
  {
    title: "a create was interrupted",
    state: () => [],
    pending: (account) => [creating(account)],
    code: 3,
    says: ["the creating of 'new' was interrupted", "'pulumi refresh --clear-pending-creates'"],
  },
  {
    title: "Cloudflare does not answer for it",
    happened: (account) => cloudflare.fault({ accountId: account, kind: "envelope", status: 403, times: 2 }),
    code: 3,
    says: ["Reading the auto top-up config of account", "Reading the charges of account"],
  },
  {
    title: "the program only reads it, and others have changed it",
    state: (account) => [entry(account, {}, { external: true })],
    remote: { amount: 9000, threshold: 1000 },
    code: 0,
    says: [],
  },
];
const invoice = { id: "in_1", created: Date.now() / 1000 - 60, amount_due: 5000, amount_paid: 0, currency: "usd" };
const accountAt = (index: number) => index.toString(16).padStart(32, "a");

function arrange({ remote = AS_DECLARED, happened }: Situation, account: string): void {
  cloudflare.setConfig("e".repeat(32), AS_DECLARED);
  cloudflare.setConfig(account, remote);
  happened?.(account);
}

describe("topup-watch judges", () => {
  it.each(SITUATIONS.map((situation, index) => [situation.title, situation, accountAt(index)] as const))(
    "whether %s",
    async (_, situation, account) => {
      arrange(situation, account);
      const { state = declared, pending } = situation;
      const known = readStackState(stateOf(state(account), pending?.(account)));
      const readings = await readAccounts(openApi(cloudflare).api, known.accounts);
      const { limits } = readOptions([account, ...LIMITS]);
      const findings = [
        ...known.findings,
        ...configFindings(readings.accounts, known),
        ...chargeFindings(readings, limits),
      ];
      expect(exitCodeOf(bySeverity(findings))).toBe(situation.code);
      const said = findings.map(({ accountId, message }) => `${accountId}: ${message}`).join("\n");
      for (const words of situation.says) expect(said).toContain(words);
      expect(findings.map(({ accountId }) => accountId)).toEqual(findings.map(() => account));
    },
  );

  it("a stack with all of them at once, with two GETs for each account and nothing else (promise 26)", async () => {
    const each = SITUATIONS.map((situation, index) => ({ situation, account: accountAt(index) }));
    for (const { situation, account } of each) arrange(situation, account);
    const resources = each.flatMap(({ situation: { state = declared }, account }) => state(account));
    const unique = resources.filter(
      (one, index) => index === resources.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)),
    );
    const pending = each.flatMap(({ situation, account }) => situation.pending?.(account) ?? []);
    const { status, stdout } = await command.run(
      [...LIMITS, "--format", "json"],
      reading(cloudflare),
      stateOf(unique, pending),
    );
    const { findings, accounts } = JSON.parse(stdout) as Report;
    expect(status).toBe(4);
    expect(findings.map(({ kind }) => kind)).toEqual(findings.map(({ kind }) => kind).sort());
    for (const { situation, account } of each) {
      const found = findings.filter(({ accountId }) => accountId === account);
      const kinds = { 0: [], 3: ["unknown"], 4: ["alarm"] }[situation.code];
      expect([situation.title, [...new Set(found.map(({ kind }) => kind))]]).toEqual([situation.title, kinds]);
      for (const words of situation.says) expect(found.map(({ message }) => message).join("\n")).toContain(words);
    }
    expect(accounts).toHaveLength(SITUATIONS.length + 1);
    expect(cloudflare.requests.map(({ method }) => method)).toEqual(Array(2 * accounts.length).fill("GET"));
  });
});

interface Report {
  readonly findings: readonly { kind: string; about: string; accountId: string; message: string }[];
  readonly accounts: readonly object[];
}

describe("code in the state that is not this package's", () => {
  const evil = "exports.handler=()=>require('https')";
  it.each([
    ["in the inputs", entry(accountAt(0), { __provider: evil })],
    ["encrypted", entry(accountAt(0), { __provider: secret })],
    ["missing", { ...pluginEntry(accountAt(0)), urn: entry("a").urn }],
    ["in a resource of the plugin", { ...pluginEntry(accountAt(0)), outputs: { __provider: `${PROVIDER_SOURCE} ` } }],
  ])("is an alarm, and nothing is asked: %s", async (_, resource) => {
    const state = stateOf([entry(accountAt(1)), resource]);
    const { status, stdout } = await command.run(["--format", "json"], reading(cloudflare), state);
    const { findings } = JSON.parse(stdout) as Report;
    expect([status, cloudflare.requests]).toEqual([4, []]);
    expect(findings).toMatchObject([{ kind: "alarm", about: "provider", accountId: accountAt(0) }]);
  });

  it("is nobody's matter in somebody else's dynamic resource, or in a component with our type", async () => {
    cloudflare.setConfig(accountAt(0), AS_DECLARED);
    const other = entry("1".repeat(32), { __provider: evil }, { urn: "urn:pulumi:dev::p::pulumi-nodejs:dynamic:X::x" });
    const component = entry("2".repeat(32), { __provider: evil }, { custom: false });
    expect((await command.run([], reading(cloudflare), stateOf([entry(accountAt(0)), other, component]))).status).toBe(
      0,
    );
  });
});

describe("states of the real engine", () => {
  const recorded = (file: string, run: number) => {
    const { runs } = JSON.parse(readFileSync(path.join(__dirname, "../recordings/data", `${file}.json`), "utf8")) as {
      runs: { state?: object[]; pending?: object[]; remote: Record<string, { amount: number; threshold: number }> }[];
    };
    const last = runs
      .slice(0, run + 1)
      .reverse()
      .find(({ state }) => state);
    for (const [account, config] of Object.entries(runs[run]?.remote ?? {})) cloudflare.setConfig(account, config);
    return stateOf(last?.state ?? [], last?.pending);
  };

  it.each([
    ["lifecycle.dynamic", 1, 0, ": 0 alarms, 0 unknown"],
    ["enabled.plugin", 1, 0, "off"],
    ["get.dynamic", 1, 0, "0 alarms"],
    ["move-to-plugin-alias.plugin", 1, 0, "0 alarms"],
    ["secrets-unknowns.dynamic", 1, 0, "0 alarms"],
    ["interrupted-replacement.dynamic", 1, 4, "still on, $20.00"],
    ["interrupted-delete-first.plugin", 1, 4, "switched off to be replaced, and that was interrupted"],
    ["lost-answer.plugin", 2, 4, "$60.00"],
    ["targets.dynamic", 3, 4, "2 resources, 'renamed' and 'main'"],
    ["killed-create.dynamic", 0, 3, "the creating of 'main' was interrupted"],
    ["retain-on-delete.plugin", 3, 3, "no AutoTopupConfig"],
  ])("are judged as well: %s, run %d", async (file, run, code, words) => {
    const { status, stdout, stderr } = await command.run([], reading(cloudflare), recorded(file, run));
    expect([status, stdout + stderr]).toEqual([code, expect.stringContaining(words)]);
  });
});
