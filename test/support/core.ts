// The rules and the client over the real SDK and a simulator, with waits so short that a test does not notice them.
import { type BillingApi, openBillingApi } from "../../provider/cloudflare/client";
import type { Connection } from "../../provider/cloudflare/credentials";
import { Pacer, type PacingOptions } from "../../provider/cloudflare/pacing";
import { type BillingSimulator, type SimulatorOptions, startSimulator } from "../../provider/testing/simulator";
import type { OtherProcesses } from "../../provider/topup/declarations";
import type { TopupDiff } from "../../provider/topup/diff";
import { Lifecycle } from "../../provider/topup/lifecycle";
import type { CheckedInputs, TopupState } from "../../provider/topup/model";

export const account = "0123456789abcdef0123456789abcdef";
export const otherAccount = "fedcba9876543210fedcba9876543210";

/** What Cloudflare has set, and what it might have instead. */
export const remote = { amount: 5000, threshold: 1000 };
export const others = { amount: 2000, threshold: 700 };

/** Valid inputs of a program, on and off, and the state of the resource. */
export const declared = { accountId: account, ...remote };
export const off = { ...declared, enabled: false };
export const healthy = { error: null, disabledReason: null, lastFailedAt: null };
export const stored: TopupState = { ...declared, enabled: true, adopt: false, ...healthy };

export interface ApiSetup {
  connection?: Partial<Connection>;
  pacing?: Partial<PacingOptions>;
  timeoutMs?: number;
}

/** An API on the simulator, and what it remarked. */
export function openApi(simulator: BillingSimulator, setup: ApiSetup = {}): { api: BillingApi; remarks: string[] } {
  const remarks: string[] = [];
  const api = openBillingApi({
    connection: { credentials: { apiToken: simulator.apiToken }, baseUrl: simulator.url, ...setup.connection },
    remark: (text) => remarks.push(text),
    pacer: new Pacer({ baseMs: 1, ...setup.pacing }),
    timeouts: { timeoutMs: setup.timeoutMs ?? 5000, deadlineMs: 60_000 },
  });
  return { api, remarks };
}

export interface Run extends Pick<Lifecycle, "check" | "create" | "read"> {
  /** @param key of the resource; the dynamic provider does not know it. */
  diff(olds: unknown, news: CheckedInputs, key?: string | null): TopupDiff;
  update(olds: unknown, news: Readonly<Record<string, unknown>>, id?: string): Promise<TopupState>;
  /** @param key of the resource that is deleted; the dynamic provider does not know it. */
  delete(id: string, props?: unknown, key?: string | null): Promise<void>;
  warnings: string[];
}

/** One engine run: its own memory, its own warnings. */
export function startRun(
  simulator: BillingSimulator,
  setup: ApiSetup & { maxAmount?: number; maxThreshold?: number; otherProcesses?: OtherProcesses } = {},
): Run {
  const warnings: string[] = [];
  const { api } = openApi(simulator, setup);
  const lifecycle = new Lifecycle({
    api: () => api,
    caps: () => ({
      maxAmount: setup.maxAmount ?? null,
      maxThreshold: setup.maxThreshold ?? null,
      describe: (name) => `the cap '${name}'`,
    }),
    warn: (text) => warnings.push(text),
    ...(setup.otherProcesses ? { otherProcesses: setup.otherProcesses } : {}),
  });
  return {
    check: (news, resource, olds) => lifecycle.check(news, resource, olds),
    diff: (olds, news, key = null) => lifecycle.diff(olds, news, key),
    create: (news) => lifecycle.create(news),
    update: (olds, news, id = account) => lifecycle.update(id, olds, news),
    read: (id, props) => lifecycle.read(id, props),
    delete: (id, props = {}, key = null) => lifecycle.delete(id, props, key),
    warnings,
  };
}

/** Starts one more simulator, for as long as the work takes. */
export async function withSimulator<T>(
  options: SimulatorOptions,
  work: (simulator: BillingSimulator) => Promise<T>,
): Promise<T> {
  const simulator = await startSimulator(options);
  try {
    return await work(simulator);
  } finally {
    await simulator.close();
  }
}

/** The methods of all requests so far, in order: `GET POST`. */
export function methods({ requests }: BillingSimulator): string {
  return requests.map(({ method }) => method).join(" ");
}
