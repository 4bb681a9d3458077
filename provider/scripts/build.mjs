// Builds dist/ from provider/: one bundled file per entry, the plugin's folder, the licences of what is bundled, and the declaration files of the
// entries that programs import. It must not know how the code inside works.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { EXECUTABLE } from "./plugin.mjs";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
// Built beside dist/ and put in its place at the end, so that a build that fails leaves the last good one.
const next = `dist.${process.pid}`;

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

const shared = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  outdir: next,
  external: ["@pulumi/pulumi", "@pulumi/pulumi/*"],
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

// A module that is loaded late with require() is bundled whole. So the SDK's part is cut out first, by itself, and what
// loads it late gets that cut: 60 KB instead of 490.
const cut = await build({ ...shared, entryPoints: ["provider/cloudflare/sdk.ts"], write: false });
const sdk = { contents: cut.outputFiles[0].text, loader: "js" };
const lateSdk = {
  name: "late-sdk",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/sdk$/ }, () => ({ path: "sdk", namespace: "cut" }));
    onLoad({ filter: /.*/, namespace: "cut" }, () => sdk);
  },
};

const entries = await build({
  ...shared,
  plugins: [lateSdk],
  entryPoints: {
    index: "provider/index.ts",
    dynamic: "provider/dynamic.ts",
    testing: "provider/testing.ts",
    simulator: "provider/simulator.ts",
    review: "provider/review.ts",
    watch: "provider/watch.ts",
  },
});

// The plugin is one script with everything it needs inside, so that it can be copied anywhere.
const { outdir, ...ofPlugin } = {
  ...{ ...shared, plugins: [lateSdk] },
  // The first reads .proto files at run time, for a service of gRPC's that we do not serve. The second finds gRPC where
  // it is not inside.
  external: ["@grpc/proto-loader", "@pulumi/pulumi/package.json"],
  // Read anew at every start, so every byte counts.
  minify: true,
};
const outfile = `${outdir}/${EXECUTABLE}`;
const plugin = await build({ ...ofPlugin, outfile, entryPoints: ["provider/plugin.ts"], banner: { js: HEADER } });
// What standalone.mjs puts into an executable; npm does not publish it.
await build({ ...ofPlugin, outdir, entryPoints: ["provider/standalone.ts"] });
chmodSync(outfile, 0o755);
writeFileSync(`${outfile}.cmd`, CMD);
// The folder that `pulumi package add` accepts.
cpSync("provider/launcher", `${outdir}/plugin`, { recursive: true });
for (const name of [EXECUTABLE, `${EXECUTABLE}.cmd`]) cpSync(`${outdir}/${name}`, `${outdir}/plugin/${name}`);

const bundled = packagesIn(cut, entries, plugin).map((name) => {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  const file = readdirSync(`node_modules/${name}`).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (!file) throw new Error(`${name} is bundled and has no licence file.`);
  return `${name} ${version}\n\n${readFileSync(`node_modules/${name}/${file}`, "utf8").trim()}\n`;
});
writeFileSync(`${next}/LICENSES.txt`, bundled.join(`\n${"-".repeat(80)}\n\n`));

const tsc = ["node_modules/typescript/bin/tsc", "-p", "provider/tsconfig.json", "--outDir", `${next}/types`];
execFileSync(process.execPath, tsc, { stdio: "inherit" });

rmSync("dist", { recursive: true, force: true });
renameSync(next, "dist");

/** The packages that parts of ended up in what was built. */
function packagesIn(...results) {
  const files = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const names = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}
