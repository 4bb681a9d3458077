// The functions that read an account and store nothing: its auto top-up config, and its credits. They compare nothing with a declaration.

import type { CreditBalance, TopupHealth } from "../cloudflare/answers";
import type { BillingApi } from "../cloudflare/client";

/** What an account's auto top-up is set to right now; amounts in US cents, null where it is not set. */
export interface TopupReading extends TopupHealth {
  accountId: string;
  isSet: boolean;
  amount: number | null;
  threshold: number | null;
}

/** One GET. */
export async function readTopupConfig(api: BillingApi, accountId: string): Promise<TopupReading> {
  const { amounts, health } = await api.read(accountId);
  return {
    accountId,
    isSet: amounts !== null,
    amount: amounts?.amount ?? null,
    threshold: amounts?.threshold ?? null,
    ...health,
  };
}

/** One GET. */
export async function readCreditBalance(
  api: BillingApi,
  accountId: string,
): Promise<CreditBalance & { accountId: string }> {
  return { accountId, ...(await api.creditBalance(accountId)) };
}
