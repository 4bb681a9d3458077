// Properties on their way between the engine and a provider: plain JSON with one marker for a value that is not known yet.
import { UNKNOWN } from "../topup/model";
import { UNKNOWN_MARKER } from "./markers";

export type Properties = Record<string, unknown>;

const replacing = (marker: unknown, by: unknown) => (properties: unknown) =>
  Object.fromEntries(Object.entries(properties ?? {}).map(([key, value]) => [key, value === marker ? by : value]));

/** Properties from the engine, with its marker turned into the rules' symbol. */
export const fromWire: (properties: unknown) => Properties = replacing(UNKNOWN_MARKER, UNKNOWN);

/** Properties for the engine, with the rules' symbol turned into its marker. */
export const toWire: (properties: object) => Properties = replacing(UNKNOWN, UNKNOWN_MARKER);
