// Builds the plugin's one executable file: everything it needs inside, so that it can be copied anywhere. It must not know how
// the code inside works.
import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

export const EXECUTABLE = "pulumi-resource-cloudflare-ai-gateway-billing";

/**
 * @param options the options of the package's other entries.
 * @param plugins that cut the SDK, as for the other entries.
 * @returns the files that went into it.
 */
export async function buildPlugin(options, plugins) {
  const outfile = path.join(options.outdir, EXECUTABLE);
  const { outdir, ...shared } = options;
  const { metafile } = await build({
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
    metafile: true,
  });
  chmodSync(outfile, 0o755);
  writeFileSync(`${outfile}.cmd`, `@node "%~dp0${EXECUTABLE}" %*\r\n`);
  return Object.keys(metafile.inputs);
}
