// What brings a fresh clone to the point where its commands can run, with a stand-in for npm.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { ROOT } from "./support/program";

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(path.join(tmpdir(), "auto-topup-clone-"));
  for (const folder of ["provider/scripts", "bin"]) mkdirSync(path.join(clone, folder), { recursive: true });
  cpSync(path.join(ROOT, "provider/scripts/setup.mjs"), path.join(clone, "provider/scripts/setup.mjs"));
  for (const file of ["package.json", "package-lock.json", "tsconfig.json", "sdk-schema.json"]) write(file, "{}");
  write(
    "provider/scripts/build.mjs",
    `import { appendFileSync, mkdirSync } from "node:fs";
    mkdirSync("dist", { recursive: true });
    appendFileSync("calls", "build\\n");`,
  );
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

const write = (file: string, text: string): void => writeFileSync(path.join(clone, file), text);

function setup(npm: string, lifecycle: Record<string, string> = {}) {
  writeFileSync(path.join(clone, "bin/npm"), `#!/bin/sh\necho "npm $*" >> calls\n${npm}\n`, { mode: 0o755 });
  const PATH = [path.join(clone, "bin"), "/usr/bin", "/bin"].join(path.delimiter);
  const script = path.join(clone, "provider/scripts/setup.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    env: { PATH, ...lifecycle },
    encoding: "utf8",
  });
  const calls = existsSync(path.join(clone, "calls")) ? readFileSync(path.join(clone, "calls"), "utf8") : "";
  return { status, stdout, stderr, calls };
}

const INSTALL = "npm ci --ignore-scripts --no-audit --no-fund --prefer-offline\n";

it("installs and builds once, and builds again only after a change, with nothing on standard output", () => {
  const first = setup("mkdir -p node_modules");
  expect([first.status, first.stdout, first.calls]).toEqual([0, "", `${INSTALL}build\n`]);
  expect(setup("exit 1")).toEqual({ ...first, stderr: "" });
  write("sdk-schema.json", '{ "changed": true }');
  expect(setup("exit 1").calls).toBe(`${INSTALL}build\nbuild\n`);
});

it("leaves npm's own message as the last before one line that says what failed", () => {
  const { status, stderr, calls } = setup('echo "npm error code ENOTFOUND" >&2; exit 7');
  expect([status, calls]).toEqual([1, INSTALL]);
  expect(stderr).toBe(
    "setup: installing dependencies (npm ci)\nnpm error code ENOTFOUND\nsetup: installing dependencies (npm ci) failed, see above\n",
  );
});

it("leaves the dependencies alone when npm has just installed them, as it does for a git dependency, and builds", () => {
  mkdirSync(path.join(clone, "node_modules"));
  const prepare = (command: string) => setup("exit 1", { npm_lifecycle_event: "prepare", npm_command: command });
  const { status, calls } = prepare("install");
  expect([status, calls]).toEqual([0, "build\n"]);
  // npm runs the same script when it packs a checkout, where nothing may be installed yet.
  expect(prepare("pack").calls).toBe(`build\n${INSTALL}`);
});
