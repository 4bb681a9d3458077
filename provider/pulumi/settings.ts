// Reads one setting at a time from text, for both providers: the stack's caps, how long a request may take, and whether a setting is usable
// by itself. Where the text comes from is up to the caller.
import { assertUsable } from "../cloudflare/credentials";
import { SettingsError } from "../cloudflare/errors";
import { DEFAULT_TIMEOUTS, type Timeouts } from "../cloudflare/pacing";
import { printable } from "../cloudflare/printable";
import { type ConnectionName, LIMIT_NAMES, type LimitName, SETTINGS, type SettingName } from "../cloudflare/settings";
import type { Caps } from "../topup/check";

/** Looks a limit up in a provider's configuration. */
type LimitLookup = (name: LimitName) => string | undefined;

/**
 * The caps of one provider.
 *
 * @param describe how a message names a cap, for instance `this stack's cap 'cloudflare-ai-gateway-billing:maxAmount'`.
 * @throws SettingsError if a cap is set to anything but a whole number of cents: a limit that somebody meant to set must not be no limit.
 */
export function readCaps(find: LimitLookup, describe: Caps["describe"]): Caps {
  const cap = (name: LimitName) => readLimit(name, find(name));
  return { maxAmount: cap("maxAmount"), maxThreshold: cap("maxThreshold"), describe };
}

/** @throws SettingsError for anything but a positive number of seconds, a day at most. */
export function readTimeouts(find: LimitLookup): Timeouts {
  return {
    timeoutMs: readLimit("timeoutSeconds", find("timeoutSeconds")) ?? DEFAULT_TIMEOUTS.timeoutMs,
    deadlineMs: readLimit("deadlineSeconds", find("deadlineSeconds")) ?? DEFAULT_TIMEOUTS.deadlineMs,
  };
}

/** What is wrong with one setting by itself, whether or not the others are there; null if nothing is. Never holds a credential. */
export function refuseSetting(name: SettingName, value: string): string | null {
  try {
    if (isLimit(name)) readLimit(name, value);
    else assertUsable(name satisfies ConnectionName, value);
    return null;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}

export function isLimit(name: SettingName): name is LimitName {
  return LIMIT_NAMES.some((limit) => limit === name);
}

function readLimit(name: LimitName, value: string | undefined): number | null {
  if (value === undefined) return null;
  const { parse, rule } = SETTINGS[name];
  const parsed = parse?.(value) ?? null;
  if (parsed !== null) return parsed;
  // What is longer may be a credential that was pasted into the wrong setting.
  const got = value.length > 10 ? `a text of ${value.length} characters` : printable(JSON.stringify(value));
  throw new SettingsError(name, `'cloudflare-ai-gateway-billing:${name}' must be ${rule}; got ${got}.`);
}
