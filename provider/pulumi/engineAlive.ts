// Whether the engine of this run is still there: both providers ask before a request, and end themselves without it. Connects to its port, and
// says nothing.
import { once } from "node:events";
import { connect } from "node:net";

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
