// The published package works for a newcomer: packed, put into an empty project, and used as the README says, as CommonJS and as an ES module.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, openStack, startSimulator } from "../provider/testing";
import { findCli } from "./support/cli";
import { ROOT } from "./support/program";
import { codeBlock } from "./support/readme";

const run = promisify(execFile);
const NAME = "pulumi-cloudflare-ai-gateway-billing";
const ACCOUNT = "0123456789abcdef0123456789abcdef";
const TSC = path.join(ROOT, "node_modules/typescript/bin/tsc");

let work: string;
let files: string[];
let cloudflare: BillingSimulator;

beforeAll(async () => {
  work = mkdtempSync(path.join(tmpdir(), "auto-topup-install-"));
  cloudflare = await startSimulator();
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], {
    cwd: ROOT,
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  files = packed.files.map((file) => file.path);
  await run("tar", ["-xzf", path.join(work, packed.filename), "-C", work]);
}, 120_000);

afterAll(async () => {
  await cloudflare.close();
  rmSync(work, { recursive: true, force: true });
});

/** An empty project that has what `npm install @pulumi/pulumi typescript <tarball>` leaves behind. */
function project(type: "commonjs" | "module"): string {
  const folder = path.join(work, type);
  mkdirSync(path.join(folder, "node_modules"), { recursive: true });
  for (const name of ["@pulumi", "typescript", "@types"]) {
    symlinkSync(path.join(ROOT, "node_modules", name), path.join(folder, "node_modules", name), "junction");
  }
  cpSync(path.join(work, "package"), path.join(folder, "node_modules", NAME), { recursive: true });
  const tsconfig = { module: "node16", moduleResolution: "node16", target: "ES2022", strict: true, types: ["node"] };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "newcomer", type, main: "index.js" }));
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: tsconfig, files: ["index.ts"] }));
  writeFileSync(path.join(folder, "index.ts"), codeBlock("Quick start", "ts"));
  const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
  writeFileSync(path.join(folder, "Pulumi.yaml"), `name: newcomer\n${runtime}`);
  return folder;
}

const cli = findCli("the packed package in a program that a real engine runs");

describe("the packed package", () => {
  it.each(["commonjs", "module"] as const)(
    "type-checks the README's quick start without skipLibCheck and runs it, as %s",
    async (type) => {
      const program = project(type);
      await run(process.execPath, [TSC, "-p", program]);
      if (cli === null) return;
      const stack = await openStack({
        program,
        config: { accountId: ACCOUNT, "cloudflare:apiToken": { secret: cloudflare.apiToken } },
        env: { CLOUDFLARE_BASE_URL: cloudflare.url },
      });
      try {
        const { ok, lines } = await stack.up();
        expect({ ok, lines }).toMatchObject({ ok: true });
        expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 5000, threshold: 1000 });
        cloudflare.reset();
      } finally {
        await stack.dispose();
      }
    },
    120_000,
  );

  it("holds exactly these files, and of types nothing but declarations", () => {
    const types = files.filter((file) => file.startsWith("dist/types/"));
    expect(files.filter((file) => !types.includes(file)).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist/LICENSES.txt",
      "dist/charges.js",
      "dist/dynamic.js",
      "dist/index.js",
      "dist/plugin/PulumiPlugin.yaml",
      "dist/plugin/index.js",
      "dist/plugin/package.json",
      "dist/plugin/pulumi-resource-cloudflare-ai-gateway-billing",
      "dist/plugin/pulumi-resource-cloudflare-ai-gateway-billing.cmd",
      "dist/pulumi-resource-cloudflare-ai-gateway-billing",
      "dist/pulumi-resource-cloudflare-ai-gateway-billing.cmd",
      "dist/review.js",
      "dist/simulator.js",
      "dist/testing.js",
      "package.json",
      "sdk-schema.json",
    ]);
    expect(types).toContain("dist/types/index.d.ts");
    expect(types.filter((file) => !/^dist\/types\/[\w/]+\.d\.ts$/.test(file))).toEqual([]);
  });

  it("is smaller than 5 MB and brings no dependency of its own", () => {
    const manifest = JSON.parse(readFileSync(path.join(work, "package/package.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.peerDependencies).toEqual({ "@pulumi/pulumi": expect.stringMatching(/^\^3\./) });
  });
});
