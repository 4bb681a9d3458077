// Mocks for `pulumi.runtime.setMocks` that answer as the provider does: the provider's own rules over an account book in memory. No process is
// started and no connection opened.
import type { runtime } from "@pulumi/pulumi";
import type { RemoteConfig } from "../cloudflare/answers";
import type { BillingApi } from "../cloudflare/client";
import { Lifecycle } from "../topup/lifecycle";
import type { TopupState } from "../topup/model";

const TYPES = [
  "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig",
  "cloudflare-ai-gateway-billing:index:AutoTopupConfig",
];

/** What an account's auto top-up is set to before the program under test runs. */
export interface MockedConfig {
  /** US cents. */
  amount: number;
  /** US cents. */
  threshold: number;
  error?: string | null;
  disabledReason?: string | null;
  /** ISO 8601. */
  lastFailedAt?: string | null;
}

export interface BillingMocksOptions {
  /** Live configs by account id; accounts that are not named have none. */
  live?: Readonly<Record<string, MockedConfig>>;
  /** The stack's cap on `amount`, US cents. */
  maxAmount?: number;
  /** The stack's cap on `threshold`, US cents; by default `maxAmount`. */
  maxThreshold?: number;
  /** Answers for all other resources and functions; by default they get their inputs back. */
  others?: runtime.Mocks;
}

/** Mocks, and what they hold after the program has run. */
export interface BillingMocks extends runtime.Mocks {
  /** The remote amounts of an account in US cents; null if auto top-up is off. */
  config(accountId: string): { amount: number; threshold: number } | null;
  /** Warnings that a person would have seen. */
  readonly warnings: readonly string[];
}

/**
 * Mocks for unit tests of programs that declare auto top-up: `pulumi.runtime.setMocks(billingMocks())`.
 *
 * Values that break a rule, a remote config that would be overwritten and an account declared twice make the resource fail as they
 * do in a real run. One call stands for one run; take new mocks for the next.
 */
export function billingMocks(options: BillingMocksOptions = {}): BillingMocks {
  const { maxAmount = null, maxThreshold = null, others = echo } = options;
  const book = new Map(
    Object.entries(options.live ?? {}).map(([id, config]) => [id.toLowerCase(), liveConfig(config)]),
  );
  const warnings: string[] = [];
  let declared = 0;
  const api = bookApi(book);
  const lifecycle = new Lifecycle({
    api: () => api,
    caps: () => ({ maxAmount, maxThreshold, describe: (name) => `the mocks' cap '${name}'` }),
    warn: (text) => void warnings.push(text),
  });

  async function newResource(args: runtime.MockResourceArgs): Promise<runtime.MockResourceResult> {
    if (!TYPES.includes(args.type)) return others.newResource(args);
    const state = args.id ? await lifecycle.read(args.id, {}) : await create(args);
    return { id: state?.accountId, state: state ?? {} };
  }

  async function create({ inputs, name }: runtime.MockResourceArgs): Promise<TopupState> {
    declared += 1;
    const { failures } = await lifecycle.check(inputs, { key: `${declared}`, name });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return lifecycle.create(inputs);
  }

  return {
    newResource,
    call: (args) => others.call(args),
    config: (id) => book.get(id.toLowerCase())?.amounts ?? null,
    warnings,
  };
}

const echo: runtime.Mocks = {
  newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
  call: ({ inputs }) => inputs,
};

function bookApi(book: Map<string, RemoteConfig>): BillingApi {
  const healthy = { error: null, disabledReason: null, lastFailedAt: null };
  return {
    read: async (accountId) => book.get(accountId) ?? { amounts: null, health: healthy },
    write: async (accountId, amounts) =>
      void book.set(accountId, { amounts, health: book.get(accountId)?.health ?? healthy }),
    unset: async (accountId) => void book.delete(accountId),
    creditBalance: async () => Promise.reject(new Error("The mocks keep no credit balance: answer it with 'others'.")),
    charges: async () => Promise.reject(new Error("The mocks keep no charges: answer them with 'others'.")),
  };
}

function liveConfig({ amount, threshold, error, disabledReason, lastFailedAt }: MockedConfig): RemoteConfig {
  const health: Pick<TopupState, "error" | "disabledReason" | "lastFailedAt"> = {
    error: error ?? null,
    disabledReason: disabledReason ?? null,
    lastFailedAt: lastFailedAt ?? null,
  };
  return { amounts: { amount, threshold }, health };
}
