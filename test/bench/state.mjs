// Measures what one resource weighs in the state, and learns on the way what a dynamic program hands over as its provider.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { installedFile } from "./workspace.mjs";

const ACCOUNTS = 10;

/** Runs each program once. Returns the table's row, and `__provider` by subject. */
export async function measureState({ folder, simulator, programs }) {
  const [bytes, sources] = [{}, {}];
  for (const [subject, program] of Object.entries(programs)) {
    if (subject === "empty") continue;
    const resources = await resourcesOf(folder, simulator, program);
    bytes[subject] = Math.round(JSON.stringify(resources).length / ACCOUNTS);
    sources[subject] = resources[0].inputs.__provider;
    await simulator.reset();
  }
  const row = {
    section: "state",
    what: "one resource in the state",
    unit: "bytes",
    values: bytes,
    target: { dynamic: 0.4 },
  };
  return { rows: [row], sources };
}

async function resourcesOf(folder, simulator, { program, providers }) {
  const { openLocalStack } = (await import(pathToFileURL(installedFile(folder, "dist/testing.js")).href)).default;
  const env = { ...simulator.env, ACCOUNTS: String(ACCOUNTS) };
  const stack = openLocalStack({ program, providers, env });
  try {
    const { ok, lines } = await stack.up();
    if (!ok) throw new Error(`The program in ${path.basename(program)} failed:\n${lines.join("\n")}`);
    const { resources } = stack.state().deployment;
    return resources.filter(({ id, type }) => id && !type.startsWith("pulumi:"));
  } finally {
    await stack.dispose();
  }
}
