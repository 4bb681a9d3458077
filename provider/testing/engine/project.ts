// The program that is played: its Pulumi.yaml and Pulumi.<stack>.yaml, of which fields that the engine cannot play are
// refused by name, and the Pulumi SDK that it uses itself, so that engine and program speak the same version.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { ConfigValue, LocalStackOptions } from "./contract";

/** A program that is ready to be started. */
export interface Project {
  readonly name: string;
  readonly stack: string;
  /** The folder that the program and its providers start in, and where they find their packages. */
  readonly folder: string;
  readonly typescript: boolean;
  /** Every key with its namespace. */
  readonly config: ReadonlyMap<string, ConfigValue>;
}

/** The SDK of one program: its version, its two entry points and its wire format. */
export interface Sdk {
  readonly version: string;
  /** `cmd/run`, which runs a program. */
  readonly run: string;
  /** `cmd/dynamic-provider`, which serves dynamic resources. */
  readonly dynamicProvider: string;
  readonly grpc: typeof import("@grpc/grpc-js");
  readonly enginePb: typeof import("@pulumi/pulumi/proto/engine_pb");
  readonly engineRpc: typeof import("@pulumi/pulumi/proto/engine_grpc_pb");
  readonly providerPb: typeof import("@pulumi/pulumi/proto/provider_pb");
  readonly providerRpc: typeof import("@pulumi/pulumi/proto/provider_grpc_pb");
  readonly resourcePb: typeof import("@pulumi/pulumi/proto/resource_pb");
  readonly resourceRpc: typeof import("@pulumi/pulumi/proto/resource_grpc_pb");
  readonly statusPb: typeof import("@pulumi/pulumi/proto/status_pb");
  readonly emptyPb: typeof import("google-protobuf/google/protobuf/empty_pb");
  readonly structPb: typeof import("google-protobuf/google/protobuf/struct_pb");
  readonly parseYaml: (text: string) => unknown;
}

/** The CLI allows messages of 400 MB, too. Everything is on this machine, whatever `https_proxy` says. */
export const channelOptions = { "grpc.max_receive_message_length": 400 * 1024 * 1024, "grpc.enable_http_proxy": 0 };

/** Finds a program and its SDK. Throws where one is missing, or where Pulumi.yaml asks for what is not supported. */
export function openProject(options: LocalStackOptions): { project: Project; sdk: Sdk } {
  const folder = path.resolve(options.program);
  const file = path.join(folder, "Pulumi.yaml");
  if (!existsSync(file)) {
    throw new Error(
      `Cannot open a stack in ${folder}: there is no Pulumi.yaml. Pass the folder that holds it as 'program'.`,
    );
  }
  const sdk = loadSdk(folder);
  return { sdk, project: readProject(options, folder, asYaml(sdk.parseYaml(readFileSync(file, "utf8"))), sdk) };
}

/** Resolves `@pulumi/pulumi` from the program's folder, as the CLI's language host does. */
function loadSdk(folder: string): Sdk {
  const manifest = findManifest(folder);
  // A package manager with a strict layout lets only @pulumi/pulumi itself see gRPC.
  const load = createRequire(manifest);
  const file = (name: string): string => load.resolve(path.join(path.dirname(manifest), name));
  const proto = (name: string) => load(path.join(path.dirname(manifest), "proto", name));
  return {
    version: load(manifest).version,
    run: file("cmd/run/index.js"),
    dynamicProvider: file("cmd/dynamic-provider/index.js"),
    grpc: load("@grpc/grpc-js"),
    enginePb: proto("engine_pb.js"),
    engineRpc: proto("engine_grpc_pb.js"),
    providerPb: proto("provider_pb.js"),
    providerRpc: proto("provider_grpc_pb.js"),
    resourcePb: proto("resource_pb.js"),
    resourceRpc: proto("resource_grpc_pb.js"),
    statusPb: proto("status_pb.js"),
    emptyPb: load("google-protobuf/google/protobuf/empty_pb.js"),
    structPb: load("google-protobuf/google/protobuf/struct_pb.js"),
    parseYaml: load("js-yaml").load,
  };
}

function findManifest(folder: string): string {
  try {
    return createRequire(path.join(folder, "index.js")).resolve("@pulumi/pulumi/package.json");
  } catch {
    throw new Error(
      `Cannot run the program in ${folder}: @pulumi/pulumi is not installed there. ` +
        "Run npm install in that folder first.",
    );
  }
}

type Yaml = Readonly<Record<string, unknown>>;

function readProject(options: LocalStackOptions, folder: string, yaml: Yaml, { parseYaml }: Sdk): Project {
  const { name } = yaml;
  if (typeof name !== "string" || name === "") throw new Error(`Pulumi.yaml in ${folder} has no 'name'.`);
  if (yaml.main !== undefined) refuse("'main'", "Pass the folder of the program itself, with a Pulumi.yaml of its own");
  const withValue = Object.entries(asYaml(yaml.config)).find(([, declared]) => hasValue(declared));
  if (withValue !== undefined) {
    refuse(`a value for '${withValue[0]}'`, "Put it into the stack's configuration file, or pass it in 'config'");
  }
  const stack = options.stack ?? "dev";
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  const stackYaml = existsSync(file) ? asYaml(parseYaml(readFileSync(file, "utf8"))) : {};
  return { name, stack, folder, typescript: readsTypeScript(yaml), config: readConfig(stackYaml, name, options) };
}

function refuse(what: string, instead: string): never {
  throw new Error(`Pulumi.yaml has ${what}, which the local engine does not support. ${instead}.`);
}

/** Pulumi.yaml may give values and defaults for every stack, beside descriptions, which say nothing to a run. */
function hasValue(declared: unknown): boolean {
  if (typeof declared !== "object" || declared === null) return declared !== undefined && declared !== null;
  return Array.isArray(declared) || "value" in declared || "default" in declared;
}

function readsTypeScript({ runtime }: Yaml): boolean {
  const name = typeof runtime === "string" ? runtime : asYaml(runtime).name;
  if (name !== "nodejs") {
    throw new Error(
      `The local engine runs programs of the runtime 'nodejs' only, and Pulumi.yaml says '${String(name)}'.`,
    );
  }
  const options = typeof runtime === "string" ? {} : asYaml(asYaml(runtime).options);
  const other = Object.keys(options).find((key) => ["nodeargs", "tsconfig"].includes(key));
  if (other !== undefined)
    refuse(`the runtime option '${other}'`, "Set NODE_OPTIONS or use the folder's tsconfig.json");
  return options.typescript !== false;
}

function readConfig(stackYaml: Yaml, project: string, options: LocalStackOptions): Map<string, ConfigValue> {
  const full = (key: string): string =>
    key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${project}:${key}`;
  const given = Object.entries(options.config ?? {}).map(([key, value]) => [full(key), value] as const);
  const overridden = new Set(given.map(([key]) => key));
  const read = Object.entries(asYaml(stackYaml.config)).map(([key, value]) => [full(key), value] as const);
  const kept = read
    .filter(([key]) => !overridden.has(key))
    .map(([key, value]) => [key, plainText(key, value)] as const);
  return new Map<string, ConfigValue>([...kept, ...given]);
}

function plainText(key: string, value: unknown): string {
  if (typeof value !== "object") return String(value);
  if (value !== null && "secure" in value) {
    throw new Error(
      `The local engine cannot read '${key}', which is encrypted in the stack's configuration file. ` +
        "Pass it in 'config', as { secret: ... }.",
    );
  }
  return JSON.stringify(value);
}

function asYaml(value: unknown): Yaml {
  return typeof value === "object" && value !== null ? (value as Yaml) : {};
}
