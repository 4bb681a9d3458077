// What a stack may set besides the credentials - its cap on 'amount', and how long a request may take - and whether any one setting is
// usable by itself. Does not know where a setting comes from.
import { assertUsable } from "../cloudflare/credentials";
import { printable, SettingsError } from "../cloudflare/errors";
import { DEFAULT_TIMEOUTS, type Timeouts } from "../cloudflare/pacing";
import { LIMIT_NAMES, type SETTING_NAMES } from "./settingNames";

export type Setting = (typeof SETTING_NAMES)[number];
export type LimitName = (typeof LIMIT_NAMES)[number];

/** Looks a limit up in the stack's configuration; undefined where it is not set. */
export type LimitLookup = (name: LimitName) => string | undefined;

/**
 * The stack's cap on 'amount', in US cents; null where none is set.
 *
 * @throws SettingsError for anything but a whole number of cents.
 */
export function parseMaxAmount(value: string | undefined): number | null {
  if (value === undefined) return null;
  const cap = /^\s*\d+\s*$/.test(value) ? Number(value) : Number.NaN;
  // Anything else, an empty value included, is a mistake: a limit that somebody meant to set must not be no limit.
  if (Number.isSafeInteger(cap)) return cap;
  throw refusal("maxAmount", "a whole number of US cents, for instance 10000 for $100.00", value);
}

/** @throws SettingsError for anything but a positive number of seconds, a day at most. */
export function parseTimeouts(find: LimitLookup): Timeouts {
  return {
    timeoutMs: parseMs("timeoutSeconds", find("timeoutSeconds")) ?? DEFAULT_TIMEOUTS.timeoutMs,
    deadlineMs: parseMs("deadlineSeconds", find("deadlineSeconds")) ?? DEFAULT_TIMEOUTS.deadlineMs,
  };
}

function parseMs(name: LimitName, value: string | undefined): number | null {
  if (value === undefined) return null;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : 0;
  // Node fires a timer of more than 24.8 days at once.
  if (seconds > 0 && seconds <= 86_400) return Math.ceil(seconds * 1000);
  throw refusal(name, "a number of seconds above 0, 86400 at most", value);
}

function refusal(name: LimitName, rule: string, value: string): SettingsError {
  // What is longer may be a credential that was pasted into the wrong setting.
  const got = value.length > 10 ? `a text of ${value.length} characters` : printable(JSON.stringify(value));
  return new SettingsError(name, `'cloudflare-ai-gateway-billing:${name}' must be ${rule}; got ${got}.`);
}

/** @throws SettingsError where the limit by itself is none. */
export function assertLimit(name: LimitName, value: string): void {
  if (name === "maxAmount") parseMaxAmount(value);
  else parseMs(name, value);
}

export function isLimit(name: Setting): name is LimitName {
  return LIMIT_NAMES.some((limit) => limit === name);
}

/** What is wrong with one setting by itself, whether or not the others are there; null where nothing is. Never holds a credential. */
export function refuseSetting(name: Setting, value: string): string | null {
  try {
    if (isLimit(name)) assertLimit(name, value);
    else assertUsable(name, value);
    return null;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}
