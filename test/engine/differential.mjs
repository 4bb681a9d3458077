// Plays random sequences with the local engine and the real CLI: `npm run test:differential -- --sequences 200 --seed 1`.
// Exits with 1 at the first disagreement, after looking for a smaller one; where no Pulumi CLI is found, it says so and
// does nothing.
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import fc from "fast-check";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const SHRINKING_SECONDS = 600;

const { sequences: count, seed } = options();
const outfile = path.join(ROOT, "node_modules/.cache/differential.cjs");
mkdirSync(path.dirname(outfile), { recursive: true });
const entry = `export * from "./test/engine/differential"; export { findPulumiCli } from "./provider/testing";`;
const stdin = { contents: entry, resolveDir: ROOT, loader: "ts" };
await build({ stdin, outfile, bundle: true, platform: "node", packages: "external", logLevel: "error" });
const { findPulumiCli, playBoth, sequences } = createRequire(import.meta.url)(outfile);
const cli = findPulumiCli();
if (cli === null)
  console.log("left out: the differential player needs a Pulumi CLI on PATH or in ~/.pulumi, and there is none");
else process.exitCode = await playAll(cli);

async function playAll(cli) {
  let [played, commands, succeeded, races] = [0, 0, 0, 0];
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const start = Date.now();
    const result = await playBoth(sequence, cli);
    played += 1;
    commands += result.commands;
    succeeded += result.succeeded;
    races += result.raced ? 1 : 0;
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.log(`${played}: ${result.commands} commands alike${result.raced ? ", then a race" : ""}, ${seconds} s`);
  });
  const effort = { seed, numRuns: count, examples: [] };
  const first = await fc.check(property, { ...effort, endOnFailure: true });
  console.log(
    `${played} sequences, ${commands} commands, ${succeeded} of them went well, ${races} ended in a race; seed ${seed}`,
  );
  // Two engines that both fail at once, as with a broken installation, would always agree.
  if (!first.failed) return succeeded > 0 ? 0 : 1;
  console.log(`${messageOf(first.errorInstance)}\n\nlooking for a smaller one`);
  const limit = { interruptAfterTimeLimit: SHRINKING_SECONDS * 1000 };
  const smaller = await fc.check(property, { ...effort, path: first.counterexamplePath, ...limit });
  const { counterexample, errorInstance } = smaller.counterexample ? smaller : first;
  console.log(JSON.stringify(counterexample?.[0], null, 2));
  console.log(messageOf(errorInstance));
  return 1;
}

function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

function options() {
  const named = { sequences: { type: "string", default: "20" }, seed: { type: "string", default: "1" } };
  const { values } = parseArgs({ options: named });
  const [sequences, seed] = [Number(values.sequences), Number(values.seed)];
  if (Number.isSafeInteger(sequences) && sequences > 0 && Number.isSafeInteger(seed)) return { sequences, seed };
  console.error("Usage: npm run test:differential -- [--sequences 20] [--seed 1]");
  process.exit(2);
}
