// The check: every rule that a program can break, reported on its property, in cents and dollars. Both providers call it for each Check, and once
// more right before a write. Makes no request.
import { printable } from "../cloudflare/printable";
import { RefusedError } from "./errors";
import {
  type CheckedInputs,
  INPUT_NAMES,
  MINIMUM_AMOUNT,
  MINIMUM_THRESHOLD,
  parseInput,
  type TopupInputs,
  UNKNOWN,
} from "./model";
import { formatCents, formatUsd } from "./money";
import { nearestName } from "./nearestName";

/** What a stack allows at most, in US cents; null for no cap. */
export interface Caps {
  maxAmount: number | null;
  /** If it is null, 'maxAmount' bounds the threshold, too: a high threshold is many charges. */
  maxThreshold: number | null;
  /** How a message names a cap, for instance `this stack's cap 'cloudflare-ai-gateway-billing:maxAmount'`. */
  describe(name: "maxAmount" | "maxThreshold"): string;
}

/** One refused property, with the rule it breaks. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** Either the checked inputs, or everything that is wrong with them. */
export type CheckResult = { inputs: CheckedInputs; failures: [] } | { inputs: null; failures: CheckFailure[] };

// Functions, since dollars as text need locale data, which takes longer to load than everything else here.
const RULES: { readonly [K in keyof TopupInputs]: () => string } = {
  accountId: () => "'accountId' must be a Cloudflare account id, 32 hexadecimal digits",
  amount: () => `'amount' must be a whole number of US cents, at least ${formatCents(MINIMUM_AMOUNT)}`,
  threshold: () => `'threshold' must be a whole number of US cents, at least ${formatCents(MINIMUM_THRESHOLD)}`,
  enabled: () => "'enabled' must be true or false",
  adopt: () => "'adopt' must be true or false",
};

/**
 * Checks what a program declares: fills in defaults, lets unknown values pass and reports every broken rule at once.
 *
 * @param news the declared properties; keys that begin with `__` are the engine's own and are left alone.
 * @param caps null for none.
 */
export function checkInputs(news: Readonly<Record<string, unknown>>, caps: Caps | null): CheckResult {
  const inputs: Record<string, unknown> = {};
  const failures: CheckFailure[] = [];
  for (const property of INPUT_NAMES) {
    const value = news[property] ?? undefined;
    const parsed = value === UNKNOWN ? { value } : parseInput(property, value);
    if (parsed) inputs[property] = parsed.value;
    else failures.push({ property, reason: `${RULES[property]()}; got ${describe(property, value)}.` });
  }
  failures.push(...unknownProperties(news), ...overCaps(inputs, caps));
  return failures.length > 0 ? { inputs: null, failures } : { inputs: inputs as CheckedInputs, failures: [] };
}

/**
 * The inputs of a create or an update: checked once more right before money is at stake, and complete.
 *
 * @throws RefusedError with the reason of every failure.
 */
export function requireInputs(news: Readonly<Record<string, unknown>>, caps: Caps | null): TopupInputs {
  const { inputs, failures } = checkInputs(news, caps);
  if (inputs === null) throw new RefusedError(failures.map(({ reason }) => reason).join("\n"));
  const pending = INPUT_NAMES.filter((property) => inputs[property] === UNKNOWN);
  if (pending.length > 0) throw new RefusedError(`'${pending.join("', '")}' must be known before anything is written.`);
  return inputs as TopupInputs;
}

/** Checks the argument of the functions that read an account. */
export function checkAccountId(args: Readonly<Record<string, unknown>>): string | CheckFailure {
  const parsed = parseInput("accountId", args.accountId);
  if (parsed) return String(parsed.value);
  return {
    property: "accountId",
    reason: `${RULES.accountId()}; got ${describe("accountId", args.accountId ?? undefined)}.`,
  };
}

// Switching off must always be possible. What may turn out to be that is judged once it is known, before anything is written.
function overCaps({ amount, threshold, enabled }: Record<string, unknown>, caps: Caps | null): CheckFailure[] {
  if (caps === null || enabled === false || enabled === UNKNOWN) return [];
  const { maxAmount, maxThreshold } = caps;
  const shared = maxThreshold === null ? ", which bounds both while 'maxThreshold' is not set" : "";
  const thresholdCap = caps.describe(maxThreshold === null ? "maxAmount" : "maxThreshold") + shared;
  return [
    ...overCap("amount", amount, maxAmount, caps.describe("maxAmount")),
    ...overCap("threshold", threshold, maxThreshold ?? maxAmount, thresholdCap),
  ];
}

function overCap(property: string, value: unknown, cap: number | null, name: string): CheckFailure[] {
  if (cap === null || typeof value !== "number" || value <= cap) return [];
  return [
    { property, reason: `'${property}' must be at most ${formatCents(cap)}, ${name}; got ${formatCents(value)}.` },
  ];
}

// A misspelt optional property would otherwise be ignored in silence: `enabld: false` would leave charges on.
function unknownProperties(news: Readonly<Record<string, unknown>>): CheckFailure[] {
  const known: readonly string[] = INPUT_NAMES;
  return Object.keys(news)
    .filter((property) => !property.startsWith("__") && !known.includes(property))
    .map((property) => ({
      property,
      reason: `'${printable(property, 60)}' is not a property of AutoTopupConfig, which has '${known.join("', '")}'.${hint(property)}`,
    }));
}

function hint(property: string): string {
  const meant = nearestName(property, INPUT_NAMES);
  return meant ? ` Did you mean '${meant}'?` : "";
}

function describe(property: keyof TopupInputs, value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `the string ${printable(JSON.stringify(shorten(value)), 400)}`;
  if (typeof value !== "number")
    return typeof value === "boolean" ? String(value) : `a value of type ${typeName(value)}`;
  if (!Number.isFinite(value) || (property !== "amount" && property !== "threshold")) return String(value);
  return formatCents(value) + suggestion(property, value);
}

// The usual slip is a sum in dollars. Nobody who wrote 999 meant $999.00, though.
function suggestion(property: "amount" | "threshold", value: number): string {
  const cents = Math.round(value * 100);
  return value <= 200 && parseInput(property, cents)
    ? `. If ${formatUsd(cents)} was meant, that is ${cents}: usd(${value}) in TypeScript`
    : "";
}

function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}...` : value;
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}
