// Measures what a program pays for its imports over @pulumi/pulumi itself: time and modules, in a process of its own each time.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inTurns, mediansOf, roundsOf } from "./rounds.mjs";
import { PACKAGE } from "./workspace.mjs";

/** What each subject's program imports besides @pulumi/pulumi; a plugin's generated SDK has nothing else to load. */
const IMPORTS = { dynamic: PACKAGE, sdkDynamic: "cloudflare" };

const SCRIPT = `
  require("@pulumi/pulumi");
  const count = () => Object.keys(require.cache).length;
  const [modules, started] = [count(), performance.now()];
  require(process.argv[1]);
  console.log(JSON.stringify({ ms: performance.now() - started, modules: count() - modules }));
`;

const ROWS = [
  { metric: "ms", what: "import over @pulumi/pulumi itself", unit: "ms", limit: { dynamic: 5 } },
  { metric: "modules", what: "modules loaded by it", unit: "" },
];

export async function measureImports({ folder, quick }) {
  const run = promisify(execFile);
  const seen = await inTurns(Object.keys(IMPORTS), quick ? 2 : 9, async (name) => {
    const { stdout } = await run(process.execPath, ["-e", SCRIPT, IMPORTS[name]], { cwd: folder });
    return JSON.parse(stdout);
  });
  return ROWS.map(({ metric, ...row }) => ({
    section: "program",
    ...row,
    rounds: roundsOf(seen, metric),
    values: mediansOf(seen, metric),
  }));
}
