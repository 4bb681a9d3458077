// The configuration of one provider of the plugin, read from the engine's properties; what cannot be used is refused. Called for CheckConfig,
// DiffConfig and Configure.
import { printable } from "../cloudflare/printable";
import { SETTING_NAMES, SETTINGS, type SettingName } from "../cloudflare/settings";
import { ENGINE_SETTINGS } from "../pulumi/markers";
import type { Properties } from "../pulumi/properties";
import { isLimit, refuseSetting } from "../pulumi/settings";
import type { CheckFailure } from "../topup/check";
import { nearestName } from "../topup/nearestName";
import { isUnknown, secret } from "./struct";

/**
 * The settings that are there and known.
 *
 * Values that are not strings come as JSON in stack configuration and from most SDKs, and as themselves from YAML.
 */
export function readSettings(properties: Properties): ReadonlyMap<SettingName, string> {
  const given = SETTING_NAMES.map((name): [SettingName, unknown] => [name, properties[name] ?? ""]);
  return new Map(
    given
      .filter(([, value]) => value !== "" && !isUnknown(value))
      .map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]),
  );
}

/** Everything that is wrong, each on its property; a misspelt 'maxAmount' would otherwise be no cap at all. */
export function refuseSettings(properties: Properties): CheckFailure[] {
  return Object.entries(properties).flatMap(([property, value]) => {
    const reason = refuse(property, value);
    return reason === null ? [] : [{ property, reason }];
  });
}

/** The same properties, marked as secret if they arrived so, or are credentials that nobody marked. */
export function sealSettings(properties: Properties, secrets: readonly string[]): Properties {
  const sealed = [
    ...SETTING_NAMES.filter((name) => SETTINGS[name].secret && typeof properties[name] === "string"),
    ...secrets,
  ];
  return { ...properties, ...Object.fromEntries(sealed.map((name) => [name, secret(properties[name])])) };
}

/** The properties that two configurations do not share, both in the engine's hands. */
export function changedSettings(olds: Properties, news: Properties): string[] {
  const all = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...all].filter((property) => JSON.stringify(olds[property]) !== JSON.stringify(news[property]));
}

function refuse(property: string, value: unknown): string | null {
  if (property.startsWith("__") || ENGINE_SETTINGS.includes(property) || value === null || isUnknown(value))
    return null;
  const name = SETTING_NAMES.find((known) => known === property);
  if (!name) return refuseName(property);
  if (typeof value === "string") return refuseSetting(name, value);
  if (typeof value === "number" && isLimit(name)) return refuseSetting(name, String(value));
  return `'${property}' must be ${SETTINGS[name].rule ?? "a string"}.`;
}

function refuseName(property: string): string {
  const meant = nearestName(property, SETTING_NAMES);
  const hint = meant ? ` Did you mean '${meant}'?` : "";
  return `'${printable(property, 60)}' is not a setting of this provider, which has '${SETTING_NAMES.join("', '")}'.${hint}`;
}
