// Properties in gRPC messages: Structs, with signatures for what JSON cannot express. Does not know what a property means. The signatures are
// part of the protocol: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../pulumi/properties";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

// One marker for each type that a value may have once it is known; the first is the one that the providers work with.
const [UNKNOWN_MARKER, ...TYPED_MARKERS] = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
] as const;
const MARKERS: readonly unknown[] = [UNKNOWN_MARKER, ...TYPED_MARKERS];

/** Plain properties: secrets and outputs are unwrapped, and everything that is not known is the one marker. */
export function fromStruct(struct: Struct | undefined): Properties {
  return unwrapAll(struct?.toJavaScript() ?? {});
}

/** The names of the properties that arrived marked as secret. */
export function secretsOf(struct: Struct | undefined): string[] {
  const isSecret = (value: unknown) => {
    const { [SIGNATURE]: signature, secret: marked } = Object(value) as Properties;
    return signature === SECRET || (signature === OUTPUT && marked === true);
  };
  return Object.entries(struct?.toJavaScript() ?? {}).flatMap(([name, value]) => (isSecret(value) ? [name] : []));
}

/** The other way round; the engine itself marks again as secret what it knows to be one. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** A value that the engine encrypts wherever it keeps it. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE]: SECRET, value };
}

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN_MARKER;
}

function unwrapAll(properties: object): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, unwrap(value)]));
}

function unwrap(value: unknown): unknown {
  if (MARKERS.includes(value)) return UNKNOWN_MARKER;
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const signed = value as Properties;
  if (signed[SIGNATURE] === SECRET) return unwrap(signed.value ?? null);
  if (signed[SIGNATURE] === OUTPUT) return "value" in signed ? unwrap(signed.value) : UNKNOWN_MARKER;
  return unwrapAll(value);
}
