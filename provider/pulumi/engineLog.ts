// Lines in the engine's log, which the person at the command line reads. Both providers write their warnings here: standard output is for a
// plugin's port.
import { createRequire } from "node:module";
import type * as grpcTypes from "@grpc/grpc-js";

/** Warnings and remarks, shown with the run's other diagnostics. */
export interface EngineLog {
  warn(text: string): void;
  info(text: string): void;
  /** Resolves once everything said so far has arrived. */
  settled(): Promise<void>;
}

/**
 * Talks to the engine's Log service (https://github.com/pulumi/pulumi/blob/master/proto/pulumi/engine.proto).
 *
 * @param address of the engine, which every provider process gets as its first argument.
 * @param grpc for a process that brings its own.
 */
export function openEngineLog(address: string, grpc: typeof grpcTypes = grpcOf()): EngineLog {
  const { EngineClient } =
    require("@pulumi/pulumi/proto/engine_grpc_pb") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb");
  const messages = require("@pulumi/pulumi/proto/engine_pb") as typeof import("@pulumi/pulumi/proto/engine_pb");
  // gRPC would take `https_proxy` for this connection, too, though the engine is on the same machine.
  const client = new EngineClient(address, grpc.credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  const pending = new Set<Promise<void>>();

  function log(severity: number, text: string): void {
    const request = new messages.LogRequest().setSeverity(severity).setMessage(text);
    const sent = new Promise<void>((resolve) => {
      client.log(request, new grpc.Metadata(), { deadline: Date.now() + 5000 }, (error) => {
        // Nobody may miss a warning about money because the engine could not be reached.
        if (error) process.stderr.write(`${text}\n`);
        resolve();
      });
    }).finally(() => pending.delete(sent));
    pending.add(sent);
  }

  return {
    warn: (text) => log(messages.LogSeverity.WARNING, text),
    info: (text) => log(messages.LogSeverity.INFO, text),
    settled: async () => void (await Promise.all(pending)),
  };
}

// With pnpm's layout only @pulumi/pulumi itself can see its dependencies.
function grpcOf(): typeof grpcTypes {
  return createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js");
}
