// Owns what create and update would store, as far as it is known before anything is asked or written: a preview's outputs.
// It must not make a request.
import { type CheckedInputs, parsePriorState, type TopupState, UNKNOWN, type Unknown } from "./model";

/** State in a preview; any of it may be unknown. */
export type PlannedState = { [K in keyof TopupState]: TopupState[K] | Unknown };

/** A create reads the account first, so what Cloudflare will report is not known yet. */
export function planCreate(inputs: CheckedInputs): PlannedState {
  return { ...inputs, error: UNKNOWN, disabledReason: UNKNOWN, lastFailedAt: UNKNOWN };
}

/** An update reads nothing: what Cloudflare reported stays as it is stored. */
export function planUpdate(olds: unknown, inputs: CheckedInputs): PlannedState {
  const { error, disabledReason, lastFailedAt } = parsePriorState(olds);
  return { ...inputs, error, disabledReason, lastFailedAt };
}
