// Measures what a preview of a program with one account takes with the local engine, over the same with an empty program.
import { pathToFileURL } from "node:url";
import { inTurns, mediansOf, overBase, roundsOf } from "./rounds.mjs";
import { installedFile } from "./workspace.mjs";

/** @param programs by subject. */
export async function measurePreview({ folder, simulator, programs, rounds }) {
  const { openLocalStack } = (await import(pathToFileURL(installedFile(folder, "dist/testing.js")).href)).default;
  const env = { ...simulator.env, ACCOUNTS: "1" };
  const stacks = Object.fromEntries(
    Object.entries(programs).map(([name, { program, providers }]) => [
      name,
      openLocalStack({ program, providers, env }),
    ]),
  );
  const names = Object.keys(stacks);
  try {
    const seen = await inTurns(names, rounds, (name) => preview(stacks[name]));
    return previewRows("preview, local engine", seen);
  } finally {
    await Promise.all(names.map((name) => stacks[name].dispose()));
  }
}

/** The two rows of any preview, of whatever engine. */
export function previewRows(what, seen) {
  const rounds = roundsOf(seen, "ms");
  return [
    { section: "preview", what, unit: "ms", rounds, values: mediansOf(seen, "ms") },
    {
      section: "preview",
      what: "  over the empty program",
      unit: "ms",
      rounds,
      values: overBase(seen, "ms", "empty"),
      target: { dynamic: 0.6, plugin: 0.35 },
    },
  ];
}

async function preview(stack) {
  const started = performance.now();
  const { ok, lines } = await stack.preview();
  if (!ok) throw new Error(`A preview failed:\n${lines.join("\n")}`);
  return { ms: performance.now() - started };
}
