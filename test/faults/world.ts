// What the fault table is played in: the processes of one provider, and the servers beside the simulator. Knows nothing of the table but
// which processes there are.
import { createServer } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net";
import type { BillingSimulator } from "../../provider/testing/simulator";
import { openProvider, type ProviderName, type ProviderProcess } from "../support/providers";
import type { World } from "./cell";
import type { Process } from "./table";

export interface OpenWorld extends World {
  /** Each process once. */
  readonly processes: readonly ProviderProcess[];
}

/** @param wanted the processes that the table is played with, beside the next run's; some of them are one. */
export async function openWorld(
  name: ProviderName,
  cloudflare: BillingSimulator,
  others: Others,
  wanted: ReadonlySet<Process>,
): Promise<OpenWorld> {
  const { apiToken, url: baseUrl } = cloudflare;
  const open = (more: Partial<Parameters<typeof openProvider>[1]>) =>
    openProvider(name, { apiToken, baseUrl, ...more });
  const [next, usual] = await Promise.all([open({}), open({})]);
  const isPlain = [...wanted].every((process) => process === "usual");
  const [bounded, unreachable] = isPlain
    ? [usual, usual]
    : await Promise.all([
        open({ timeoutSeconds: "3", deadlineSeconds: "60" }),
        open({ baseUrl: others.silent, timeoutSeconds: "0.5" }),
      ]);
  // Last of all the bounded one meets a rate limit that ends everything for it.
  const runs = {
    usual,
    limited: bounded,
    hasty: bounded,
    spent: bounded,
    silent: unreachable,
    refused: unreachable,
  };
  return {
    ...{ cloudflare, runs, next },
    elsewhere: others.elsewhere,
    processes: [...new Set([usual, bounded, unreachable, next])],
  };
}

export interface Others {
  /** An https address where TCP connects and TLS never does. */
  readonly silent: string;
  /** From now on connections to that address are refused. */
  refuse(): Promise<unknown>;
  /** Another host. */
  readonly elsewhere: string;
  /** The requests that reached the other host. */
  readonly strays: readonly string[];
  close(): Promise<unknown>;
}

export async function openOthers(): Promise<Others> {
  const strays: string[] = [];
  const elsewhere = createServer(({ method, headers }, response) => {
    strays.push(`${method} ${JSON.stringify(headers)}`);
    response.end("{}");
  });
  const silent = createSocketServer((socket) => socket.on("error", () => {}));
  const [closeElsewhere, refuse] = [await listen(elsewhere), await listen(silent)];
  return {
    silent: `https://127.0.0.1:${portOf(silent)}/client/v4`,
    refuse,
    elsewhere: `http://127.0.0.1:${portOf(elsewhere)}/client/v4`,
    strays,
    close: () => Promise.all([closeElsewhere(), refuse()]),
  };
}

/** Returns what ends the server with all its connections. */
async function listen(server: Server): Promise<() => Promise<unknown>> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    return closed;
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
