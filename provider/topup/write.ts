// One write, and how its outcome is settled if no answer confirms it. The lifecycle calls it for every create, update and delete that writes.
import type { BillingApi } from "../cloudflare/client";
import { ApiError, CancelledError } from "../cloudflare/errors";
import { UnconfirmedError } from "./errors";
import * as messages from "./messages";
import { isInPlace, type Target } from "./target";

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
