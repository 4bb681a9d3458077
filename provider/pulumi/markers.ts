// How the engine writes what is not a plain value: not known yet, or secret. On the wire, in a state and in a preview's JSON; and what it keeps
// beside a provider's settings. The providers and the commands read values by these. Imports nothing, so a program may load it.
// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go

/** Stands for any value that is not known during a preview, whatever its type (`unknownValue` in @pulumi/pulumi/runtime/rpc). */
export const UNKNOWN_MARKER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The same for a value whose type is known: boolean, number, string, list, asset, archive, object. All of them may arrive in a gRPC message. */
export const UNKNOWN_MARKERS: readonly unknown[] = [
  UNKNOWN_MARKER,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** The property of an object that is an envelope for a value; what it is set to says which kind. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** The envelope of a secret: `value` on the wire, `ciphertext` or `plaintext` in a state. */
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** The envelope of an output, which may be secret, unknown or both. */
export const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Whether a document, an event or a state keeps the value back as a secret; a preview's JSON document shows `[secret]` in its place. */
export function isSecret(value: unknown): boolean {
  return value === "[secret]" || Reflect.get(Object(value), SIGNATURE) !== undefined;
}

/** The names that the engine may keep beside a provider's own settings; neither provider calls them misspelt. */
export const ENGINE_SETTINGS: readonly string[] = [
  ...["version", "pluginDownloadURL", "pluginChecksums", "parameterization", "envVarMappings"],
];
