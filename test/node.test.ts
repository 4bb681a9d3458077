// What is said where Node is too old, by everything that would start there.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { refuseOldNode } from "../provider/pulumi/node";
import { EXECUTABLE } from "./support/plugin";
import { javascriptProgram, type Program, ROOT } from "./support/program";

let program: Program;
let pretence: string;

beforeAll(() => {
  program = javascriptProgram();
  pretence = path.join(program.folder, "old.cjs");
  writeFileSync(pretence, 'Object.defineProperty(process.versions, "node", { value: "18.20.8" });');
});
afterAll(() => program.remove());

/** Runs a script in a process that says that it is Node 18. */
function runOld(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-r", pretence, ...args], {
    cwd: program.folder,
    encoding: "utf8",
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

it.each([
  ["18.20.8", /needs Node 20 or newer, and this is Node 18\.20\.8\.$/],
  ["9.0.0", /this is Node 9\.0\.0/],
])("Node %s is too old, and that is said", (version, message) => {
  expect(refuseOldNode(version)).toMatch(message);
});

it.each(["20.0.0", "22.1.0", "100.0.0"])("Node %s is not", (version) => {
  expect(refuseOldNode(version)).toBeNull();
});

describe("with Node 18", () => {
  it("a program is refused at its first resource, before anything is registered", () => {
    const script = `const { AutoTopupConfig } = require("pulumi-cloudflare-ai-gateway-billing");
      try { new AutoTopupConfig("x", {}); } catch (error) { console.log(error.message); }`;
    expect(runOld("-e", script).stdout).toBe(
      "pulumi-cloudflare-ai-gateway-billing needs Node 20 or newer, and this is Node 18.20.8.\n",
    );
  });

  it("the plugin ends before it prints a port, and so does the set-up of a clone before it installs anything", () => {
    expect(runOld(EXECUTABLE, "127.0.0.1:1")).toEqual({
      status: 1,
      stdout: "",
      stderr: "pulumi-cloudflare-ai-gateway-billing needs Node 20 or newer, and this is Node 18.20.8.\n",
    });
    expect(runOld(path.join(ROOT, "provider/scripts/setup.mjs"))).toEqual({
      status: 1,
      stdout: "",
      stderr: "setup: Node 20 or newer is needed, and this is Node 18.20.8\n",
    });
  });
});
