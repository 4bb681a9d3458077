// Owns what a plan says about one account's auto top-up: its terms, as far as the plan shows them. It must not know
// what is done with them.
import { type Fields, fieldsOf } from "./fields";
import type { ResourceView } from "./step";

/** A value in a plan: readable, or not, and why. `unreadable` is a value of the wrong kind. */
export type Shown<T> = { readonly value: T } | { readonly hidden: "unknown" | "secret" | "unreadable" };

/** What is declared, or live, for one account. Amounts are US cents. */
export interface Terms {
  readonly accountId: Shown<string>;
  readonly amount: Shown<number>;
  readonly threshold: Shown<number>;
  readonly enabled: Shown<boolean>;
  readonly adopt: Shown<boolean>;
  /** Why top-ups fail, as the last refresh found it; null while they do not. */
  readonly failing: string | null;
}

/** What the program declares. */
export function declaredTerms({ inputs }: ResourceView): Terms {
  return termsOf(inputs, {});
}

/** What the state holds: the outputs, which a refresh brings up to date, and the inputs for what they lack. */
export function storedTerms({ inputs, outputs }: ResourceView): Terms {
  return termsOf({ ...inputs, ...outputs }, outputs);
}

/** The text or number itself; null where it cannot be read. */
export function known<T>(shown: Shown<T>): T | null {
  return "value" in shown ? shown.value : null;
}

/** Whether both are readable and differ. */
export function differ<T>(left: Shown<T>, right: Shown<T>): boolean {
  return "value" in left && "value" in right && left.value !== right.value;
}

/** Whether both are readable and equal. What cannot be read is equal to nothing, not even to itself. */
export function equal<T>(left: Shown<T>, right: Shown<T>): boolean {
  return "value" in left && "value" in right && left.value === right.value;
}

function termsOf(values: Fields, health: Fields): Terms {
  return {
    accountId: shown(values.accountId, isText),
    amount: shown(values.amount, isNumber),
    threshold: shown(values.threshold, isNumber),
    enabled: shown(values.enabled ?? true, isFlag),
    adopt: shown(values.adopt ?? false, isFlag),
    failing: failureIn(health),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";

// How the engine writes what a preview cannot know yet, and what is not to be seen: the document masks a secret with this
// word, an event stream keeps the engine's own envelope (sig.Key and sig.Secret in the SDK's source).
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const MASKED = "[secret]";
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Whether the plan shows the value, and where it is of the right kind, the value. */
export function shown<T>(value: unknown, is: (value: unknown) => value is T): Shown<T> {
  if (value === UNKNOWN) return { hidden: "unknown" };
  if (value === MASKED || fieldsOf(value)?.[SIGNATURE] !== undefined) return { hidden: "secret" };
  return is(value) ? { value } : { hidden: "unreadable" };
}

function failureIn({ error, disabledReason, lastFailedAt }: Fields): string | null {
  const reasons = [error, disabledReason].filter((reason) => typeof reason === "string" && reason !== "");
  if (reasons.length === 0) return null;
  const date = typeof lastFailedAt === "string" && lastFailedAt !== "" ? `, last on ${lastFailedAt}` : "";
  return `${reasons.join("; ")}${date}`;
}
