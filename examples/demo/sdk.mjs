// The Pulumi SDK that the program itself uses: the scripts that the player starts and the messages that it exchanges with them.
import { createRequire } from "node:module";
import path from "node:path";

export function loadSdk(folder) {
  const manifest = createRequire(path.join(folder, "index.js")).resolve("@pulumi/pulumi/package.json");
  // A strict package manager lets only @pulumi/pulumi itself see gRPC.
  const load = createRequire(manifest);
  const part = (name) => path.join(path.dirname(manifest), name);
  return {
    run: part("cmd/run"),
    dynamicProvider: part("cmd/dynamic-provider"),
    grpc: load("@grpc/grpc-js"),
    Empty: load("google-protobuf/google/protobuf/empty_pb.js").Empty,
    Struct: load("google-protobuf/google/protobuf/struct_pb.js").Struct,
    engine: load(part("proto/engine_pb.js")),
    engineServices: load(part("proto/engine_grpc_pb.js")),
    provider: load(part("proto/provider_pb.js")),
    providerServices: load(part("proto/provider_grpc_pb.js")),
    resource: load(part("proto/resource_pb.js")),
    resourceServices: load(part("proto/resource_grpc_pb.js")),
  };
}
