// Measures what both providers cost beside an empty program and a straightforward dynamic provider, and prints one table. It asserts nothing,
// needs no network but 127.0.0.1, and leaves nothing behind.
//
//   npm run bench -- [--quick] [--write] [--only start,package,cli]
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { measureCli } from "./cliRuns.mjs";
import { measurePackage } from "./package.mjs";
import { measureStartup } from "./startup.mjs";
import { renderTable, withRatios } from "./table.mjs";
import { bench, installedFile, makeWorkspace, manifestOf, removeWorkspace } from "./workspace.mjs";

// In the order in which they are measured: the CLI takes what time is left.
const MEASURES = { start: measureStartup, package: measurePackage, cli: measureCli };
/** The whole takes about twenty minutes on two quiet processors: the thousand accounts begin no later than this. */
const STOPS_AFTER_MS = 8 * 60_000;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    only: { type: "string", default: Object.keys(MEASURES).join(",") },
  },
});
const only = options.only.split(",");
const unknown = only.filter((name) => !MEASURES[name]);
if (unknown.length > 0) throw new Error(`--only knows ${Object.keys(MEASURES).join(", ")}; got ${unknown.join(", ")}`);

// Standard output is the table's.
const progress = (text) => console.error(`bench: ${text}`);
const folder = makeWorkspace();
// Ctrl-C skips what is below; children end with their parent.
process.once("SIGINT", () => {
  removeWorkspace(folder);
  process.exit(130);
});
const { default: testing } = await import(pathToFileURL(installedFile(folder, "dist/testing.js")).href);
const simulator = await testing.startSimulator();
try {
  const env = { CLOUDFLARE_BASE_URL: simulator.url, CLOUDFLARE_API_TOKEN: simulator.apiToken };
  const deadline = performance.now() + STOPS_AFTER_MS;
  const rows = [];
  for (const [name, measure] of Object.entries(MEASURES).filter(([each]) => only.includes(each))) {
    progress(name);
    rows.push(...(await measure({ folder, testing, simulator, env, quick: options.quick, progress, deadline })));
  }
  // As far as a reader needs the machine to read the figures, without its name.
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: availableParallelism(),
    pulumi: manifestOf("@pulumi/pulumi").version,
    cloudflare: manifestOf("cloudflare").version,
    cli: testing.findPulumiCli() !== null,
  };
  const results = { machine, rows: rows.map(withRatios) };
  console.log(renderTable(results));
  if (options.write) writeFileSync(path.join(bench, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  await simulator.close();
  removeWorkspace(folder);
}
