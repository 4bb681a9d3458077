// Measures what the command topup-watch costs: its time and its requests for one account and for a thousand, as fast as the API answers and
// under a rate limit that a thousand exceed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { inTurns, median } from "./rounds.mjs";
import { openSimulator } from "./simulator.mjs";
import { installedFile } from "./workspace.mjs";

/** What one account is charged in 30 days, in this measurement. */
const CHARGES = 30;
/** The API's own limit is 1,200 requests in five minutes; a thousand accounts need two thousand, and exceed this one six times. */
const LIMIT = { requests: 300, windowMs: 3000 };

export async function measureCharges({ folder, quick }) {
  const accounts = Array.from({ length: quick ? 100 : 1000 }, (_, index) => index.toString(16).padStart(32, "0"));
  const limit = quick ? { ...LIMIT, requests: 30 } : LIMIT;
  const rounds = quick ? 1 : 3;
  const many = accounts.length.toLocaleString("en");
  const free = await openSimulator(folder);
  const limited = await openSimulator(folder, { rateLimit: limit });
  try {
    for (const simulator of [free, limited]) await simulator.charge(accounts, CHARGES);
    const turns = {
      "topup-watch, 1 account": () => ask(folder, free, accounts.slice(0, 1)),
      [`topup-watch, ${many} accounts`]: () => ask(folder, free, accounts),
      [`the same, ${limit.requests} requests in ${limit.windowMs / 1000} s`]: () => ask(folder, limited, accounts),
    };
    const seen = await inTurns(Object.keys(turns), rounds, (name) => turns[name](), { warm: quick });
    return Object.entries(seen).flatMap(([what, { ms, requests }]) => [
      { section: "charges", what, unit: "ms", rounds, values: { command: median(ms) } },
      { section: "charges", what: `  requests per account`, unit: "", rounds, values: { command: median(requests) } },
    ]);
  } finally {
    await free.close();
    await limited.close();
  }
}

async function ask(folder, simulator, accounts) {
  await simulator.count();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [installedFile(folder, "dist/watch.js"), ...accounts, "--max-charges", "100/30d"],
    {
      env: simulator.env,
      stdio: ["ignore", "ignore", "ignore"],
    },
  );
  const [status] = await once(child, "exit");
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`topup-watch ended with ${status}`);
  return { ms, requests: (await simulator.count()) / accounts.length };
}
