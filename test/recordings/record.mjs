// Records sequences anew with a Pulumi CLI on PATH or in ~/.pulumi: npm run record -- rename.plugin drift.dynamic, or all of them without a name.
// Run it after `npm run build`, and read the difference: each line that it changes is something that the engine or a provider does otherwise.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, "../..");
// Beside the sources, so that what they find by their own place is found.
const outfile = path.join(HERE, ".record.cjs");
const entry = `export { record } from "./live"; export { fileOf, readRecording, recordings } from "./recording";
export { findPulumiCli } from "../../provider/testing";`;
mkdirSync(path.dirname(outfile), { recursive: true });
const stdin = { contents: entry, resolveDir: HERE, loader: "ts" };
await build({ stdin, outfile, bundle: true, platform: "node", packages: "external", logLevel: "error" });
const { record, readRecording, recordings, fileOf, findPulumiCli } = createRequire(path.join(ROOT, "package.json"))(
  outfile,
);

const cli = findPulumiCli();
if (cli === null) throw new Error("There is no Pulumi CLI on PATH or in ~/.pulumi to record with.");
const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : recordings().filter((name) => !name.includes(".sdk-"))) {
  const recording = await record(readRecording(name), cli, { previews: true });
  writeFileSync(path.join(HERE, "data", `${name}.json`), fileOf(recording));
  console.log(`recorded ${name}: ${recording.runs.length} runs, ${recording.previews?.length ?? 0} previews`);
}
