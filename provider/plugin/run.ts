// One run of the plugin: what lives as long as its process, which the engine starts for every run and every configured provider, and the gRPC
// server that it opens at its start. The protocol is https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
import { setMaxListeners } from "node:events";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { SettingName } from "../cloudflare/settings";
import { type EngineLog, openEngineLog } from "../pulumi/engine";
import { failureOf } from "./answers";

/** Its settings, its log, its end. */
export class Run {
  settings: ReadonlyMap<SettingName, string> = new Map();
  /** Whether the program configures this provider, rather than the stack. */
  isExplicit = false;
  /** Aborted once the run is over or was stopped. */
  readonly ending = new AbortController();
  private opened: EngineLog | undefined;

  /** @param engine the engine's address; a handshake or an attach may name a better one. */
  constructor(public engine: string) {
    // Every request in flight listens, and Node would suspect a leak at the eleventh.
    setMaxListeners(0, this.ending.signal);
  }

  log(): EngineLog {
    this.opened ??= openEngineLog(this.engine, grpc);
    return this.opened;
  }

  /** Resolves once everything said so far has arrived. */
  async settled(): Promise<void> {
    await this.opened?.settled();
  }
}

/** The methods by their names in the protocol; gRPC itself answers for those that are left out that they are not implemented. */
export type Methods = { [Name in keyof IResourceProviderServer]?: Method<IResourceProviderServer[Name]> };

type Method<Handler> =
  Handler extends grpc.handleUnaryCall<infer Request, infer Answer>
    ? (request: Request) => Answer | Promise<Answer>
    : never;

/** Serves on a free port of 127.0.0.1 and returns it. Whatever was said about a call arrives before its result. */
export async function serve(run: Run, methods: Methods): Promise<number> {
  // As much as the engine itself takes and sends.
  const server = new grpc.Server({
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
    "grpc.max_send_message_length": -1,
  });
  const given = Object.entries(methods as Record<string, (request: unknown) => unknown>);
  const handlers = given.map(([name, method]) => [name, unary(run, method)]);
  server.addService(ResourceProviderService, Object.fromEntries(handlers));
  return promisify(server.bindAsync.bind(server))("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
}

function unary(run: Run, method: (request: unknown) => unknown): grpc.handleUnaryCall<unknown, unknown> {
  return async ({ request }, callback) => {
    try {
      const answer = await method(request);
      await run.settled();
      callback(null, answer);
    } catch (error) {
      await run.settled();
      callback(failureOf(error));
    }
  };
}
