// Owns how what is declared and what is live compare. It must not make a request, nor decide what is done about it.
import { RefusedError } from "./errors";
import {
  type LiveConfig,
  type PriorState,
  parseInput,
  type Sums,
  sameSums,
  type TopupInputs,
  type TopupState,
} from "./model";
import { notAnAccountId, nothingToRead } from "./words";

/** What should be live: the sums, or null for "off". */
export interface Target {
  accountId: string;
  sums: Sums | null;
}

export function targetOf({ accountId, enabled, amount, threshold }: TopupInputs): Target {
  return { accountId, sums: enabled ? { amount, threshold } : null };
}

export function isLive({ sums }: Target, live: LiveConfig): boolean {
  return sums ? sameSums(live.sums, sums) : live.sums === null;
}

/**
 * The state after a look; null for a config that is gone.
 *
 * @param prior the stored state; all null when an existing config is read for the first time.
 * @throws RefusedError if there is nothing to read then.
 */
export function observedState(accountId: string, prior: PriorState, { sums, health }: LiveConfig): TopupState | null {
  const { amount, threshold, enabled } = prior;
  const adopt = prior.adopt ?? false;
  if (sums) return { accountId, ...sums, enabled: true, adopt, ...health };
  if (prior.accountId === null && amount === null) throw new RefusedError(nothingToRead(accountId));
  if (enabled !== false || amount === null || threshold === null) return null;
  return { accountId, amount, threshold, enabled, adopt, ...health };
}

// An id that was given to an import may be in upper case, and is the same account all the same.
export function parseId(id: string): string {
  const account = parseInput("accountId", id);
  if (!account) throw new RefusedError(notAnAccountId(id));
  return String(account.value);
}
