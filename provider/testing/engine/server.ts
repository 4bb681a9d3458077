// One gRPC server on a free port of this machine, for as long as a run takes.
import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Sdk } from "./sdk";

export interface Server {
  readonly address: string;
  add(service: ServiceDefinition, handlers: UntypedServiceImplementation): void;
  close(): void;
}

export async function startServer(sdk: Sdk): Promise<Server> {
  const { grpc } = sdk;
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    add: (service, handlers) => server.addService(service, handlers),
    close: () => server.forceShutdown(),
  };
}
