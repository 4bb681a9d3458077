// Mocks for `pulumi.runtime.setMocks` that answer as the provider does: the provider's own rules over an account book in memory. No process is
// started and no connection opened.
import type { runtime } from "@pulumi/pulumi";
import type { RemoteConfig } from "../cloudflare/answers";
import type { BillingApi } from "../cloudflare/client";
import { isSecret } from "../pulumi/markers";
import { DYNAMIC_TYPE, PLUGIN_TYPE } from "../pulumi/urn";
import { Lifecycle } from "../topup/lifecycle";
import type { TopupState } from "../topup/model";
import type { SimulatedConfig } from "./simulator/contract";

export type MockedConfig = SimulatedConfig;

export interface BillingMocksOptions {
  /** What accounts are set to before the program runs, by their ids; auto top-up is off on all others. */
  live?: Readonly<Record<string, MockedConfig>>;
  /** Answers for all other resources and functions; by default they get their inputs back. */
  others?: runtime.Mocks;
}

/** Mocks, and what they hold after the program has run. */
export interface BillingMocks extends runtime.Mocks {
  /** What an account is set to; null if auto top-up is off. */
  config(accountId: string): MockedConfig | null;
}

/**
 * Mocks for unit tests of programs that declare auto top-up: `pulumi.runtime.setMocks(billingMocks())`.
 *
 * Values that break a rule, a remote config that would be overwritten and an account declared twice make the resource fail as they
 * do in a real run. One call stands for one run; take new mocks for the next.
 */
export function billingMocks({ live = {}, others = ECHO }: BillingMocksOptions = {}): BillingMocks {
  const book = new Map(Object.entries(live).map(([id, config]) => [id.toLowerCase(), config]));
  let declared = 0;
  const api = apiOver(book);
  const lifecycle = new Lifecycle({
    api: () => api,
    caps: () => ({ maxAmount: null, maxThreshold: null, describe: (name) => name }),
    warn: () => {},
  });

  async function create({ inputs: given, name }: runtime.MockResourceArgs): Promise<TopupState> {
    const secrets = Object.entries(given).filter(([, value]) => isSecret(value));
    const inputs = { ...given, ...Object.fromEntries(secrets.map(([key, value]) => [key, Object(value).value])) };
    const { failures } = await lifecycle.check(inputs, { key: `${declared++}`, name });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    // Secret inputs come in envelopes, and are secret outputs in them.
    return { ...(await lifecycle.create(inputs)), ...Object.fromEntries(secrets) };
  }

  return {
    async newResource(args) {
      if (args.type !== DYNAMIC_TYPE && args.type !== PLUGIN_TYPE) return others.newResource(args);
      const state = args.id ? await lifecycle.read(args.id, {}) : await create(args);
      return { id: state?.accountId, state: state ?? {} };
    },
    call: (args) => others.call(args),
    config: (id) => book.get(id.toLowerCase()) ?? null,
  };
}

const ECHO: runtime.Mocks = {
  newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
  call: ({ inputs }) => inputs,
};

function apiOver(book: Map<string, MockedConfig>): BillingApi {
  const health: RemoteConfig["health"] = { error: null, disabledReason: null, lastFailedAt: null };
  return {
    read: async (accountId) => ({ amounts: book.get(accountId) ?? null, health }),
    write: async (accountId, amounts) => void book.set(accountId, amounts),
    unset: async (accountId) => void book.delete(accountId),
    creditBalance: async () => Promise.reject(new Error("The mocks keep no credit balance: answer it with 'others'.")),
    charges: async () => Promise.reject(new Error("The mocks keep no charges: answer them with 'others'.")),
  };
}
