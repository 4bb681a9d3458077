// Situations of an account, each a state, what Cloudflare has and what it charged: how topup-watch judges it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { PROVIDER_SOURCE } from "../../provider/pulumi/urn";
import { entry, pluginEntry, reading, runAway, stateOf, useWatch } from "./watchCommand";

const { used, run: runWith } = useWatch();

const LIMITS = ["--max-charges", "5/24h", "--max-failed", "5/24h", "--max-usd", "500/30d"];
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const dollars = (amount: number, threshold = 10) => ({ amount: amount * 100, threshold: threshold * 100 });
const leftover = (account: string, flags = {}) => [
  entry("e".repeat(32)),
  entry(account, {}, { delete: true, ...flags }),
];
const invoice = { id: "in_1", created: Date.now() / 1000 - 60, amount_due: 5000, amount_paid: 0, currency: "usd" };
const accountAt = (index: number) => index.toString(16).padStart(32, "a");

interface Arranged {
  /** What the state has; as usual by default. */
  readonly state?: (account: string) => object[];
  readonly pending?: (account: string) => object[];
  /** What Cloudflare has; as usual by default. */
  readonly remote?: { amount: number; threshold: number } | null;
  readonly happened?: (account: string) => void;
}

/** What is said of each: the account, what is set, what the state says, and what to do. */
const SITUATIONS: readonly [title: string, says: string, arranged: Arranged][] = [
  ["fine: everything is as declared", "", {}],
  [
    "alarm: another amount was set in the dashboard",
    "on, $90.00 | 'main' declares it to be on, $50.00 | (state of 2026-11-25 11:00 UTC) | 'pulumi up --refresh'",
    { remote: dollars(90) },
  ],
  [
    "alarm: another threshold is set than the plugin's state says",
    "falls below $40.00 | falls below $10.00 | 'pulumi up --refresh'",
    { state: (account) => [pluginEntry(account)], remote: dollars(50, 40) },
  ],
  ["alarm: it was switched off outside", "off; 'main' declares | switches it on again", { remote: null }],
  [
    "alarm: it came back on after it was switched off",
    "on, $50.00 | it to be off | switches it off again",
    { state: (account) => [entry(account, { enabled: false })] },
  ],
  ["fine: it is off as declared", "", { state: (account) => [entry(account, { enabled: false })], remote: null }],
  [
    "alarm: an interrupted replacement left it on",
    "still on, $50.00 | left over: 'main' | state of 2026-11-25 | a complete 'pulumi up', without '--target'",
    { state: leftover },
  ],
  [
    "alarm: it was left over with 'retainOnDelete', and no run will switch it off",
    "still on, $50.00 | left over: 'main' | will forget it and leave it on",
    { state: (account) => leftover(account, { retainOnDelete: true }) },
  ],
  ["fine: what was left over is off by now", "", { state: leftover, remote: null }],
  [
    "alarm: a replacement was interrupted after it was switched off",
    "off, but 'main', declared on, $50.00 | interrupted | a complete 'pulumi up' finishes it",
    { state: (account) => [entry(account, {}, { pendingReplacement: true })], remote: null },
  ],
  [
    "alarm: the card declines, and top-up is disabled",
    "top-ups fail, last on 2026-11-27T08:00:00Z (error: card_declined) | check the payment method",
    {
      happened: (one) =>
        used.cloudflare.setHealth(one, { error: "card_declined", lastFailedAt: "2026-11-27T08:00:00Z" }),
    },
  ],
  [
    "alarm: it runs away",
    "12 charges in 24 hours; the limit is 5 charges, since 20 | $600.00 in 30 days; the limit is $500.00",
    { happened: (account) => runAway(used.cloudflare, account) },
  ],
  [
    "alarm: one invoice was tried 950 times",
    "950 failed attempts in 24 hours; the limit is 5 failed attempts | repair the payment method",
    {
      happened: (one) =>
        used.cloudflare.addInvoice(one, { ...invoice, status: "void", attempted: true, attempt_count: 950 }),
    },
  ],
  [
    "alarm: two resources have the account",
    "2 resources, 'old' and 'renamed' | declare it once",
    { state: (account) => [entry(account, {}, {}, "old"), entry(account, {}, {}, "renamed")] },
  ],
  [
    "unknown: the amount is encrypted in the state",
    "'main' cannot be compared | 'amount' only encrypted | --show-secrets",
    { state: (account) => [entry(account, { amount: secret })] },
  ],
  [
    "unknown: a create was interrupted",
    "the creating of 'new' was interrupted | 'pulumi refresh --clear-pending-creates'",
    {
      state: () => [],
      pending: (account) => [{ type: "creating", resource: entry(account, {}, { id: "" }, "new") }],
    },
  ],
  [
    "unknown: Cloudflare does not answer for it",
    "Reading the auto top-up config of account | Reading the charges of account",
    { happened: (account) => used.cloudflare.fault({ accountId: account, kind: "envelope", status: 403, times: 2 }) },
  ],
  [
    "fine: the program only reads it, and others have changed it",
    "",
    { state: (account) => [entry(account, {}, { external: true })], remote: dollars(90) },
  ],
];

interface Report {
  readonly findings: readonly { kind: string; about: string; accountId: string; message: string }[];
  readonly accounts: readonly object[];
}

describe("topup-watch judges a stack with every situation at once", () => {
  let report: Report;
  const methods: string[] = [];
  let code: number | null;

  beforeAll(async () => {
    const resources = new Map<string, object>();
    const pending: object[] = [];
    used.cloudflare.reset();
    used.cloudflare.setConfig("e".repeat(32), dollars(50));
    SITUATIONS.forEach(([, , { state = (one: string) => [entry(one)], remote = dollars(50), ...more }], index) => {
      const account = accountAt(index);
      used.cloudflare.setConfig(account, remote);
      more.happened?.(account);
      // Several have the same neighbour.
      for (const one of state(account)) resources.set(JSON.stringify(one), one);
      pending.push(...(more.pending?.(account) ?? []));
    });
    const state = stateOf([...resources.values()], pending);
    const { status, stdout } = await runWith([...LIMITS, "--format", "json"], reading(used.cloudflare), state);
    code = status;
    report = JSON.parse(stdout) as Report;
    methods.push(...used.cloudflare.requests.map(({ method }) => method));
  });

  it.each(SITUATIONS.map(([title, says], index) => [title, says, accountAt(index)]))("%s", (title, says, account) => {
    const found = report.findings.filter(({ accountId }) => accountId === account);
    const [kind] = title.split(":");
    expect([...new Set(found.map((one) => one.kind))]).toEqual(kind === "fine" ? [] : [kind]);
    for (const words of says.split(" | ")) expect(found.map(({ message }) => message).join("\n")).toContain(words);
  });

  it("with alarms first, two GETs for each account and nothing else (promise 26)", () => {
    const kinds = report.findings.map(({ kind }) => kind);
    expect([code, kinds]).toEqual([4, [...kinds].sort()]);
    expect(report.findings.filter(({ accountId }) => !accountId.startsWith("aaa"))).toEqual([]);
    expect(report.accounts).toHaveLength(SITUATIONS.length + 1);
    expect(methods).toEqual(Array(2 * report.accounts.length).fill("GET"));
  });
});

describe("code in the state that is not this package's", () => {
  const evil = "exports.handler=()=>require('https')";
  it.each([
    ["in the inputs", entry(accountAt(0), { __provider: evil })],
    ["encrypted", entry(accountAt(0), { __provider: secret })],
    ["missing", { ...pluginEntry(accountAt(0)), urn: entry("a").urn }],
    ["in a resource of the plugin", { ...pluginEntry(accountAt(0)), outputs: { __provider: `${PROVIDER_SOURCE} ` } }],
  ])("is an alarm, and nothing is asked: %s", async (_, resource) => {
    const state = stateOf([entry(accountAt(1)), resource]);
    const { status, stdout } = await runWith(["--format", "json"], reading(used.cloudflare), state);
    const { findings } = JSON.parse(stdout) as Report;
    expect([status, used.cloudflare.requests]).toEqual([4, []]);
    expect(findings).toMatchObject([{ kind: "alarm", about: "provider", accountId: accountAt(0) }]);
  });

  it("is nobody's matter in somebody else's dynamic resource, or in a component with our type", async () => {
    used.cloudflare.setConfig(accountAt(0), dollars(50));
    const other = entry("1".repeat(32), { __provider: evil }, { urn: "urn:pulumi:dev::p::pulumi-nodejs:dynamic:X::x" });
    const component = entry("2".repeat(32), { __provider: evil }, { custom: false });
    const state = stateOf([entry(accountAt(0)), other, component]);
    expect(await runWith([], reading(used.cloudflare), state)).toMatchObject({ status: 0 });
  });
});

describe("states of the real engine", () => {
  const recorded = (file: string, run: number) => {
    const { runs } = JSON.parse(readFileSync(path.join(__dirname, "../recordings/data", `${file}.json`), "utf8")) as {
      runs: { state?: object[]; pending?: object[]; remote: Record<string, { amount: number; threshold: number }> }[];
    };
    const last = runs
      .slice(0, run + 1)
      .filter(({ state }) => state)
      .at(-1);
    for (const [account, config] of Object.entries(runs[run]?.remote ?? {})) used.cloudflare.setConfig(account, config);
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
    const { status, stdout, stderr } = await runWith([], reading(used.cloudflare), recorded(file, run));
    expect([status, stdout + stderr]).toEqual([code, expect.stringContaining(words)]);
  });
});
