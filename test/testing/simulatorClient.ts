// The official SDK as users get it, pointed at a simulator. For tests only.
import Cloudflare, { type ClientOptions } from "cloudflare";
import type { BillingSimulator } from "../../provider/testing/simulator";

export const account = "0123456789abcdef0123456789abcdef";
export const otherAccount = "fedcba9876543210fedcba9876543210";

/** A client with the writing token, without retries. The environment's own credentials are kept out. */
export function clientOf(simulator: BillingSimulator, options: ClientOptions = {}): Cloudflare {
  const none = { apiKey: null, apiEmail: null, userServiceKey: null };
  return new Cloudflare({ ...none, apiToken: simulator.apiToken, baseURL: simulator.url, maxRetries: 0, ...options });
}

export function config(client: Cloudflare) {
  return client.aiGateway.billing.topup.config;
}

/** What a promise was rejected with; fails where it was not. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  const outcome = await Promise.allSettled([promise]);
  if (outcome[0].status === "fulfilled") throw new Error(`resolved with ${JSON.stringify(outcome[0].value)}`);
  return outcome[0].reason;
}
