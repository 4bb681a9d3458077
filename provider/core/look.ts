// Owns the looks at an account that change nothing and store nothing: what is live, and the credits. It must not know who
// asks, nor compare with anything declared.
import type { BillingApi } from "./api";
import type { CreditBalance, TopupHealth } from "./model";

/** What an account's auto top-up is set to right now; sums in US cents, null where it is not set. */
export interface TopupLook extends TopupHealth {
  accountId: string;
  isSet: boolean;
  amount: number | null;
  threshold: number | null;
}

/** One GET. */
export async function lookAtTopup(api: BillingApi, accountId: string): Promise<TopupLook> {
  const { sums, health } = await api.read(accountId);
  return {
    accountId,
    isSet: sums !== null,
    amount: sums?.amount ?? null,
    threshold: sums?.threshold ?? null,
    ...health,
  };
}

/** One GET. */
export async function lookAtCredits(
  api: BillingApi,
  accountId: string,
): Promise<CreditBalance & { accountId: string }> {
  return { accountId, ...(await api.creditBalance(accountId)) };
}
