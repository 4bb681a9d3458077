// The order of the measurements and what they share: the workspace, the simulator, the programs and the providers, all of which it removes at the
// end. How a thing is measured is in its own file.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { measureCli } from "./cliRuns.mjs";
import { measureImports } from "./imports.mjs";
import { measureInstall } from "./install.mjs";
import { writePrograms } from "./programs.mjs";
import { providerSources } from "./sources.mjs";
import { measureStartup } from "./startup.mjs";
import { providersOf } from "./subjects.mjs";
import { withRatios } from "./table.mjs";
import { installedFile, makeWorkspace, removeWorkspace, root } from "./workspace.mjs";

const MEASURES = { start: measureStartup, program: measureImports, install: measureInstall, cli: measureCli };

/** In the order in which they are measured: the CLI takes what time is left. */
export const SECTIONS = Object.keys(MEASURES);

/** The whole takes about a quarter of an hour on two quiet processors: the thousand accounts begin no later than this. */
const STOPS_AFTER_MS = 8 * 60_000;

/** Runs the named sections. Returns what the table shows: the machine and the rows. */
export async function measureAll({ only, quick, progress }) {
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
    const programs = writePrograms(folder);
    const sources = await providerSources(folder, programs, ["dynamic", "least", "sdkDynamic"]);
    const providers = providersOf(folder, sources, env);
    const deadline = performance.now() + STOPS_AFTER_MS;
    const shared = { folder, testing, simulator, env, programs, providers, quick, progress, deadline };
    const rows = [];
    for (const name of SECTIONS.filter((each) => only.includes(each))) {
      progress(name);
      rows.push(...(await MEASURES[name](shared)));
    }
    return { machine: machine(testing), rows: rows.map(withRatios) };
  } finally {
    await simulator.close();
    removeWorkspace(folder);
  }
}

/** As far as a reader needs it to read the figures, without its name. */
function machine({ findPulumiCli }) {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: availableParallelism(),
    pulumi: versionOf("@pulumi/pulumi"),
    cloudflare: versionOf("cloudflare"),
    cli: findPulumiCli() !== null,
  };
}

function versionOf(name) {
  return JSON.parse(readFileSync(path.join(root, "node_modules", name, "package.json"), "utf8")).version;
}
