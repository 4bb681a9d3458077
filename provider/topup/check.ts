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
 * Checks what a program declares: fills in defaults, lets unknown values pass and reports every broken rule at once. Keys that begin with
 * `__` are the engine's own and are left alone.
 */
export function checkInputs(news: Readonly<Record<string, unknown>>, caps: Caps | null): CheckResult {
  const inputs: Record<string, unknown> = {};
  const failures: CheckFailure[] = [];
  for (const property of INPUT_NAMES) {
    const value = news[property] ?? undefined;
    const parsed = value === UNKNOWN ? { value } : parseInput(property, value);
    if (parsed) inputs[property] = parsed.value;
    else failures.push(refusalOf(property, value));
  }
  failures.push(...unknownProperties(news), ...overCaps(inputs, caps));
  return failures.length > 0 ? { inputs: null, failures } : { inputs: inputs as CheckedInputs, failures: [] };
}

/** The inputs of a create or an update: checked once more right before money is at stake, and complete. */
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
  return parsed ? String(parsed.value) : refusalOf("accountId", args.accountId ?? undefined);
}

function refusalOf(property: keyof TopupInputs, value: unknown): CheckFailure {
  return { property, reason: `${RULES[property]()}; got ${describe(property, value)}.` };
}

// Switching off must always be possible. What may turn out to be that is judged once it is known, before anything is written.
function overCaps(inputs: Record<string, unknown>, caps: Caps | null): CheckFailure[] {
  if (caps === null || inputs.enabled === false || inputs.enabled === UNKNOWN) return [];
  const { maxAmount, maxThreshold } = caps;
  const shared = maxThreshold === null ? ", which bounds both while 'maxThreshold' is not set" : "";
  const thresholdCap = caps.describe(maxThreshold === null ? "maxAmount" : "maxThreshold") + shared;
  return [
    { property: "amount", cap: maxAmount, name: caps.describe("maxAmount") },
    { property: "threshold", cap: maxThreshold ?? maxAmount, name: thresholdCap },
  ].flatMap(({ property, cap, name }) => {
    const value = inputs[property];
    if (cap === null || typeof value !== "number" || value <= cap) return [];
    const reason = `'${property}' must be at most ${formatCents(cap)}, ${name}; got ${formatCents(value)}.`;
    return [{ property, reason }];
  });
}

// A misspelt optional property would otherwise be ignored in silence: `enabld: false` would leave charges on.
function unknownProperties(news: Readonly<Record<string, unknown>>): CheckFailure[] {
  const known: readonly string[] = INPUT_NAMES;
  const unknown = Object.keys(news).filter((property) => !property.startsWith("__") && !known.includes(property));
  return unknown.map((property) => {
    const meant = nearestName(property, INPUT_NAMES);
    const hint = meant ? ` Did you mean '${meant}'?` : "";
    const name = printable(property, 60);
    const reason = `'${name}' is not a property of AutoTopupConfig, which has '${known.join("', '")}'.${hint}`;
    return { property, reason };
  });
}

function describe(property: keyof TopupInputs, value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") {
    const start = value.length > 60 ? `${value.slice(0, 60)}...` : value;
    return `the string ${printable(JSON.stringify(start), 400)}`;
  }
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number") return `a value of type ${Array.isArray(value) ? "array" : typeof value}`;
  if (!Number.isFinite(value) || (property !== "amount" && property !== "threshold")) return String(value);
  return formatCents(value) + suggestion(property, value);
}

// The usual slip is a sum in dollars; but 999 does not stand for $999.00.
function suggestion(property: "amount" | "threshold", value: number): string {
  const cents = Math.round(value * 100);
  return value <= 200 && parseInput(property, cents)
    ? `. If ${formatUsd(cents)} was meant, that is ${cents}: usd(${value}) in TypeScript`
    : "";
}
