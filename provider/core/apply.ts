// Owns one write and what becomes of it where no answer confirms it. It must not know what declares the values.
import type { BillingApi } from "./api";
import { ApiError, CancelledError, UnconfirmedError } from "./errors";
import { isLive, type Target } from "./target";
import * as words from "./words";

/**
 * Writes; where that fails without telling what is live now, or where only a dashboard session may write, looks.
 *
 * @param unfinished what the state keeps of a write that may have been applied; null where the engine keeps the resource anyway.
 * @throws ApiError, CancelledError, or UnconfirmedError where `unfinished` is to be kept.
 */
export async function apply(api: BillingApi, target: Target, unfinished: object | null): Promise<void> {
  try {
    await (target.sums ? api.write(target.accountId, target.sums) : api.unset(target.accountId));
  } catch (error) {
    await settle(api, target, unfinished, error);
  }
}

/** Returns where a look finds the write applied. */
async function settle(api: BillingApi, target: Target, unfinished: object | null, error: unknown): Promise<void> {
  const { accountId, sums } = target;
  const unconfirmed = unfinished ? words.UNCONFIRMED : words.MAYBE_OFF;
  if (error instanceof CancelledError && error.sent) {
    const told = new CancelledError(error.attempt, accountId, true, unconfirmed);
    throw unfinished ? new UnconfirmedError(told, accountId, unfinished) : told;
  }
  if (!(error instanceof ApiError && (error.status === 403 || error.outcomeUnknown))) throw error;
  const live = await api.read(accountId).catch(() => null);
  if (live && isLive(target, live)) return;
  const advised = (advice: string | null) => new ApiError({ ...error.failure, advice });
  if (live) throw advised(words.notApplied(error.status, sums, live.sums));
  if (!error.outcomeUnknown) throw error;
  throw unfinished ? new UnconfirmedError(advised(unconfirmed), accountId, unfinished) : advised(unconfirmed);
}
