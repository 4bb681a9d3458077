// Owns whether one setting of a provider by itself is usable. It must not know where they stand.
import { assertUsable } from "./credentials";
import { SettingsError } from "./errors";
import { assertLimit, type LimitName } from "./limits";
import { LIMIT_NAMES, type SETTING_NAMES } from "./settingNames";

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
