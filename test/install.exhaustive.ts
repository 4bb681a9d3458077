// The package works for a newcomer however it comes: packed and put into an empty project, as CommonJS and as an ES module, or taken by npm from
// the git repository, which holds no built file.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../provider/testing";
import { ROOT } from "./support/program";
import { codeBlock } from "./support/readme";
import { runProgram } from "./support/registrations";

const run = promisify(execFile);
const NAME = "pulumi-cloudflare-ai-gateway-billing";
const ACCOUNT = "0123456789abcdef0123456789abcdef";
const TSC = path.join(ROOT, "node_modules/typescript/bin/tsc");

let work: string;
let files: string[];
let unpackedSize: number;
let cloudflare: BillingSimulator;

beforeAll(async () => {
  work = mkdtempSync(path.join(tmpdir(), "auto-topup-install-"));
  cloudflare = await startSimulator();
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], {
    cwd: ROOT,
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[]; unpackedSize: number }];
  files = packed.files.map((file) => file.path);
  unpackedSize = packed.unpackedSize;
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
  return folder;
}

// What the dynamic-provider host does with a resource: it evaluates the provider's code in the program's folder and calls it.
const CREATE = `const inputs = JSON.parse(process.argv[2]);
const exported = {};
new Function("exports", "require", inputs.__provider)(exported, require);
const provider = exported.handler();
(async () => {
  await provider.configure({ config: { get: () => undefined } });
  const checked = await provider.check({}, inputs);
  process.stdout.write(JSON.stringify(await provider.create(checked.inputs)));
})();
`;

describe("the packed package", () => {
  it.each(["commonjs", "module"] as const)(
    "type-checks the README's quick start without skipLibCheck, and its provider sets the config, as %s",
    async (type) => {
      const program = project(type);
      await run(process.execPath, [TSC, "-p", program]);
      const { resources } = await runProgram(path.join(program, "index.js"), {
        config: { "tested:accountId": ACCOUNT },
      });
      expect(resources).toMatchObject([{ name: "ai-gateway-credits", inputs: { amount: 5000, threshold: 1000 } }]);
      const env = { CLOUDFLARE_BASE_URL: cloudflare.url, CLOUDFLARE_API_TOKEN: cloudflare.apiToken };
      writeFileSync(path.join(program, "create.cjs"), CREATE);
      const args = [path.join(program, "create.cjs"), JSON.stringify(resources[0]?.inputs)];
      const { stdout } = await run(process.execPath, args, { env });
      expect(JSON.parse(stdout)).toMatchObject({ id: ACCOUNT, outs: { amount: 5000, error: null } });
      expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 5000, threshold: 1000 });
      cloudflare.reset();
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
      "dist/watch.js",
      "package.json",
      "sdk-schema.json",
    ]);
    expect(types).toContain("dist/types/index.d.ts");
    expect(types.filter((file) => !/^dist\/types\/[\w/]+\.d\.ts$/.test(file))).toEqual([]);
  });

  it("is smaller than 5 MB", () => {
    expect(unpackedSize).toBeGreaterThan(2 ** 20);
    expect(unpackedSize).toBeLessThan(5_000_000);
  });
});

describe("the package from its git repository", () => {
  it("is built when npm installs it, with every file that the packed one has", async () => {
    const folder = path.join(work, "from-git");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "newcomer", private: true }));
    // What is committed, by the address that `git+https://` stands for elsewhere.
    await run("npm", ["install", `git+file://${ROOT}`, "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
    const installed = path.join(folder, "node_modules", NAME);
    expect(files.filter((file) => !existsSync(path.join(installed, file)))).toEqual([]);
    const review = path.join(folder, "node_modules/.bin/topup-review");
    expect((await run(review, ["--help"], { cwd: folder })).stdout).toContain("Usage: topup-review");
  }, 600_000);
});
