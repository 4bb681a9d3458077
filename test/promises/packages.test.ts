// What the promises say about the provider's code: where a run finds it, whatever the package manager, and what a state holds of it.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { type Answer, send } from "../recordings/messages";
import { startProvider } from "../recordings/process";
import { type LoggingEngine, startLoggingEngine } from "../support/engineLog";
import { EXECUTABLE } from "../support/plugin";
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

/** One call to the dynamic provider, in a run of its own. */
async function call(folder: string, method: string, request: Readonly<Record<string, unknown>>): Promise<Answer> {
  const env = { CLOUDFLARE_API_TOKEN: cloudflare.apiToken, CLOUDFLARE_BASE_URL: cloudflare.url };
  const provider = await startProvider("dynamic", folder, engine.address, env);
  try {
    await send(provider.client, "Configure", { args: {}, acceptSecrets: true });
    return await send(provider.client, method, { urn, ...request });
  } finally {
    await provider.stop();
  }
}

describe("the dynamic provider", () => {
  it("works in pnpm's default layout as in npm's and yarn's: one constant line finds the package's present code (promises 5 and 6)", async () => {
    const program = javascriptProgram();
    try {
      layOutAsPnpm(program.folder);
      expect(declaredIn(program.folder)).toBe(PROVIDER);
      const created = await call(program.folder, "Create", { properties: { ...properties, __provider: PROVIDER } });
      expect(created).toMatchObject({ id: accountId, properties: { __provider: PROVIDER } });
      expect(cloudflare.config(accountId)).toEqual({ amount: 5000, threshold: 1000 });
      replacePackage(program.folder, 'exports.delete = async () => { throw new Error("the upgraded code ran"); };');
      const gone = { id: accountId, properties: { ...properties, __provider: PROVIDER } };
      expect(await call(program.folder, "Delete", gone)).toEqual({ error: "error" });
      expect(cloudflare.config(accountId)).toEqual({ amount: 5000, threshold: 1000 });
    } finally {
      program.remove();
    }
  });
});

describe("the plugin", () => {
  it("leaves nothing of its code in what it returns, so that another file of it goes on from there (promises 5 and 6)", async () => {
    const { plugin, folder } = aloneInAFolder();
    const outs = { ...properties, error: null, disabledReason: null, lastFailedAt: null };
    cloudflare.setConfig(accountId, { amount: 5000, threshold: 1000 });
    const env = { CLOUDFLARE_API_TOKEN: cloudflare.apiToken, CLOUDFLARE_BASE_URL: cloudflare.url };
    const provider = await startProvider("plugin", folder, engine.address, env, plugin);
    try {
      await send(provider.client, "Configure", { args: {} });
      const type = urn.replace(
        "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing",
        "cloudflare-ai-gateway-billing:index",
      );
      const read = await send(provider.client, "Read", { id: accountId, urn: type, properties: outs });
      expect(read).toEqual({ id: accountId, inputs: properties, properties: outs });
    } finally {
      await provider.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

/** As `pulumi plugin install` puts it. */
function aloneInAFolder() {
  const { folder } = javascriptProgram();
  const plugin = path.join(folder, path.basename(EXECUTABLE));
  copyFileSync(EXECUTABLE, plugin);
  return { plugin, folder };
}

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
