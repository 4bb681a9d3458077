// What the promises say about the providers' code: where a run finds it, whatever the package manager, and what a state holds of it.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { type Answer, send } from "../recordings/messages";
import { startProvider } from "../recordings/process";
import { type LoggingEngine, startLoggingEngine } from "../support/engineLog";
import { EXECUTABLE, Plugin } from "../support/plugin";
import { javascriptProgram, ROOT } from "../support/program";
import { PROVIDER } from "../support/providers";

const NAME = "pulumi-cloudflare-ai-gateway-billing";
const accountId = "a".repeat(32);
const properties = { accountId, amount: 5000, threshold: 1000, enabled: true, adopt: false };
const urn = "urn:pulumi:dev::tested::pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig::x";

let cloudflare: BillingSimulator;
let engine: LoggingEngine;

beforeAll(async () => {
  [cloudflare, engine] = await Promise.all([startSimulator(), startLoggingEngine()]);
});
afterAll(async () => {
  engine.close();
  await cloudflare.close();
});

const env = () => ({ CLOUDFLARE_API_TOKEN: cloudflare.apiToken, CLOUDFLARE_BASE_URL: cloudflare.url });

describe("the dynamic provider", () => {
  it("works in pnpm's default layout as in npm's and yarn's: one constant line finds the package's present code (promises 5 and 6)", async () => {
    const program = javascriptProgram();
    const inputs = { ...properties, __provider: PROVIDER };
    /** One call, in a run of its own. */
    const call = async (method: string, request: Readonly<Record<string, unknown>>): Promise<Answer> => {
      const provider = await startProvider("dynamic", program.folder, engine, env());
      await send(provider.client, "Configure", { args: {}, acceptSecrets: true });
      return send(provider.client, method, { urn, ...request }).finally(() => provider.stop());
    };
    try {
      layOutAsPnpm(program.folder);
      expect(declaredIn(program.folder)).toBe(PROVIDER);
      const created = await call("Create", { properties: inputs });
      expect(created).toMatchObject({ id: accountId, properties: { __provider: PROVIDER } });
      expect(cloudflare.config(accountId)).toEqual({ amount: 5000, threshold: 1000 });
      replacePackage(program.folder, 'exports.delete = async () => { throw new Error("the upgraded code ran"); };');
      expect(await call("Delete", { id: accountId, properties: inputs })).toEqual({ error: "error" });
      expect(cloudflare.config(accountId)).toEqual({ amount: 5000, threshold: 1000 });
    } finally {
      program.remove();
    }
  });
});

describe("the plugin", () => {
  it("works as a file alone in a folder: takes a secret token, imports by the account's id what previews as unchanged, and prints its port alone (promises 5, 6, 12 and 20)", async () => {
    const program = javascriptProgram();
    // As `pulumi plugin install` puts it.
    const executable = path.join(program.folder, path.basename(EXECUTABLE));
    copyFileSync(EXECUTABLE, executable);
    cloudflare.setConfig(accountId, { amount: 5000, threshold: 1000 });
    const plugin = await Plugin.start({}, executable);
    try {
      const apiToken = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        value: cloudflare.apiToken,
      };
      await plugin.configure({ apiToken, baseUrl: cloudflare.url });
      const { id, inputs, outs } = await plugin.read(accountId, {});
      const health = { error: null, disabledReason: null, lastFailedAt: null };
      expect([id, inputs, outs]).toEqual([accountId, properties, { ...properties, ...health }]);
      const { inputs: checked } = await plugin.check({ accountId, amount: 5000, threshold: 1000 }, inputs);
      expect(await plugin.diff(id, outs, checked)).toEqual({ changes: false, replaces: [] });
      expect([plugin.stdout, plugin.stderr]).toEqual([expect.stringMatching(/^\d+\n$/), ""]);
    } finally {
      await plugin.stop();
      program.remove();
    }
  });
});

/** What the program passes as its provider, with the SDK's own mocks in place of an engine. */
function declaredIn(program: string): string {
  const code = `const pulumi = require("@pulumi/pulumi");
pulumi.runtime.setMocks({
  call: () => ({}),
  newResource: ({ inputs }) => (process.stdout.write(inputs.__provider), { id: "x", state: inputs }),
});
const { AutoTopupConfig } = require("${NAME}");
new AutoTopupConfig("x", ${JSON.stringify(properties)});`;
  return spawnSync(process.execPath, ["-e", code], { cwd: program, encoding: "utf8" }).stdout;
}

/** Every package stands in a folder of its own below .pnpm, and only what a project names can be seen from it. */
function layOutAsPnpm(program: string): void {
  const modules = path.join(program, "node_modules");
  const store = path.join(modules, ".pnpm", `${NAME}@0.1.0`, "node_modules");
  unlinkSync(modules);
  mkdirSync(path.join(store, "@pulumi"), { recursive: true });
  mkdirSync(path.join(store, NAME));
  mkdirSync(path.join(modules, "@pulumi"));
  for (const folder of [modules, store]) {
    symlinkSync(path.join(ROOT, "node_modules/@pulumi/pulumi"), path.join(folder, "@pulumi/pulumi"), "junction");
  }
  for (const file of ["package.json", "dist"]) symlinkSync(path.join(ROOT, file), path.join(store, NAME, file));
  symlinkSync(path.join(store, NAME), path.join(modules, NAME), "junction");
}

/** Puts other provider code where the program finds the package, as an upgrade does. */
function replacePackage(program: string, code: string): void {
  const folder = path.join(program, "node_modules", NAME);
  unlinkSync(folder);
  mkdirSync(path.join(folder, "dist"), { recursive: true });
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ name: NAME, exports: { "./dynamic": "./dist/dynamic.js" } }),
  );
  writeFileSync(path.join(folder, "dist/dynamic.js"), code);
}
