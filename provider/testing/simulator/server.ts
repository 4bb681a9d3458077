// The HTTP server: takes requests in, records them, lets a fault or the API answer, and closes all connections at once at the end.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Api } from "./api";
import type { ChargeGuard } from "./charge";
import type { SimulatorOptions } from "./contract";
import { Exchange, type Recording } from "./exchange";
import { deliver, play } from "./play";
import type { FaultQueue } from "./queue";

/** What the server works with. */
export interface Backstage {
  readonly options: SimulatorOptions;
  readonly api: Api;
  readonly faults: FaultQueue;
  readonly charges: ChargeGuard;
  readonly requests: Recording[];
}

/** A listening server. */
export class Listener {
  readonly #server: Server;
  readonly #connections = new Map<Socket, number>();
  #connectionCount = 0;

  constructor(private readonly backstage: Backstage) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // An idle connection that the server closes looks like a fault to a client that is just reusing it.
    this.#server.keepAliveTimeout = 0;
    this.#server.on("connection", (socket) => this.#count(socket));
  }

  /** Resolves with the port. */
  async listen(): Promise<number> {
    const { port = 0 } = this.backstage.options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (cause) => reject(unavailable(port, cause)));
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection, answered or not. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#connections.keys()) socket.destroy();
    await closed;
  }

  #count(socket: Socket): void {
    this.#connectionCount += 1;
    this.#connections.set(socket, this.#connectionCount);
    socket.once("close", () => this.#connections.delete(socket));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { options, requests } = this.backstage;
    const connection = this.#connections.get(request.socket) ?? 0;
    const exchange = new Exchange(request, response, connection, options.latencyMs ?? 0);
    requests.push(exchange.record);
    response.once("close", () => options.onRequest?.(exchange.record));
    try {
      await this.#answer(exchange, request);
    } catch (cause) {
      if (!exchange.abandoned) this.#crash(exchange, cause);
    }
  }

  async #answer(exchange: Exchange, { headers, url = "" }: IncomingMessage): Promise<void> {
    const { api, faults, charges } = this.backstage;
    const { method, path, accountId } = exchange.record;
    if (charges.catches(method, path)) return deliver(charges.refuse(path), exchange);
    const query = new URLSearchParams(url.split("?")[1]);
    const process = async () => api.handle({ method, path, query, accountId, headers, text: await exchange.text() });
    const fault = faults.take(exchange.record);
    if (fault === null) return deliver(await process(), exchange);
    exchange.record.fault = fault.kind;
    return play(fault, exchange, process);
  }

  /** A mistake of the simulator's own must not look like an API error. */
  #crash(exchange: Exchange, cause: unknown): void {
    process.stderr.write(`billing simulator: could not answer ${exchange.record.path}: ${String(cause)}\n`);
    exchange.reset();
  }
}

function unavailable(port: number, cause: Error): Error {
  const hint =
    "code" in cause && cause.code === "EADDRINUSE" ? "it is in use; choose another, or 0 for any" : cause.message;
  return new Error(`The billing simulator cannot listen on 127.0.0.1 port ${port}: ${hint}.`, { cause });
}
