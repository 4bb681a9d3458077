// Owns what counts as a change between the stored state and checked inputs. It must not make a request, nor judge values.
import type { CheckedInputs, PriorState, TopupInputs } from "./model";

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
