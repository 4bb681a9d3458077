// Asks Cloudflare about each account, with two GETs: what is set and how top-ups fare, and what was charged; or why that is not known. The
// command topup-watch begins with it.
import type { RemoteConfig } from "../cloudflare/answers";
import type { BillingApi } from "../cloudflare/client";
import type { ChargeHistory } from "../cloudflare/invoices";
import { explainError } from "../topup/errors";

/** What Cloudflare said, or why nothing is known. */
export type Reading<T> =
  | { readonly value: T; readonly problem: null }
  | { readonly value: null; readonly problem: string };

export interface AccountReading {
  readonly accountId: string;
  readonly config: Reading<RemoteConfig>;
  readonly history: Reading<ChargeHistory>;
}

/** `now` in milliseconds since 1970. */
export type Readings = Awaited<ReturnType<typeof readAccounts>>;

// More would not make a thousand accounts faster: the API's rate limit decides.
const AT_ONCE = 10;

/**
 * The order stays. An account that cannot be read delays no other.
 *
 * @param onProgress called every so often while it goes on, with how many accounts are done.
 */
export async function readAccounts(
  api: Pick<BillingApi, "read" | "charges">,
  accountIds: readonly string[],
  onProgress: (done: number) => void = () => {},
  everyMs = 15_000,
) {
  const accounts: AccountReading[] = [];
  let done = 0;
  const waiting = accountIds.entries();
  const work = async () => {
    for (const [index, accountId] of waiting) {
      const config = await attempt(() => api.read(accountId));
      accounts[index] = { accountId, config, history: await attempt(() => api.charges(accountId)) };
      done += 1;
    }
  };
  const timer = setInterval(() => onProgress(done), everyMs);
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    clearInterval(timer);
  }
  return { now: Date.now(), accounts: accounts as readonly AccountReading[] };
}

async function attempt<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { value: await read(), problem: null };
  } catch (error) {
    return { value: null, problem: explainError(error) };
  }
}
