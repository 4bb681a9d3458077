// Properties on their way between the engine and a provider: plain JSON with one marker for a value that is not known yet.
import { UNKNOWN } from "../topup/model";
import { UNKNOWN_MARKER } from "./markers";

export type Properties = Record<string, unknown>;

/** Properties from the engine, with its marker turned into the core's symbol. */
export function fromWire(properties: unknown): Properties {
  return mapValues(properties, (value) => (value === UNKNOWN_MARKER ? UNKNOWN : value));
}

/** Properties for the engine, with the core's symbol turned into its marker. */
export function toWire(properties: object): Properties {
  return mapValues(properties, (value) => (value === UNKNOWN ? UNKNOWN_MARKER : value));
}

function mapValues(properties: unknown, change: (value: unknown) => unknown): Properties {
  return Object.fromEntries(Object.entries(properties ?? {}).map(([key, value]) => [key, change(value)]));
}
