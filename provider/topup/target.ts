// How declared and remote values compare. Makes no request, and does not decide what follows.

import { type Amounts, type RemoteConfig, sameAmounts } from "../cloudflare/answers";
import { RefusedError } from "./errors";
import { notAnAccountId, nothingToRead, notTheStoredAccount } from "./messages";
import { type PriorState, parseInput, type TopupInputs, type TopupState } from "./model";

/** What the remote values should be: the amounts, or null for "off". */
export interface Target {
  accountId: string;
  amounts: Amounts | null;
}

export function targetOf({ accountId, enabled, amount, threshold }: TopupInputs): Target {
  return { accountId, amounts: enabled ? { amount, threshold } : null };
}

export function isInPlace({ amounts }: Target, remote: RemoteConfig): boolean {
  return amounts ? sameAmounts(remote.amounts, amounts) : remote.amounts === null;
}

/**
 * The state after a read; null for a config that is gone.
 *
 * @param prior the stored state; all null when an existing config is read for the first time.
 * @throws RefusedError if there is nothing to read then.
 */
export function observedState(
  accountId: string,
  prior: PriorState,
  { amounts, health }: RemoteConfig,
): TopupState | null {
  const { amount, threshold, enabled } = prior;
  const adopt = prior.adopt ?? false;
  if (amounts) return { accountId, ...amounts, enabled: true, adopt, ...health };
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
