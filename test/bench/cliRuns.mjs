// Measures with the real Pulumi CLI, if one is found: previews over the empty program's, a thousand accounts, whole lives of a stack with what they
// ask of Cloudflare, and what a resource weighs in the state. Its stacks live in temporary folders, away from the user's own.
import { inTurns, mediansOf, overBase, roundsOf } from "./rounds.mjs";
import { SUBJECTS } from "./table.mjs";
import { programOf } from "./workspace.mjs";

const OPERATIONS = ["up", "no-op up", "refresh", "destroy"];
const LIVED = ["dynamic", "plugin", "sdkDynamic"];

export async function measureCli({ folder, testing, simulator, env, quick, progress, deadline }) {
  if (testing.findPulumiCli() === null) {
    progress("cli left out: no Pulumi CLI on PATH or in ~/.pulumi");
    return [];
  }
  const open = (name, accounts) =>
    testing.openStack({
      program: programOf(folder, name),
      stack: `bench${accounts}`,
      env: { ...env, ACCOUNTS: String(accounts) },
      requests: simulator,
    });
  const small = await previews(Object.keys(SUBJECTS), (name) => open(name, 1), quick ? 1 : 5);
  const rows = [
    row("preview", "preview, 1 account", "ms", small),
    {
      ...row("preview", "  over the empty program", "ms", small),
      values: overBase(small, "ms", "empty"),
      target: { dynamic: 0.6, plugin: 0.35 },
    },
  ];
  rows.push(...(await lives((name) => open(name, 10), 10, simulator)));
  if (quick || performance.now() > deadline) progress("cli, 1,000 accounts: left out");
  else {
    const names = ["dynamic", "plugin", "least", "sdkDynamic"];
    const many = await previews(names, (name) => open(name, 1000), 2);
    rows.push({ ...row("preview", "preview, 1,000 accounts", "ms", many), target: { dynamic: 1, plugin: 1 } });
    rows.push(...(await lives((name) => open(name, 1000), 1000, simulator)));
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
    return await inTurns(names, rounds, async (name) => ({ ms: (await timed(stacks[name], "preview")).ms }));
  } finally {
    for (const stack of Object.values(stacks)) await stack.dispose();
  }
}

// Once each: five runs of the CLI take ten seconds.
async function lives(open, accounts, simulator) {
  const seen = await inTurns(LIVED, 1, (name) => live(() => open(name), accounts, simulator), { warm: true });
  const times = OPERATIONS.map((operation) =>
    row("cli", `${operation}, ${accounts.toLocaleString("en")} accounts`, "ms", seen, operation),
  );
  if (accounts > 10) return times.map((each) => ({ ...each, target: { dynamic: 1, plugin: 1 } }));
  return [
    ...times,
    ...OPERATIONS.map((operation) =>
      row("requests", `requests per account, ${operation}`, "", seen, `requests ${operation}`),
    ),
    { ...row("state", "one resource in the state", "bytes", seen, "bytes"), target: { dynamic: 0.4 } },
  ];
}

async function live(open, accounts, simulator) {
  simulator.reset();
  const stack = await open();
  const seen = {};
  try {
    for (const operation of OPERATIONS) {
      const { ms, requests } = await timed(stack, operation);
      seen[operation] = ms;
      seen[`requests ${operation}`] = requests / accounts;
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
  const { ok, lines, requests } = await stack[operation === "no-op up" ? "up" : operation]();
  if (!ok) throw new Error(`${operation} failed with the CLI:\n${lines.join("\n")}`);
  return { ms: performance.now() - started, requests: requests.length };
}
