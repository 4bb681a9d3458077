// The other end of the simulator's process: its address, and how many requests it has got.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bench, installedFile } from "./workspace.mjs";

/** Starts it, with the options of startSimulator. `close` ends it. */
export async function openSimulator(folder, options = {}) {
  const testing = pathToFileURL(installedFile(folder, "dist/testing.js")).href;
  const child = fork(path.join(bench, "simulatorProcess.mjs"), [testing, JSON.stringify(options)], { execArgv: [] });
  const [{ url, apiToken }] = await once(child, "message");

  async function ask(message) {
    child.send(message);
    const [answer] = await once(child, "message");
    return answer;
  }

  return {
    /** What providers and programs need in their environment to find it. */
    env: { CLOUDFLARE_BASE_URL: url, CLOUDFLARE_API_TOKEN: apiToken },
    /** Requests since the last count. */
    count: () => ask("count"),
    /** Forgets every account. */
    reset: () => ask("reset"),
    async close() {
      child.send("stop");
      await once(child, "exit");
    },
  };
}
