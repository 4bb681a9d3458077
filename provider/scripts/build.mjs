// Builds dist/ from provider/: one bundled file per entry, the licences of what is bundled, and the declaration files of
// the entries that programs import. It must not know how the code inside works.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildPlugin } from "./plugin.mjs";

process.chdir(path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../.."));
// Built beside dist/ and put in its place at the end, so that a build that fails leaves the last good one.
const next = `dist.${process.pid}`;

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

const plugin = await buildPlugin(shared, [lateSdk]);

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
