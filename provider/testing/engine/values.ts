// Property values as they travel between program, engine and provider: plain JSON in which secrets and unknowns are
// marked with the SDK's own signatures; and how two sets of them differ, as people read it. It knows nothing about
// resources. https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts
import type { PropertyChange } from "./contract";

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };
export type Changes = Record<string, PropertyChange>;

/** The key whose value tells what kind of special object an object is. */
export const signature = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignatures = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];

/** Stands for a value that is not known before an operation has run. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function isObject(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An ordinary object, not one of the marked ones. */
function isPlainObject(value: Value | undefined): value is Properties {
  return isObject(value) && !(signature in value);
}

export function isSecret(value: Value | undefined): value is { [signature]: string; value: Value } {
  return isObject(value) && value[signature] === secretSignature;
}

export function makeSecret(value: Value): Value {
  return isSecret(value) ? value : { [signature]: secretSignature, value };
}

export function containsSecrets(value: Value): boolean {
  return some(value, isSecret);
}

export function containsUnknowns(value: Value): boolean {
  return some(value, (each) => each === unknown);
}

export function containsAssets(value: Value): boolean {
  return some(value, (each) => isObject(each) && assetSignatures.includes(String(each[signature])));
}

/** True if the predicate holds for the value or anything inside it. */
function some(value: Value, predicate: (value: Value) => boolean): boolean {
  if (predicate(value)) return true;
  if (Array.isArray(value)) return value.some((each) => some(each, predicate));
  return isObject(value) && Object.values(value).some((each) => some(each, predicate));
}

/** Applies a function to the direct elements of a list or an object. */
export function mapInside(value: Value, change: (value: Value) => Value): Value {
  if (Array.isArray(value)) return value.map(change);
  return isObject(value) ? mapProperties(value, change) : value;
}

export function mapProperties(properties: Properties, change: (value: Value) => Value): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, change(value)]));
}

/** The same properties with every secret replaced by what it holds. */
export function withoutSecrets(properties: Properties): Properties {
  const bare = (value: Value): Value => (isSecret(value) ? bare(value.value) : mapInside(value, bare));
  return mapProperties(properties, bare);
}

/** Marks an output secret where the input of the same name holds one, going into objects but not into lists. */
export function markSecrets(outputs: Properties, inputs: Properties): void {
  for (const [key, input] of Object.entries(inputs)) {
    const output = outputs[key];
    if (output === undefined) continue;
    if (isPlainObject(output) && isPlainObject(input)) markSecrets(output, input);
    else if (!isSecret(output) && containsSecrets(input)) outputs[key] = makeSecret(output);
  }
}

/** Equality in which an absent property and null are the same. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, index) => equal(each, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => equal(a[key], b[key]));
  }
  return (a ?? null) === (b ?? null);
}

/** Properties that differ, or the given ones; those of the SDK's own, which begin with "__", are left out. */
export function compare(olds: Properties, news: Properties, given?: readonly string[]): Changes {
  const all = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  const keys = given ?? all.filter((key) => !equal(olds[key], news[key]));
  const shown = keys.filter((key) => !key.startsWith("__"));
  return Object.fromEntries(shown.map((key) => [key, { old: readable(olds[key]), new: readable(news[key]) }]));
}

/** A value as it may be shown: without secrets, and with marks that can be read. */
export function readable(value: Value | undefined): Value {
  if (value === undefined) return null;
  if (value === unknown) return "[unknown]";
  return isSecret(value) ? "[secret]" : mapInside(value, readable);
}
