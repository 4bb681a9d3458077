// Owns which settings a provider has, and whether one of them by itself is usable. It must not know where they stand.
import { assertUsable } from "./credentials";
import { SettingsError } from "./errors";
import { assertLimit, LIMIT_NAMES, type LimitName } from "./limits";

/** Every setting of a provider: those of the connection, and the stack's limits. */
export const SETTING_NAMES = ["apiToken", "apiKey", "email", "baseUrl", ...LIMIT_NAMES] as const;
export type Setting = (typeof SETTING_NAMES)[number];

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
