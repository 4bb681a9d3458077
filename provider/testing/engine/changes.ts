// What changed in a resource, by property, as people read it: from the provider's own account where it gives one, else by
// comparing the two sides. It knows values and no display.
import type { PropertyChange } from "./contract";
import { type Path, parsePath } from "./paths";
import type { DiffAnswer } from "./providerClient";
import { equal, isReference, isSecret, mapInside, type Properties, unknown, type Value } from "./values";

export type Changes = Record<string, PropertyChange>;

/** What stands for a secret, and for a value that a preview cannot know. */
export const secretMark = "[secret]";
export const unknownMark = "[unknown]";

/** A value as it may be shown: without secrets, and with marks that can be read. */
export function readable(value: Value | undefined, showSecrets: boolean): unknown {
  if (value === undefined) return null;
  if (value === unknown) return unknownMark;
  if (isSecret(value)) return showSecrets ? readable(value.value, true) : secretMark;
  if (isReference(value)) return value.urn;
  return mapInside(value, (each) => readable(each, showSecrets) as Value);
}

/** Top-level properties that differ; those of the SDK's own, which begin with "__", are left out. */
export function compare(olds: Properties, news: Properties, showSecrets: boolean): Changes {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((key) => !key.startsWith("__"));
  const changed = keys.filter((key) => !equal(olds[key], news[key])).sort();
  return Object.fromEntries(changed.map((key) => [key, change(olds[key], news[key], showSecrets)]));
}

/** The changes that a provider names itself, with the values that stand at those paths. */
export function fromDetails(
  detailed: NonNullable<DiffAnswer["detailed"]>,
  old: { readonly inputs: Properties; readonly outputs: Properties },
  news: Properties,
  showSecrets: boolean,
): Changes {
  const entries = Object.entries(detailed).filter(([path]) => !path.startsWith("__"));
  return Object.fromEntries(
    entries.map(([path, { inputDiff }]) => {
      const parts = parsePath(path) ?? [path];
      return [path, change(at(inputDiff ? old.inputs : old.outputs, parts), at(news, parts), showSecrets)];
    }),
  );
}

function change(old: Value | undefined, next: Value | undefined, showSecrets: boolean): PropertyChange {
  return { old: readable(old, showSecrets), new: readable(next, showSecrets) };
}

function at(value: Value | undefined, [key, ...rest]: Path): Value | undefined {
  if (key === undefined) return value;
  if (isSecret(value)) return value;
  if (Array.isArray(value)) return at(value[Number(key)], rest);
  return typeof value === "object" && value !== null ? at(value[String(key)], rest) : undefined;
}
