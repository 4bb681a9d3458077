// The engine of this run: whether it is still there, which both providers ask before a request, and end themselves without it; and its log, which
// the person at the command line reads. They write their warnings there: standard output is for a plugin's port.
import { once } from "node:events";
import { createRequire } from "node:module";
import { connect } from "node:net";
import type * as grpcTypes from "@grpc/grpc-js";

const ASK_AGAIN_MS = 1000;
const LOOK_EVERY_MS = 5000;

/**
 * A provider outlives an engine that was killed, and would finish what it had begun. Returns a function that says whether the
 * engine is there: false once it was and nobody listens at its address any more. Every doubt counts as there.
 *
 * Each answer holds for a second. An open connection would show it at once, but an engine that ends waits for it.
 *
 * @param address of the engine, as `127.0.0.1:PORT`.
 */
export function watchEngine(address: string): () => Promise<boolean> {
  let seen = false;
  let holdsUntil = 0;
  return async () => {
    if (Date.now() < holdsUntil) return true;
    const listens = await isListening(address);
    if (listens === false && seen) return false;
    seen ||= listens === true;
    holdsUntil = Date.now() + ASK_AGAIN_MS;
    return true;
  };
}

/** Calls `end`, once, some seconds after an engine that was there has gone. */
export function afterEngine(address: string, end: () => void): void {
  const isThere = watchEngine(address);
  void isThere();
  const timer = setInterval(async () => {
    if (await isThere()) return;
    clearInterval(timer);
    end();
  }, LOOK_EVERY_MS).unref();
}

/** Null if it cannot be told. */
async function isListening(address: string): Promise<boolean | null> {
  const [, host, port] = /^\[?(127\.0\.0\.1|localhost|::1)\]?:(\d+)$/.exec(address) ?? [];
  if (!host || !port) return null;
  const socket = connect({ host, port: Number(port), timeout: 1000 });
  socket.once("timeout", () => socket.destroy(new Error()));
  return once(socket, "connect")
    .then(() => true)
    .catch(({ code }: NodeJS.ErrnoException) => (code === "ECONNREFUSED" ? false : null))
    .finally(() => socket.destroy());
}

/** Warnings and remarks, shown with the run's other diagnostics. */
export type EngineLog = ReturnType<typeof openEngineLog>;

/**
 * Talks to the engine's Log service (https://github.com/pulumi/pulumi/blob/master/proto/pulumi/engine.proto).
 *
 * @param address of the engine, which every provider process gets as its first argument.
 * @param grpc for a process that brings its own.
 */
export function openEngineLog(address: string, grpc: typeof grpcTypes = grpcOf()) {
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
    warn: (text: string) => log(messages.LogSeverity.WARNING, text),
    info: (text: string) => log(messages.LogSeverity.INFO, text),
    /** Resolves once everything said so far has arrived. */
    settled: async () => void (await Promise.all(pending)),
  };
}

// With pnpm's layout only @pulumi/pulumi itself can see its dependencies.
function grpcOf(): typeof grpcTypes {
  return createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js");
}
