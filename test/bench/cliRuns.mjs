// Measures with the real Pulumi CLI, where one is found: previews over the empty program's, and whole lives of a stack. Its stacks live in
// temporary folders, away from the user's own.
import { pathToFileURL } from "node:url";
import { previewRows } from "./preview.mjs";
import { inTurns, mediansOf } from "./rounds.mjs";
import { installedFile } from "./workspace.mjs";

const OPERATIONS = ["preview", "up", "no-op up", "refresh", "destroy"];
const LIVED = ["dynamic", "plugin", "sdkDynamic"];

export async function measureCli({ folder, simulator, programs, rounds, quick, progress, deadline }) {
  const testing = (await import(pathToFileURL(installedFile(folder, "dist/testing.js")).href)).default;
  const cli = testing.findPulumiCli();
  if (cli === null) {
    progress("cli left out: no Pulumi CLI on PATH or in ~/.pulumi");
    return [];
  }
  const open = (name, accounts) => {
    const env = { ...simulator.env, ACCOUNTS: String(accounts) };
    return testing.openStack({ program: programs[name].program, stack: `bench${accounts}`, env });
  };
  const rows = await previews(Object.keys(programs), open, rounds);
  for (const accounts of quick ? [1] : [1, 100]) {
    if (performance.now() < deadline) rows.push(...(await lives(open, accounts, simulator)));
    else progress(`cli, a life of ${accounts} accounts: left out, as the time is up`);
  }
  return rows;
}

async function previews(names, open, rounds) {
  const stacks = {};
  for (const name of names) stacks[name] = await open(name, 1);
  try {
    const seen = await inTurns(names, rounds, async (name) => ({ ms: await timed(stacks[name], "preview") }));
    return previewRows("preview, Pulumi CLI", seen);
  } finally {
    for (const stack of Object.values(stacks)) await stack.dispose();
  }
}

// Once each: five runs of the CLI take ten seconds, and the processes' own cost is measured over gRPC in more rounds.
async function lives(open, accounts, simulator) {
  const seen = await inTurns(LIVED, 1, (name) => live(() => open(name, accounts), simulator), { warm: true });
  return OPERATIONS.map((operation) => ({
    section: `cli ${accounts}`,
    what: `${operation}, ${accounts} account${accounts === 1 ? "" : "s"}, Pulumi CLI`,
    unit: "ms",
    rounds: 1,
    values: mediansOf(seen, operation),
  }));
}

async function live(open, simulator) {
  await simulator.reset();
  const stack = await open();
  const times = {};
  try {
    for (const operation of OPERATIONS) times[operation] = await timed(stack, operation);
  } finally {
    await stack.dispose();
  }
  return times;
}

async function timed(stack, operation) {
  const started = performance.now();
  const { ok, lines } = await stack[operation === "no-op up" ? "up" : operation]();
  if (!ok) throw new Error(`${operation} failed with the CLI:\n${lines.join("\n")}`);
  return performance.now() - started;
}
