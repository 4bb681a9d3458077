// What would change, before anything is asked or written: the properties that differ from the stored state, and the outputs that a
// preview shows. Makes no request, and judges no value.
import { type CheckedInputs, type PriorState, parsePriorState, type TopupInputs, UNKNOWN } from "./model";

/** What an update would do; both lists empty means that there is nothing to do. */
export interface TopupDiff {
  /** Changed properties that need another resource: only 'accountId', since the account is the resource's identity. */
  replaces: (keyof TopupInputs)[];
  /** Changed properties that are written in place. */
  updates: (keyof TopupInputs)[];
}

const UPDATABLE = ["amount", "threshold", "enabled"] as const;

/**
 * Compares by value. An unknown value counts as a change. 'adopt' and the health that Cloudflare reports never count: the first says
 * how to create, the second is not for the program to set.
 */
export function diffTopup(olds: PriorState, news: CheckedInputs): TopupDiff {
  return {
    replaces: olds.accountId === news.accountId ? [] : ["accountId"],
    updates: UPDATABLE.filter((property) => olds[property] !== news[property]),
  };
}

/** A create reads the account first, so what Cloudflare will report is not known yet. */
export function planCreate(inputs: CheckedInputs) {
  return { ...inputs, error: UNKNOWN, disabledReason: UNKNOWN, lastFailedAt: UNKNOWN };
}

/** An update reads nothing: what Cloudflare reported stays as it is stored. */
export function planUpdate(olds: unknown, inputs: CheckedInputs) {
  const { error, disabledReason, lastFailedAt } = parsePriorState(olds);
  return { ...inputs, error, disabledReason, lastFailedAt };
}
