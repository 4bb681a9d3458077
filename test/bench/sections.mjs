// The order of the measurements and what they share: the workspace, the simulator, the programs and the providers, all of which it removes at the
// end. How a thing is measured is in its own file.
import { measureCli } from "./cliRuns.mjs";
import { measureGrowth } from "./growth.mjs";
import { measureImports } from "./imports.mjs";
import { measureInstall } from "./install.mjs";
import { writePrograms } from "./programs.mjs";
import { openSimulator } from "./simulator.mjs";
import { providerSources } from "./sources.mjs";
import { measureStartup } from "./startup.mjs";
import { providersOf } from "./subjects.mjs";
import { withRatios } from "./table.mjs";
import { makeWorkspace, removeWorkspace } from "./workspace.mjs";

/** In the order in which they are measured: the CLI takes what time is left. */
export const SECTIONS = ["start", "program", "install", "growth", "cli"];

/** The whole takes less than ten minutes on two quiet processors: nothing large begins later than this. */
const STOPS_AFTER_MS = 8 * 60_000;

/** Runs the named sections. Returns the table's rows. */
export async function measureAll({ only, quick, progress }) {
  const folder = makeWorkspace();
  // Ctrl-C skips what is below; children end with their parent.
  process.once("SIGINT", () => {
    removeWorkspace(folder);
    process.exit(130);
  });
  const simulator = await openSimulator(folder);
  try {
    return await measure({ folder, simulator, quick, progress }, only);
  } finally {
    await simulator.close();
    removeWorkspace(folder);
  }
}

async function measure({ folder, simulator, quick, progress }, only) {
  const programs = writePrograms(folder);
  progress("what the programs hand over");
  const sources = await providerSources(folder, programs, ["dynamic", "least", "sdkDynamic"]);
  const providers = providersOf(folder, sources, simulator.env);
  const deadline = performance.now() + STOPS_AFTER_MS;
  const shared = { folder, simulator, providers, quick, progress, deadline };
  const work = {
    start: () => measureStartup({ ...shared, rounds: quick ? 2 : 9 }),
    program: () => measureImports({ ...shared, rounds: quick ? 2 : 9 }),
    install: () => measureInstall(shared),
    growth: () => measureGrowth(shared),
    cli: () => measureCli({ ...shared, programs, rounds: quick ? 1 : 5 }),
  };
  const rows = [];
  for (const name of SECTIONS.filter((each) => only.includes(each))) {
    progress(name);
    const started = performance.now();
    rows.push(...(await work[name]()));
    progress(`${name} took ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return { rows: rows.map(withRatios) };
}
