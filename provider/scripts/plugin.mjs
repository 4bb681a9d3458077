// Builds the plugin's one executable file, with everything it needs inside so that it can be copied anywhere, and the folder
// around it. It must not know how the code inside works.
import { chmodSync, cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

export const EXECUTABLE = "pulumi-resource-cloudflare-ai-gateway-billing";
/** What the engine looks for, on any platform. */
export const FILES = [EXECUTABLE, `${EXECUTABLE}.cmd`];

/**
 * Writes the executable, and the folder `plugin` that `pulumi package add` accepts.
 *
 * @param options the options of the package's other entries.
 * @param plugins that cut the SDK, as for the other entries.
 * @returns what esbuild tells of the executable.
 */
export async function buildPlugin(options, plugins) {
  const outfile = path.join(options.outdir, EXECUTABLE);
  const { outdir, ...shared } = options;
  const result = await build({
    ...shared,
    outfile,
    plugins,
    entryPoints: ["provider/plugin.ts"],
    banner: { js: "#!/usr/bin/env node" },
    // The first reads .proto files at run time, for a service of gRPC's that we do not serve. The second finds gRPC where
    // it is not inside.
    external: ["@grpc/proto-loader", "@pulumi/pulumi/package.json"],
    // Read anew at every start, so every byte counts.
    minify: true,
  });
  chmodSync(outfile, 0o755);
  // Windows runs no file by its first line.
  writeFileSync(`${outfile}.cmd`, `@node "%~dp0${EXECUTABLE}" %*\r\n`);
  cpSync("provider/launcher", path.join(outdir, "plugin"), { recursive: true });
  for (const name of FILES) cpSync(path.join(outdir, name), path.join(outdir, "plugin", name));
  return result;
}
