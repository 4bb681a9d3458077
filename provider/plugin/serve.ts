// The gRPC server: turns methods that return answers into a listening port. The plugin opens it once, at its start.
// The protocol is https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
import * as grpc from "@grpc/grpc-js";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { failureOf } from "./answers";

/** The methods by their names in the protocol; those that are left out are answered as not implemented. */
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
  const given = methods as Record<string, ((request: unknown) => unknown) | undefined>;
  const handlers = Object.keys(ResourceProviderService).map((name) => {
    const method = given[name];
    return [name, method ? unary(method, settled) : unimplemented(name)];
  });
  server.addService(ResourceProviderService, Object.fromEntries(handlers));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
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

// List streams its answers; an error reaches the engine in the same way through either kind of call.
function unimplemented(
  name: string,
): (call: grpc.ServerUnaryCall<unknown, unknown>, callback?: grpc.sendUnaryData<unknown>) => void {
  const details = `The cloudflare-ai-gateway-billing provider does not implement ${name.charAt(0).toUpperCase()}${name.slice(1)}.`;
  const refusal = { code: grpc.status.UNIMPLEMENTED, details };
  return (call, callback) => (callback ? callback(refusal) : call.emit("error", refusal));
}
