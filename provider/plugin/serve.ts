// The gRPC server: turns methods that return answers into a listening port. The plugin opens it once, at its start.
// The protocol is https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { failureOf } from "./answers";

/** The methods by their names in the protocol; gRPC itself answers for those that are left out that they are not implemented. */
export type Methods = { [Name in keyof IResourceProviderServer]?: Method<IResourceProviderServer[Name]> };

type Method<Handler> =
  Handler extends grpc.handleUnaryCall<infer Request, infer Answer>
    ? (request: Request) => Answer | Promise<Answer>
    : never;

/**
 * Serves on a free port of 127.0.0.1 and returns it.
 *
 * @param settled awaited before every answer, so that whatever was said about a call arrives before its result.
 */
export async function serve(methods: Methods, settled: () => Promise<void>): Promise<number> {
  // As much as the engine itself takes and sends.
  const server = new grpc.Server({
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
    "grpc.max_send_message_length": -1,
  });
  const given = Object.entries(methods as Record<string, (request: unknown) => unknown>);
  const handlers = given.map(([name, method]) => [name, unary(method, settled)]);
  server.addService(ResourceProviderService, Object.fromEntries(handlers));
  return promisify(server.bindAsync.bind(server))("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
}

function unary(
  method: (request: unknown) => unknown,
  settled: () => Promise<void>,
): grpc.handleUnaryCall<unknown, unknown> {
  return async ({ request }, callback) => {
    try {
      const answer = await method(request);
      await settled();
      callback(null, answer);
    } catch (error) {
      await settled();
      callback(failureOf(error));
    }
  };
}
