// A simulator for one test file, and the official SDK as users get it, pointed at it.
import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import Cloudflare, { type ClientOptions } from "cloudflare";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";

export const account = "0123456789abcdef0123456789abcdef";
export const otherAccount = "fedcba9876543210fedcba9876543210";
export const amounts = { amount: 5000, threshold: 1000 };
/** What the SDK is asked to set. */
export const declared = { account_id: account, ...amounts };
export const PATH = `/accounts/${account}/ai-gateway/billing/topup/config`;

/** Runs as long as the file's tests, and is reset before each. */
export function useSimulator(): { readonly current: BillingSimulator } {
  const simulator = {} as { current: BillingSimulator };
  beforeAll(async () => {
    simulator.current = await startSimulator();
  });
  beforeEach(() => simulator.current.reset());
  afterAll(() => simulator.current.close());
  return simulator;
}

/** A client with the writing token, without retries. The environment's own credentials are kept out. */
export function clientOf(simulator: BillingSimulator, options: ClientOptions = {}): Cloudflare {
  const none = { apiKey: null, apiEmail: null, userServiceKey: null };
  return new Cloudflare({ ...none, apiToken: simulator.apiToken, baseURL: simulator.url, maxRetries: 0, ...options });
}

/** The SDK's methods for the config of auto top-up. */
export function config(simulator: BillingSimulator, options?: ClientOptions) {
  return clientOf(simulator, options).aiGateway.billing.topup.config;
}
