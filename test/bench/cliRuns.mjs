// Measures with the real Pulumi CLI, if one is found: previews over the empty program's, a thousand accounts, whole lives of a stack, and what a
// resource weighs in the state. Its stacks live in temporary folders, away from the user's own.
import { pathToFileURL } from "node:url";
import { inTurns, mediansOf, overBase, roundsOf } from "./rounds.mjs";
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
  const small = await previews(Object.keys(programs), (name) => open(name, 1), rounds);
  const rows = [
    row("preview", "preview, 1 account", "ms", small),
    {
      ...row("preview", "  over the empty program", "ms", small),
      values: overBase(small, "ms", "empty"),
      target: { dynamic: 0.6, plugin: 0.35 },
    },
  ];
  rows.push(...(await lives((name) => open(name, 10), simulator)));
  if (performance.now() > deadline) progress("cli, 1,000 accounts: left out, as the time is up");
  else {
    const many = await previews(
      ["dynamic", "plugin", "least", "sdkDynamic"],
      (name) => open(name, 1000),
      quick ? 1 : 4,
    );
    rows.push({ ...row("preview", "preview, 1,000 accounts", "ms", many), target: { dynamic: 1, plugin: 1 } });
  }
  return rows;
}

function row(section, what, unit, seen, metric = "ms") {
  return { section, what, unit, rounds: roundsOf(seen, metric), values: mediansOf(seen, metric) };
}

async function previews(names, open, rounds) {
  const stacks = {};
  for (const name of names) stacks[name] = await open(name);
  try {
    return await inTurns(names, rounds, async (name) => ({ ms: await timed(stacks[name], "preview") }));
  } finally {
    for (const stack of Object.values(stacks)) await stack.dispose();
  }
}

// Once each: five runs of the CLI take ten seconds, and the processes' own cost is measured over gRPC in more rounds.
async function lives(open, simulator) {
  const seen = await inTurns(LIVED, 1, (name) => live(() => open(name), simulator), { warm: true });
  const times = OPERATIONS.map((operation) => row("cli", `${operation}, 10 accounts`, "ms", seen, operation));
  return [...times, { ...row("state", "one resource in the state", "bytes", seen, "bytes"), target: { dynamic: 0.4 } }];
}

async function live(open, simulator) {
  await simulator.reset();
  const stack = await open();
  const seen = {};
  try {
    for (const operation of OPERATIONS) {
      seen[operation] = await timed(stack, operation);
      if (operation === "up") seen.bytes = bytesOfOne(await stack.state());
    }
  } finally {
    await stack.dispose();
  }
  return seen;
}

function bytesOfOne({ deployment }) {
  const resources = deployment.resources.filter(({ id, type }) => id && !type.startsWith("pulumi:"));
  return Math.round(JSON.stringify(resources).length / resources.length);
}

async function timed(stack, operation) {
  const started = performance.now();
  const { ok, lines } = await stack[operation === "no-op up" ? "up" : operation]();
  if (!ok) throw new Error(`${operation} failed with the CLI:\n${lines.join("\n")}`);
  return performance.now() - started;
}
