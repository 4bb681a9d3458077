// Properties in gRPC messages: Structs, with signatures for what JSON cannot express. Every call of the plugin is read and answered with it.
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { OUTPUT_SIGNATURE, SECRET_SIGNATURE, SIGNATURE, UNKNOWN_MARKER, UNKNOWN_MARKERS } from "../pulumi/markers";
import type { Properties } from "../pulumi/properties";

/** Plain properties: secrets and outputs are unwrapped, and everything that is not known is the one marker. */
export function fromStruct(struct: Struct | undefined): Properties {
  return unwrapAll(struct?.toJavaScript() ?? {});
}

/** The names of the properties that arrived marked as secret. */
export function secretsOf(struct: Struct | undefined): string[] {
  const isSecret = (value: unknown) => {
    const { [SIGNATURE]: signature, secret: marked } = Object(value) as Properties;
    return signature === SECRET_SIGNATURE || (signature === OUTPUT_SIGNATURE && marked === true);
  };
  return Object.entries(struct?.toJavaScript() ?? {}).flatMap(([name, value]) => (isSecret(value) ? [name] : []));
}

/** The other way round; the engine itself marks again as secret what it knows to be one. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** A value that the engine encrypts wherever it keeps it. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE]: SECRET_SIGNATURE, value };
}

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN_MARKER;
}

function unwrap(value: unknown): unknown {
  if (UNKNOWN_MARKERS.includes(value)) return UNKNOWN_MARKER;
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const signed = value as Properties;
  if (signed[SIGNATURE] === SECRET_SIGNATURE) return unwrap(signed.value ?? null);
  if (signed[SIGNATURE] === OUTPUT_SIGNATURE) return "value" in signed ? unwrap(signed.value) : UNKNOWN_MARKER;
  return unwrapAll(value);
}

function unwrapAll(properties: object): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, unwrap(value)]));
}
