// Builds the plugin as one script with everything it needs inside, so that it can be copied anywhere, and the folder around it. build.mjs calls
// it; standalone.mjs and release.mjs take its names.
import { chmodSync, cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

export const EXECUTABLE = "pulumi-resource-cloudflare-ai-gateway-billing";

const NEEDS = "The cloudflare-ai-gateway-billing plugin is a script that needs Node.js 20 or newer on PATH";
const INSTEAD = "install it, or install the plugin's standalone archive, which needs none.";

// Both a shell script and JavaScript, where the second line is a string and a comment. An old Node would end at the first piece of new syntax,
// and without Node the engine would say that the provider has a bug.
const HEADER = `#!/bin/sh
":" //; v="$(node --version 2>/dev/null)"; case "$v" in v[2-9][0-9].*) exec node "$0" "$@";; esac; echo "${NEEDS}, and found \${v:-none}: ${INSTEAD}" >&2; exit 1`;

// Windows runs no file by its first line.
const CMD = `@where /q node\r
@if errorlevel 1 (echo ${NEEDS}: ${INSTEAD} 1>&2 & exit /b 1)\r
@node "%~dp0${EXECUTABLE}" %*\r
`;

/** The name that `pulumi plugin install` looks for, from Node's names of a platform and a processor. */
export function archiveOf(version, platform, processor) {
  const system = platform === "win32" ? "windows" : platform;
  return `${EXECUTABLE}-v${version}-${system}-${processor === "x64" ? "amd64" : processor}.tar.gz`;
}

/**
 * Writes the script, and the folder `plugin` that `pulumi package add` accepts.
 *
 * @param options the options of the package's other entries.
 * @param plugins that cut the SDK, as for the other entries.
 * @returns what esbuild tells of the script.
 */
export async function buildPlugin(options, plugins) {
  const outfile = path.join(options.outdir, EXECUTABLE);
  const { outdir, ...shared } = {
    ...options,
    plugins,
    // The first reads .proto files at run time, for a service of gRPC's that we do not serve. The second finds gRPC where
    // it is not inside.
    external: ["@grpc/proto-loader", "@pulumi/pulumi/package.json"],
    // Read anew at every start, so every byte counts.
    minify: true,
  };
  const result = await build({ ...shared, outfile, entryPoints: ["provider/plugin.ts"], banner: { js: HEADER } });
  // What standalone.mjs puts into an executable; npm does not publish it.
  await build({ ...shared, outdir, entryPoints: ["provider/standalone.ts"] });
  chmodSync(outfile, 0o755);
  writeFileSync(`${outfile}.cmd`, CMD);
  cpSync("provider/launcher", path.join(outdir, "plugin"), { recursive: true });
  for (const name of [EXECUTABLE, `${EXECUTABLE}.cmd`])
    cpSync(path.join(outdir, name), path.join(outdir, "plugin", name));
  return result;
}
