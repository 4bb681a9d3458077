// The plugin for a machine without Node: built for the machine that the test runs on, then a whole life with no `node` on PATH, called as the
// engine calls it and, where a CLI is found, played by the CLI from the archive that a user installs.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { type BillingSimulator, openStack, startSimulator } from "../../provider/testing";
import { findCli } from "../support/cli";
import { methods } from "../support/core";
import { Plugin } from "../support/plugin";
import { copyExample, ROOT } from "../support/program";

const run = promisify(execFile);
const ACCOUNT = "0123456789abcdef0123456789abcdef";
const NAME = "pulumi-resource-cloudflare-ai-gateway-billing";
const BINS: Readonly<Record<string, string>> = {
  "topup-review": "review.js",
  "topup-watch": "watch.js",
  "ai-gateway-billing-simulator": "simulator.js",
};
const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));

let folder: string;
let bare: string;
let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
  folder = mkdtempSync(path.join(tmpdir(), "auto-topup-standalone-"));
  bare = path.join(folder, "bare");
  mkdirSync(bare);
  await run(process.execPath, [path.join(ROOT, "provider/scripts/standalone.mjs"), folder]);
}, 300_000);
beforeEach(() => cloudflare.reset());
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cloudflare.close();
});

async function open(build: string | undefined): Promise<Plugin> {
  const plugin = await Plugin.start(build ? { PATH: bare } : {}, build);
  await plugin.configure({ apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
  return plugin;
}

const executable = () => path.join(folder, process.platform === "win32" ? `${NAME}.exe` : NAME);
const archive = () => readdirSync(folder).find((file) => file.endsWith(".tar.gz")) ?? "";

it("is built as one executable in the archive that `pulumi plugin install` looks for, with Node's licence beside it", async () => {
  expect(archive()).toMatch(
    new RegExp(`^${NAME}-v${version.replaceAll(".", "\\.")}-(linux|darwin|windows)-(amd64|arm64)\\.tar\\.gz$`),
  );
  const { stdout } = await run("tar", ["-tzf", archive()], { cwd: folder });
  expect(stdout.trim().split(/\r?\n/)).toEqual([path.basename(executable()), "LICENSES.txt"]);
  expect(readFileSync(path.join(folder, "LICENSES.txt"), "utf8")).toContain(`Node.js ${process.version}\n`);
  expect(readdirSync(folder).filter((file) => file.startsWith("sea."))).toEqual([]);
});

it("plays a whole life with no node on PATH, prints nothing but its port, and says the same as the script", async () => {
  const said = [];
  for (const build of [executable(), undefined]) {
    cloudflare.reset();
    const [first, last] = [await open(build), await open(build)];
    try {
      const { failures } = await first.check({ accountId: ACCOUNT, amount: 20, threshold: 1000 });
      const { inputs } = await first.check({ accountId: ACCOUNT, amount: 5000, threshold: 1000 });
      const { id, outs } = await first.create(inputs);
      const changed = await first.diff(id, outs, { ...inputs, amount: 8000 });
      const updated = await first.update(id, outs, { ...inputs, amount: 8000 });
      const read = await first.read(id, updated);
      const refused = await first.invoke("getAutoTopupConfig", { accountId: "x" });
      // A delete belongs to another run: the one that has just set an account takes it for a rename.
      await last.delete(id, updated);
      said.push({ failures, outs, changed, updated, read, refused, requests: methods(cloudflare) });
      expect([cloudflare.config(ACCOUNT), first.stderr, last.stderr]).toEqual([null, "", ""]);
      expect(first.stdout).toMatch(/^\d+\n$/);
    } finally {
      await Promise.all([first.kill(), last.kill()]);
    }
  }
  expect(said[0]).toEqual(said[1]);
  expect(said[0]).toMatchObject({ requests: "GET POST POST GET DELETE", updated: { amount: 8000 } });
});

const cli = findCli("the standalone plugin's life from its archive, with a real CLI and no node on PATH");

(cli ? it : it.skip)(
  "is installed from its archive into an empty home, and the CLI plays preview, up, refresh and destroy without node",
  async () => {
    const program = copyExample("yaml");
    rmSync(path.join(program.folder, "node_modules"));
    // The CLI itself starts no other program for YAML; sh and the like come from nowhere.
    const env = {
      PATH: [path.dirname(cli ?? ""), bare].join(path.delimiter),
      CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
      CLOUDFLARE_BASE_URL: cloudflare.url,
    };
    expect(env.PATH.split(path.delimiter).filter((place) => existsSync(path.join(place, "node")))).toEqual([]);
    const config = { accountId: ACCOUNT };
    const stack = await openStack({ program: program.folder, env, config, requests: cloudflare });
    try {
      const file = path.join(folder, archive());
      const args = ["plugin", "install", "resource", "cloudflare-ai-gateway-billing", version, "--file", file];
      const installed = await stack.run(args);
      expect([installed.exitCode, installed.lines.join("\n")]).toEqual([0, expect.stringContaining("installing")]);
      expect(await stack.preview()).toMatchObject({ ok: true, requests: [] });
      expect(await stack.up()).toMatchObject({ ok: true });
      expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 5000, threshold: 1000 });
      expect(await stack.refresh()).toMatchObject({ ok: true });
      expect(await stack.destroy()).toMatchObject({ ok: true });
      expect(cloudflare.config(ACCOUNT)).toBeNull();
    } finally {
      await stack.dispose();
      program.remove();
    }
  },
  300_000,
);

it.each(["topup-review", "topup-watch", "ai-gateway-billing-simulator"])(
  "is %s as well, for people without Node",
  async (command) => {
    const [{ stdout }, script] = await Promise.all([
      run(executable(), [command, "--help"], { env: { PATH: bare } }),
      run(process.execPath, [path.join(ROOT, "dist", BINS[command] ?? ""), "--help"]),
    ]);
    expect(stdout).toBe(script.stdout);
    await expect(run(executable(), [command, "--misspelt"], { env: { PATH: bare } })).rejects.toMatchObject({
      code: 2,
    });
  },
);
