// What is declared or set for one account, read from a resource of a plan, and compared. What cannot be read is equal to nothing.
import * as z from "zod/mini";
import { type Shown, shown, type View } from "./preview";

/** Amounts are US cents. */
export interface Terms {
  readonly accountId: Shown<string>;
  readonly amount: Shown<number>;
  readonly threshold: Shown<number>;
  readonly enabled: Shown<boolean>;
  readonly adopt: Shown<boolean>;
}

/** What the program declares. */
export function declaredTerms({ inputs }: View): Terms {
  return termsOf(inputs);
}

/** What the state holds: the outputs, which a refresh brings up to date, and the inputs for what they lack. */
export function storedTerms({ inputs, outputs }: View): Terms {
  return termsOf({ ...inputs, ...outputs });
}

/** Whether both are readable and differ. */
export function differ<T>(left: Shown<T>, right: Shown<T>): boolean {
  return "value" in left && "value" in right && left.value !== right.value;
}

/** Whether both are readable and equal. What cannot be read is equal to nothing, not even to itself. */
export function equal<T>(left: Shown<T>, right: Shown<T>): boolean {
  return "value" in left && "value" in right && left.value === right.value;
}

const accountId = z.string().check(z.regex(/^[0-9a-f]{32}$/i), z.toLowerCase());
const cents = z.int().check(z.gte(0));

function termsOf(values: View["inputs"]): Terms {
  return {
    accountId: shown(values.accountId, accountId),
    amount: shown(values.amount, cents),
    threshold: shown(values.threshold, cents),
    enabled: shown(values.enabled ?? true, z.boolean()),
    adopt: shown(values.adopt ?? false, z.boolean()),
  };
}
