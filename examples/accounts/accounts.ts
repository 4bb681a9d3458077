import { usd } from "pulumi-cloudflare-ai-gateway-billing";

/** What an account's auto top-up is, in US cents. */
export interface Topup {
  amount: number;
  threshold: number;
  enabled?: boolean;
}

/** What applies unless the table says otherwise. */
export const standard: Topup = { amount: usd(50), threshold: usd(10) };

/** One row for each account; a row holds what differs from the standard. */
export const accounts: Record<string, { accountId: string } & Partial<Topup>> = {
  production: { accountId: "a0000000000000000000000000000001", amount: usd(500), threshold: usd(100) },
  staging: { accountId: "a0000000000000000000000000000002" },
  research: { accountId: "a0000000000000000000000000000003", amount: usd(120.5) },
  // Declared off, and watched so that it stays off.
  sandbox: { accountId: "a0000000000000000000000000000004", enabled: false },
};
