// The one part of an engine that a provider process talks to by itself: the Log service.
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import { EngineService, type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** gRPC as @pulumi/pulumi itself gets it, whatever the package manager's layout. */
export const grpc: typeof Grpc = createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js");

export interface LoggingEngine {
  address: string;
  /** All lines so far, as `WARNING text`. */
  lines: string[];
  close(): void;
}

export async function startLoggingEngine(): Promise<LoggingEngine> {
  const lines: string[] = [];
  const names = Object.entries(LogSeverity);
  const log: IEngineServer["log"] = (call, callback) => {
    const request: LogRequest = call.request;
    const severity = names.find(([, value]) => value === request.getSeverity())?.[0];
    lines.push(`${severity} ${request.getMessage()}`);
    callback(null, new Empty());
  };
  const server = new grpc.Server();
  server.addService({ log: EngineService.log }, { log });
  const port = await new Promise<number>((resolve, reject) => {
    const started = (error: Error | null, port: number) => (error ? reject(error) : resolve(port));
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), started);
  });
  return { address: `127.0.0.1:${port}`, lines, close: () => server.forceShutdown() };
}
