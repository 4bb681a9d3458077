// What the promises say about the provider's code: what the state holds of it, and where it is found in the next run, whatever the package manager.
// npm's and yarn's layout, a plain node_modules, is what all other tests of runs have.
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { AMOUNTS, messages, openPlayground, type Playground, requestsOf } from "../support/play";
import { EXECUTABLE } from "../support/plugin";
import { ROOT } from "../support/program";
import type { ProviderName } from "../support/providers";

const PROVIDER = 'exports.handler=()=>require("pulumi-cloudflare-ai-gateway-billing/dynamic")';
const NAME = "pulumi-cloudflare-ai-gateway-billing";

let ground: Playground;

function openGround(provider: ProviderName): void {
  beforeEach(async () => {
    ground = await openPlayground(provider);
    ground.declare(`new AutoTopupConfig("x", { accountId: A, ${AMOUNTS} });`);
  });
  afterEach(() => ground.close());
}

describe("the dynamic provider", () => {
  openGround("the dynamic provider");

  it("works in pnpm's default layout as in npm's and yarn's, stored as one constant line, and the package's present code runs in the next run (promises 5 and 6)", async () => {
    layOutAsPnpm(ground.program.folder);
    const stack = ground.open();
    expect(requestsOf(await stack.up())).toEqual(["GET 200", "POST 200"]);
    const stored = stack.state().deployment.resources.find(({ type }) => type.endsWith(":AutoTopupConfig"));
    expect([stored?.inputs?.__provider, stored?.outputs?.__provider]).toEqual([PROVIDER, PROVIDER]);
    replacePackage(
      ground.program.folder,
      'exports.delete = async () => { throw new Error("the upgraded code ran"); };',
    );
    expect(messages(await stack.destroy(), "error").join()).toContain("the upgraded code ran");
  });
});

describe("the plugin", () => {
  openGround("the plugin");

  it("leaves nothing of its code in the state, so that another file of it goes on from there (promises 5 and 6)", async () => {
    const stateFile = path.join(ground.program.folder, "state.json");
    expect((await ground.open({ stateFile }).up()).ok).toBe(true);
    expect(readFileSync(stateFile, "utf8")).not.toMatch(/handler|require|pulumi-resource/);
    // Alone in a folder, as `pulumi plugin install` puts it.
    const command = path.join(ground.program.folder, "plugins", path.basename(EXECUTABLE));
    mkdirSync(path.dirname(command));
    copyFileSync(EXECUTABLE, command);
    const moved = ground.open({ stateFile, providers: { "cloudflare-ai-gateway-billing": { command } } });
    expect(requestsOf(await moved.destroy())).toEqual(["DELETE 200"]);
  });
});

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
  const modules = path.join(program, "node_modules");
  rmSync(modules, { recursive: true });
  mkdirSync(path.join(modules, NAME), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules/@pulumi"), path.join(modules, "@pulumi"), "junction");
  const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { exports: object };
  writeFileSync(path.join(modules, NAME, "package.json"), JSON.stringify({ name: NAME, exports: manifest.exports }));
  mkdirSync(path.join(modules, NAME, "dist"));
  writeFileSync(path.join(modules, NAME, "dist/dynamic.js"), code);
  symlinkSync(path.join(ROOT, "dist/index.js"), path.join(modules, NAME, "dist/index.js"));
}
