// Reads what each account was charged, or why that is not known, into one report for every output format. Does not judge it.
import type { BillingApi } from "../cloudflare/client";
import type { ChargeHistory } from "../cloudflare/invoices";
import { explainError } from "../topup/errors";

/** One account's charges; `problem` says why they are not known. */
export type AccountCharges =
  | { readonly accountId: string; readonly history: ChargeHistory; readonly problem: null }
  | { readonly accountId: string; readonly history: null; readonly problem: string };

export interface Report {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly accounts: readonly AccountCharges[];
}

// More would not make a thousand accounts faster: the API's rate limit decides.
const AT_ONCE = 10;

/** One GET per account; the order stays. An account that cannot be read delays no other. */
export async function readReport(api: BillingApi, accountIds: readonly string[]): Promise<Report> {
  const accounts: AccountCharges[] = [];
  const waiting = accountIds.entries();
  const work = async () => {
    for (const [index, accountId] of waiting) accounts[index] = await read(api, accountId);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { now: Date.now(), accounts };
}

async function read(api: BillingApi, accountId: string): Promise<AccountCharges> {
  try {
    return { accountId, history: await api.charges(accountId), problem: null };
  } catch (error) {
    return { accountId, history: null, problem: explainError(error) };
  }
}
