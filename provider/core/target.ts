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
import { notAnAccountId, nothingToRead, notTheStoredAccount } from "./words";

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
  if (isFirstRead(prior)) throw new RefusedError(nothingToRead(accountId));
  if (enabled !== false || amount === null || threshold === null) return null;
  return { accountId, amount, threshold, enabled, adopt, ...health };
}

/** Whether nothing is stored yet: an import, or a program that reads what it does not manage. */
export function isFirstRead({ accountId, amount }: PriorState): boolean {
  return accountId === null && amount === null;
}

/**
 * The account that an id of the engine stands for. A state written by an earlier release may hold it in upper case.
 *
 * @throws RefusedError for anything but the account of the stored state.
 */
export function accountOf(id: string, prior: PriorState): string {
  const accountId = parseInput("accountId", id)?.value;
  if (typeof accountId !== "string") throw new RefusedError(notAnAccountId(id));
  if (prior.accountId !== null && prior.accountId !== accountId)
    throw new RefusedError(notTheStoredAccount(accountId, prior.accountId));
  return accountId;
}
