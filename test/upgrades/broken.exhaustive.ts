// Stored states that are damaged, older than this version or strange are healed by the next update or reported in a clear error, and never
// crash a provider: both providers' real processes, every call that is given a state.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import type { Properties } from "../support/plugin";
import { openProvider, PROVIDERS, type ProviderName, type ProviderProcess } from "../support/providers";

let accounts = 0;
const healthy = { error: null, disabledReason: null, lastFailedAt: null };
const inputsOf = (accountId: string) => ({ accountId, amount: 5000, threshold: 1000, enabled: true, adopt: false });
const without = (name: string) => (state: Properties) =>
  Object.fromEntries(Object.entries(state).filter(([key]) => key !== name));
const withThis = (more: Properties) => (state: Properties) => ({ ...state, ...more });

interface Row {
  damage(state: Properties): Properties;
  /** The changed properties; empty where the damage does not matter. */
  changed: string[];
}

// The dynamic provider reports only which changes replace.
const ROWS: Record<string, Row> = {
  "an empty state": { damage: () => ({}), changed: ["accountId", "amount", "threshold", "enabled"] },
  "a state without 'accountId'": { damage: without("accountId"), changed: ["accountId"] },
  "a state without 'amount'": { damage: without("amount"), changed: ["amount"] },
  "a state without 'threshold'": { damage: without("threshold"), changed: ["threshold"] },
  "a state from before 'enabled'": { damage: without("enabled"), changed: ["enabled"] },
  "a state from before 'adopt'": { damage: without("adopt"), changed: [] },
  "a state from before the health": { damage: (state) => inputsOf(String(state.accountId)), changed: [] },
  "an amount as text": { damage: withThis({ amount: "5000" }), changed: ["amount"] },
  "an amount that is null": { damage: withThis({ threshold: null }), changed: ["threshold"] },
  "an amount that is an object": { damage: withThis({ amount: { cents: 5000 } }), changed: ["amount"] },
  "a switch as text": { damage: withThis({ enabled: "true" }), changed: ["enabled"] },
  "an account that is a number": { damage: withThis({ accountId: 7 }), changed: ["accountId"] },
  "an account that is none": { damage: withThis({ accountId: "production" }), changed: ["accountId"] },
  "an account in capitals": {
    damage: (state) => ({ ...state, accountId: String(state.accountId).toUpperCase() }),
    changed: [],
  },
  "a health of other types": {
    damage: withThis({ error: 5, disabledReason: ["x"], lastFailedAt: 1_790_000_000 }),
    changed: [],
  },
  "properties of a later version": {
    damage: withThis({ currency: "USD", limits: { daily: [1, { a: null }] } }),
    changed: [],
  },
  "a property that objects have": {
    damage: withThis({ constructor: "x", toString: null, hasOwnProperty: 1 }),
    changed: [],
  },
};

let cloudflare: BillingSimulator;
const opened: Partial<Record<ProviderName, ProviderProcess>> = {};

beforeAll(async () => {
  cloudflare = await startSimulator();
  const settings = { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url };
  for (const name of PROVIDERS) opened[name] = await openProvider(name, settings);
});
beforeEach(() => cloudflare.reset());
afterAll(async () => {
  await Promise.all(Object.values(opened).map((provider) => provider.stop()));
  await cloudflare.close();
});

/** A provider and an account of its own. */
function open(name: ProviderName) {
  const provider = opened[name];
  if (!provider) throw new Error(`${name} was not opened.`);
  accounts += 1;
  const accountId = accounts.toString(16).padStart(32, "a");
  const inputs = inputsOf(accountId);
  cloudflare.setConfig(accountId, { amount: 5000, threshold: 1000 });
  return { provider, accountId, inputs, state: { ...inputs, ...healthy } };
}

describe.each(PROVIDERS)("through %s", (name) => {
  it.each(Object.entries(ROWS))(
    "%s is compared property by property, whole again after a refresh and after an update, and deleted by its id alone",
    async (_row, { damage, changed }) => {
      const { provider, accountId, inputs, state } = open(name);
      const replaces = changed.filter((property) => property === "accountId");
      expect(await provider.diff(accountId, damage(state), inputs)).toEqual({ changes: changed.length > 0, replaces });
      expect(cloudflare.requests).toEqual([]);
      expect(await provider.read(accountId, damage(state))).toEqual({ id: accountId, outs: state, inputs });
      const news = { ...inputs, amount: 8000 };
      expect(await provider.update(accountId, damage(state), news)).toEqual({ ...news, ...healthy });
      expect(cloudflare.config(accountId)).toEqual({ amount: 8000, threshold: 1000 });
      // Another one, which nothing has updated in this run: a delete of what is declared is skipped.
      const other = open(name);
      await other.provider.delete(other.accountId, damage(other.state));
      expect(cloudflare.config(other.accountId)).toBeNull();
    },
  );

  it("an id in capitals is the same account", async () => {
    const { provider, accountId, state } = open(name);
    const { outs } = await provider.read(accountId.toUpperCase(), state);
    expect(outs).toEqual(state);
  });
});
