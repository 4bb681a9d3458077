// The lifecycles that both providers must play alike: what the account had before, the engine's calls in their order, and what comes of
// them. How a provider is reached is not known here.
import type { BillingSimulator } from "../../provider/testing/simulator";
import { failureOf } from "./rejection";

export type Properties = Record<string, unknown>;

/** The engine's calls about one resource in one run. */
export interface ProviderCalls {
  /** The name of the resource that the next calls are about, where the provider gets to know it. */
  name: string;
  readonly log: readonly string[];
  check(news: Properties): Promise<{ inputs: Properties; failures: string[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }>;
  create(news: Properties): Promise<{ id: string; outs: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<Properties>;
  read(id: string, props: Properties): Promise<{ id: string; outs: Properties; inputs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

export interface World {
  readonly provider: ProviderCalls;
  readonly cloudflare: BillingSimulator;
  /** Two accounts that no other lifecycle has. */
  readonly account: string;
  readonly other: string;
}

export interface Lifecycle {
  readonly name: string;
  /** Plays it; what it returns is compared with `result`. */
  play(world: World): Promise<unknown>;
  /** What comes of it, where ACCOUNT stands for the account's id. */
  readonly result: unknown;
  /** The methods of all requests. */
  readonly requests: string;
}

const remote = { amount: 5000, threshold: 1000 };
const health = { error: null, disabledReason: null, lastFailedAt: null };
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const inputs = (accountId: string) => ({ accountId, ...remote, enabled: true, adopt: false });
const state = (accountId: string) => ({ ...inputs(accountId), ...health });

export const LIFECYCLES: readonly Lifecycle[] = [
  {
    name: "a check fills in defaults, writes the id in lower case and asks nobody",
    play: ({ provider, account }) => provider.check({ accountId: account.toUpperCase(), ...remote }),
    result: { inputs: inputs("ACCOUNT"), failures: [] },
    requests: "",
  },
  {
    name: "values that are not known yet pass the check and count as a change (promise 8)",
    play: async ({ provider, account }) => [
      await provider.check({ accountId: account, amount: unknown, threshold: 1000 }),
      await provider.diff(account, state(account), { ...inputs(account), amount: unknown }),
    ],
    result: [
      { inputs: { ...inputs("ACCOUNT"), amount: unknown }, failures: [] },
      { changes: true, replaces: [] },
    ],
    requests: "",
  },
  {
    name: "everything that is wrong is reported at once, each on its property (promise 10)",
    play: async ({ provider }) => {
      const news = { accountId: "abc", amount: 20, threshold: "1000", enabled: "no", amout: 1 };
      return (await provider.check(news)).failures.map((failure) => failure.split(":")[0]);
    },
    result: ["accountId", "amount", "threshold", "enabled", "amout"],
    requests: "",
  },
  {
    name: "created, found unchanged, and drift in the dashboard shown as exactly that property",
    play: async ({ provider, cloudflare, account }) => {
      const { id, outs } = await provider.create(inputs(account));
      const same = await provider.diff(account, outs, inputs(account));
      cloudflare.setConfig(account, { ...remote, threshold: 700 });
      const seen = await provider.read(account, outs);
      const still = await provider.diff(account, seen.outs, seen.inputs);
      return [id, outs, same, seen, still, await provider.diff(account, seen.outs, inputs(account))];
    },
    result: [
      "ACCOUNT",
      state("ACCOUNT"),
      { changes: false, replaces: [] },
      {
        id: "ACCOUNT",
        outs: { ...state("ACCOUNT"), threshold: 700 },
        inputs: { ...inputs("ACCOUNT"), threshold: 700 },
      },
      { changes: false, replaces: [] },
      { changes: true, replaces: [] },
    ],
    requests: "GET POST GET",
  },
  {
    name: "updated with one request, deleted with one request",
    play: async ({ provider, cloudflare, account, other }) => {
      const updated = await provider.update(account, state(account), { ...inputs(account), amount: 8000 });
      cloudflare.setConfig(other, remote);
      await provider.delete(other, state(other));
      return [updated, cloudflare.config(account), cloudflare.config(other)];
    },
    result: [{ ...state("ACCOUNT"), amount: 8000 }, { ...remote, amount: 8000 }, null],
    requests: "POST DELETE",
  },
  {
    name: "a config that is set as declared is taken over, and nothing is written (promise 11)",
    play: ({ provider, cloudflare, account }) => {
      cloudflare.setConfig(account, remote);
      return provider.create(inputs(account));
    },
    result: { id: "ACCOUNT", outs: state("ACCOUNT") },
    requests: "GET",
  },
  {
    name: "a config that is set to other values is refused with both shown, and replaced where 'adopt' is true (promise 11)",
    play: async ({ provider, cloudflare, account }) => {
      cloudflare.setConfig(account, { amount: 7000, threshold: 700 });
      const refusal = await failureOf(provider.create(inputs(account)));
      const kept = cloudflare.config(account);
      await provider.create({ ...inputs(account), adopt: true });
      const commands = [...refusal.matchAll(/`[^`]+`/g)].map(([command]) => command);
      return [refusal.split("\n").slice(0, 3), commands, kept, cloudflare.config(account)];
    },
    result: [
      [
        "Account ACCOUNT already has auto top-up set, with other values than declared. Nothing was changed for this account.",
        "  remote:    amount 7000 cents ($70.00), threshold 700 cents ($7.00)",
        "  declared:  amount 5000 cents ($50.00), threshold 1000 cents ($10.00)",
      ],
      ["`pulumi up`", "`pulumi up`", "`pulumi up --replace`", "`pulumi state untaint`", "`pulumi up`", "`--replace`"],
      { amount: 7000, threshold: 700 },
      remote,
    ],
    requests: "GET GET POST",
  },
  {
    name: "declared off: switched off, watched, and shown where somebody switched it on (promise 2)",
    play: async ({ provider, cloudflare, account }) => {
      cloudflare.setConfig(account, remote);
      const off = { ...inputs(account), enabled: false };
      const outs = await provider.update(account, state(account), off);
      const quiet = await provider.read(account, outs);
      cloudflare.setConfig(account, remote);
      return [outs, quiet.inputs, (await provider.read(account, outs)).inputs];
    },
    result: [{ ...state("ACCOUNT"), enabled: false }, { ...inputs("ACCOUNT"), enabled: false }, inputs("ACCOUNT")],
    requests: "DELETE GET GET",
  },
  {
    name: "a refresh finds a config that is gone, and an import of none is an error",
    play: async ({ provider, account }) => [
      (await provider.read(account, state(account))).id,
      await failureOf(provider.read(account, {})),
    ],
    result: [
      "",
      "Account ACCOUNT has no auto top-up config, so there is nothing to read or import. " +
        "Check the account id, or declare an AutoTopupConfig to set one.",
    ],
    requests: "GET GET",
  },
  {
    name: "a read by the id alone gives everything that an import needs",
    play: ({ provider, cloudflare, account }) => {
      cloudflare.setConfig(account, remote);
      return provider.read(account, {});
    },
    result: { id: "ACCOUNT", outs: state("ACCOUNT"), inputs: inputs("ACCOUNT") },
    requests: "GET",
  },
  {
    name: "a rename leaves the config on (promise 11)",
    play: async ({ provider, cloudflare, account }) => {
      cloudflare.setConfig(account, remote);
      provider.name = "renamed";
      await provider.create(inputs(account));
      provider.name = "credits";
      await provider.delete(account, state(account));
      return [cloudflare.config(account), provider.log.filter((line) => line.includes(account)).length];
    },
    result: [remote, 1],
    requests: "GET",
  },
  {
    name: "another account replaces: the old config is removed and the new one stays (promise 18)",
    play: async ({ provider, cloudflare, account, other }) => {
      cloudflare.setConfig(account, remote);
      const { replaces } = await provider.diff(account, state(account), inputs(other));
      await provider.create(inputs(other));
      await provider.delete(account, state(account));
      return [replaces, cloudflare.config(account), cloudflare.config(other)];
    },
    result: [["accountId"], null, remote],
    requests: "GET POST DELETE",
  },
  {
    name: "an account declared twice is refused in the check of the second, which names both (promise 24)",
    play: async ({ provider, account }) => {
      provider.name = "first";
      const first = await provider.check(inputs(account));
      provider.name = "second";
      const second = await provider.check(inputs(account));
      provider.name = "credits";
      return [first.failures, second.failures.map((failure) => failure.replace(account, "ACCOUNT"))];
    },
    result: [
      [],
      [
        "accountId: Account ACCOUNT is declared twice in this stack, by 'first' and by 'second', and it has only one auto top-up " +
          "config. Keep one of the two; nothing was changed for this one.",
      ],
    ],
    requests: "",
  },
  {
    name: "an id that is not the stored account is refused: nobody knows which of the two is meant",
    play: async ({ provider, account, other }) => {
      const edited = state(other);
      const calls = [
        provider.read(account, edited),
        provider.update(account, edited, inputs(other)),
        provider.delete(account, edited),
      ];
      return Promise.all(calls.map(async (call) => (await failureOf(call)).split(":")[0]));
    },
    result: Array(3).fill("The state names two accounts for this resource"),
    requests: "",
  },
  {
    name: "a delete is refused where the resource that took the account over could not be created",
    play: async ({ provider, cloudflare, account }) => {
      cloudflare.setConfig(account, remote);
      provider.name = "renamed";
      await provider.check({ ...inputs(account), amount: 6000 });
      await failureOf(provider.create({ ...inputs(account), amount: 6000 }));
      provider.name = "credits";
      return [(await failureOf(provider.delete(account, state(account)))).split(": ")[0], cloudflare.config(account)];
    },
    result: ["The auto top-up config of account ACCOUNT was not removed", remote],
    requests: "GET",
  },
  {
    name: "a write that only the dashboard may do succeeds once it was done there",
    play: async ({ provider, cloudflare, account }) => {
      cloudflare.dashboardOnly = true;
      const refusal = await failureOf(provider.update(account, state(account), inputs(account)));
      cloudflare.setConfig(account, remote);
      const outs = await provider.update(account, state(account), inputs(account));
      cloudflare.dashboardOnly = false;
      return [refusal.includes("dashboard"), outs];
    },
    result: [true, state("ACCOUNT")],
    requests: "POST GET POST GET",
  },
  {
    name: "a write whose answer was lost is settled by a read (promise 16)",
    play: async ({ provider, cloudflare, account }) => {
      cloudflare.fault({ kind: "reset", apply: true, method: "POST", times: 3 });
      return [await provider.update(account, state(account), inputs(account)), cloudflare.changes(account)];
    },
    result: [state("ACCOUNT"), 1],
    requests: "POST POST POST GET",
  },
  {
    name: "an answer that proves nothing is not taken for a config that is gone (promise 13)",
    play: async ({ provider, cloudflare, account }) => {
      const doubts: string[] = [];
      for (const fault of [
        { kind: "envelope", status: 403 },
        { kind: "envelope", status: 404 },
        { kind: "envelope", success: false },
        { kind: "envelope" },
        { kind: "raw", body: "<html>" },
      ] as const) {
        cloudflare.fault(fault);
        doubts.push((await failureOf(provider.read(account, state(account)))).split(".")[0] ?? "");
      }
      return [...new Set(doubts)];
    },
    result: ["Reading the auto top-up config of account ACCOUNT failed"],
    requests: "GET GET GET GET GET",
  },
  {
    name: "a top-up that fails is an output, one warning a run, and never an update (promise 15)",
    play: async ({ provider, cloudflare, account }) => {
      cloudflare.setConfig(account, remote);
      cloudflare.setHealth(account, { error: "card_declined", disabledReason: "payment_failed" });
      const { outs } = await provider.read(account, state(account));
      await provider.read(account, state(account));
      cloudflare.setHealth(account, { error: null, disabledReason: null });
      const warnings = provider.log.filter((line) => line.includes(account)).length;
      return [outs, await provider.diff(account, outs, inputs(account)), warnings];
    },
    result: [
      { ...state("ACCOUNT"), error: "card_declined", disabledReason: "payment_failed" },
      { changes: false, replaces: [] },
      1,
    ],
    requests: "GET GET",
  },
  {
    name: "damaged state heals with the next update",
    play: async ({ provider, account }) => [
      await provider.diff(account, { accountId: account, amount: "much" }, inputs(account)),
      await provider.update(account, { accountId: account, amount: "much" }, inputs(account)),
    ],
    result: [{ changes: true, replaces: [] }, state("ACCOUNT")],
    requests: "POST",
  },
];
