// What the remote values should be: how they compare with what is set, and the one write that sets them, settled if no answer confirms it.
// The lifecycle decides which of the two is due.
import { type Amounts, type RemoteConfig, sameAmounts } from "../cloudflare/answers";
import type { BillingApi } from "../cloudflare/client";
import { ApiError, CancelledError } from "../cloudflare/errors";
import { RefusedError, UnconfirmedError } from "./errors";
import * as messages from "./messages";
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

/** The state after a read; null for a config that is gone. A first read, without a stored state, is refused if there is nothing to read. */
export function observedState(
  accountId: string,
  prior: PriorState,
  { amounts, health }: RemoteConfig,
): TopupState | null {
  const { amount, threshold, enabled } = prior;
  const adopt = prior.adopt ?? false;
  if (amounts) return { accountId, ...amounts, enabled: true, adopt, ...health };
  if (isFirstRead(prior)) throw new RefusedError(messages.nothingToRead(accountId));
  if (enabled !== false || amount === null || threshold === null) return null;
  return { accountId, amount, threshold, enabled, adopt, ...health };
}

/** Whether nothing is stored yet: an import, or a program that reads what it does not manage. */
export function isFirstRead({ accountId, amount }: PriorState): boolean {
  return accountId === null && amount === null;
}

/** The account that an id of the engine stands for. A state written by an earlier release may hold it in upper case. */
export function accountOf(id: string, prior: PriorState): string {
  const accountId = parseInput("accountId", id)?.value;
  if (typeof accountId !== "string") throw new RefusedError(messages.notAnAccountId(id));
  if (prior.accountId !== null && prior.accountId !== accountId)
    throw new RefusedError(messages.notTheStoredAccount(accountId, prior.accountId));
  return accountId;
}

/**
 * Writes; reads if the answer does not say whether the write was applied, or if only a dashboard session may write.
 *
 * @param pending what the state keeps of a write that may have been applied; null if the engine keeps the resource anyway.
 * @throws ApiError, CancelledError, or UnconfirmedError if `pending` is to be kept.
 */
export async function writeTarget(api: BillingApi, target: Target, pending: object | null): Promise<void> {
  try {
    await (target.amounts ? api.write(target.accountId, target.amounts) : api.unset(target.accountId));
  } catch (error) {
    await settle(api, target, pending, error);
  }
}

/** Returns if a read finds the write applied. */
async function settle(api: BillingApi, target: Target, pending: object | null, error: unknown): Promise<void> {
  const { accountId, amounts } = target;
  const unconfirmed = pending ? messages.UNCONFIRMED : messages.MAYBE_OFF;
  if (error instanceof CancelledError && error.sent) {
    const failure = new CancelledError(error.attempt, accountId, true, unconfirmed);
    throw pending ? new UnconfirmedError(failure, accountId, pending) : failure;
  }
  if (!(error instanceof ApiError && (error.failure.status === 403 || error.outcomeUnknown))) throw error;
  const remote = await api.read(accountId).catch(() => null);
  if (remote && isInPlace(target, remote)) return;
  const advised = (advice: string) => new ApiError({ ...error.failure, advice });
  if (remote) {
    // By hand in the dashboard helps against a missing permission, but not against a dead token or a block page.
    const advice =
      error.failure.refusal === "credential" || error.failure.refusal === "edge" ? error.failure.advice : null;
    throw advised(messages.notApplied(error.failure.status, amounts, remote.amounts, advice));
  }
  if (!error.outcomeUnknown) throw error;
  throw pending ? new UnconfirmedError(advised(unconfirmed), accountId, pending) : advised(unconfirmed);
}
