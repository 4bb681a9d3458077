// Measures what a provider costs before it has done anything: from the start of its process to the answer of its first
// Configure and of its first Check, what it has loaded by then, and how much memory that took.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { startProvider } from "./providerProcess.mjs";
import { inTurns, mediansOf } from "./rounds.mjs";
import { bench } from "./workspace.mjs";

const METRICS = [
  { metric: "configure", what: "process start to first Configure", unit: "ms" },
  { metric: "check", what: "process start to first Check", unit: "ms" },
];
const LOADED = [
  { metric: "modules", what: "modules loaded at the first Check", unit: "" },
  { metric: "files", what: "files read by then", unit: "" },
  { metric: "peakMb", what: "memory at the first Check", unit: "MB" },
];

export async function measureStartup({ providers, rounds }) {
  const names = ["empty", ...Object.keys(providers)];
  const seen = await inTurns(names, rounds, (name) => (name === "empty" ? emptyProcess() : answering(providers[name])));
  const rows = METRICS.map(({ metric, ...row }) => ({
    section: "start",
    ...row,
    rounds,
    values: mediansOf(seen, metric),
  }));
  const { empty } = rows[0].values;
  const times = Object.entries(rows[0].values).map(([name, ms]) => [name, ms / empty]);
  rows.push({
    section: "start",
    what: "first Configure, times an empty Node process",
    unit: "x",
    rounds,
    values: Object.fromEntries(times),
    limit: { plugin: 2.5 },
  });
  return [...rows, ...(await loadedRows(names, providers))];
}

async function emptyProcess() {
  const started = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  const ms = performance.now() - started;
  return { configure: ms, check: ms };
}

async function answering(provider) {
  const running = await startProvider(provider);
  try {
    await running.configure();
    const configure = running.age();
    await firstCheck(running, provider);
    return { configure, check: running.age() };
  } finally {
    await running.stop();
  }
}

function firstCheck(running, provider) {
  return running.call("check", "account-1", { setNews: provider.inputs(1, 5000), setOlds: {} });
}

async function loadedRows(names, providers) {
  const seen = {};
  for (const name of names) seen[name] = name === "empty" ? await emptyLoad() : await load(providers[name]);
  return LOADED.map(({ metric, ...row }) => ({
    section: "start",
    ...row,
    values: Object.fromEntries(names.map((name) => [name, seen[name][metric]])),
  }));
}

async function load(provider) {
  const running = await startProvider(provider, { probed: true });
  try {
    await running.configure();
    await firstCheck(running, provider);
    return await running.probe();
  } finally {
    await running.stop();
  }
}

async function emptyLoad() {
  const args = ["--require", path.join(bench, "probe.cjs"), "-e", "process.channel.ref()"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  child.send("?");
  const [answer] = await once(child, "message");
  child.kill();
  return answer;
}
