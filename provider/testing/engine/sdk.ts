// Finds the Pulumi SDK that the program itself uses and loads gRPC and the wire format from it, so that engine and program
// always speak the same version. It knows where things lie in the SDK and nothing about what is sent.
import { createRequire } from "node:module";
import path from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import type * as EngineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as EnginePb from "@pulumi/pulumi/proto/engine_pb";
import type * as ProviderRpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as ProviderPb from "@pulumi/pulumi/proto/provider_pb";
import type * as ResourceRpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import type * as ResourcePb from "@pulumi/pulumi/proto/resource_pb";
import type * as StatusPb from "@pulumi/pulumi/proto/status_pb";
import type * as EmptyPb from "google-protobuf/google/protobuf/empty_pb";
import type * as StructPb from "google-protobuf/google/protobuf/struct_pb";

/** The SDK of one program: its version, its two entry points and its wire format. */
export interface Sdk {
  readonly version: string;
  /** `cmd/run`, which runs a program. */
  readonly run: string;
  /** `cmd/dynamic-provider`, which serves dynamic resources. */
  readonly dynamicProvider: string;
  readonly grpc: typeof Grpc;
  readonly enginePb: typeof EnginePb;
  readonly engineRpc: typeof EngineRpc;
  readonly providerPb: typeof ProviderPb;
  readonly providerRpc: typeof ProviderRpc;
  readonly resourcePb: typeof ResourcePb;
  readonly resourceRpc: typeof ResourceRpc;
  readonly statusPb: typeof StatusPb;
  readonly emptyPb: typeof EmptyPb;
  readonly structPb: typeof StructPb;
  readonly parseYaml: (text: string) => unknown;
}

/** Resolves `@pulumi/pulumi` from the program's folder, as the CLI's language host does. Throws where it is not installed. */
export function loadSdk(programFolder: string): Sdk {
  const manifest = findManifest(programFolder);
  // A package manager with a strict layout lets only @pulumi/pulumi itself see gRPC.
  const load = createRequire(manifest);
  const file = (name: string): string => load.resolve(path.join(path.dirname(manifest), name));
  const proto = (name: string): unknown => load(path.join(path.dirname(manifest), "proto", name));
  return {
    version: (load(manifest) as { version: string }).version,
    run: file("cmd/run/index.js"),
    dynamicProvider: file("cmd/dynamic-provider/index.js"),
    grpc: load("@grpc/grpc-js") as typeof Grpc,
    enginePb: proto("engine_pb.js") as typeof EnginePb,
    engineRpc: proto("engine_grpc_pb.js") as typeof EngineRpc,
    providerPb: proto("provider_pb.js") as typeof ProviderPb,
    providerRpc: proto("provider_grpc_pb.js") as typeof ProviderRpc,
    resourcePb: proto("resource_pb.js") as typeof ResourcePb,
    resourceRpc: proto("resource_grpc_pb.js") as typeof ResourceRpc,
    statusPb: proto("status_pb.js") as typeof StatusPb,
    emptyPb: load("google-protobuf/google/protobuf/empty_pb.js") as typeof EmptyPb,
    structPb: load("google-protobuf/google/protobuf/struct_pb.js") as typeof StructPb,
    parseYaml: (load("js-yaml") as { load: (text: string) => unknown }).load,
  };
}

function findManifest(programFolder: string): string {
  try {
    return createRequire(path.join(programFolder, "index.js")).resolve("@pulumi/pulumi/package.json");
  } catch {
    throw new Error(
      `Cannot run the program in ${programFolder}: @pulumi/pulumi is not installed there. Run npm install in that folder first.`,
    );
  }
}
