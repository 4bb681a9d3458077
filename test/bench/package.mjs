// Measures what the package costs before a provider has done anything: what an installation brings beside @pulumi/pulumi, and what a program pays
// for its import, in a process of its own each time.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inTurns, mediansOf, roundsOf } from "./rounds.mjs";
import { installedFile, PACKAGE, pluginFolder, root } from "./workspace.mjs";

const MB = 1024 * 1024;

/** What each subject's program imports besides @pulumi/pulumi; a plugin's generated SDK has nothing else to load. */
const IMPORTS = { dynamic: PACKAGE, sdkDynamic: "cloudflare" };

const SCRIPT = `
  require("@pulumi/pulumi");
  const count = () => Object.keys(require.cache).length;
  const [modules, started] = [count(), performance.now()];
  require(process.argv[1]);
  console.log(JSON.stringify({ ms: performance.now() - started, modules: count() - modules }));
`;

export async function measurePackage({ folder, quick }) {
  const seen = await inTurns(Object.keys(IMPORTS), quick ? 2 : 9, async (name) =>
    JSON.parse(execFileSync(process.execPath, ["-e", SCRIPT, IMPORTS[name]], { cwd: folder })),
  );
  const imported = (metric, row) => ({
    ...{ section: "program", ...row, rounds: roundsOf(seen, metric), values: mediansOf(seen, metric) },
  });
  const sdk = packagesOf("cloudflare").filter((each) => !packagesOf("@pulumi/pulumi").includes(each));
  const [own, whole] = [bytesBelow(installedFile(folder, "")), sdk.reduce((sum, each) => sum + bytesBelow(each), 0)];
  const installed = (what, unit, values) => ({ section: "install", what, unit, values });
  return [
    imported("ms", { what: "import over @pulumi/pulumi itself", unit: "ms", limit: { dynamic: 5 } }),
    imported("modules", { what: "modules loaded by it", unit: "" }),
    {
      ...installed("installed beside @pulumi/pulumi", "MB", { dynamic: own / MB, sdkDynamic: whole / MB }),
      limit: { dynamic: 5 },
    },
    {
      ...installed("packages beside @pulumi/pulumi", "", { dynamic: 1, sdkDynamic: sdk.length }),
      limit: { dynamic: 5 },
    },
    installed("the plugin's executable file", "MB", { plugin: bytesBelow(pluginFolder(folder)) / MB }),
  ];
}

/** The folders of a package and of everything that it depends on. */
function packagesOf(name) {
  const query = `[name="${name}"], [name="${name}"] *`;
  return JSON.parse(execFileSync("npm", ["query", query], { cwd: root })).map(({ path: found }) => found);
}

/** Bytes of all files below a folder. */
function bytesBelow(folder) {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + readFileSync(path.join(parentPath, name)).length, 0);
}
