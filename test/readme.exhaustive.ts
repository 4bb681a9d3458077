// Runs what README and docs/testing.md invite a newcomer to run: the demo, and the tests of a program. test/docs runs the documented commands.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { findCli } from "./support/cli";
import { copyExample, type Program, ROOT } from "./support/program";
import { codeBlock } from "./support/readme";

const run = promisify(execFile);

const cli = findCli("the demo, and the tests of docs/testing.md that open a stack, with a real engine");
const { PATH = "" } = process.env;
// Without ~/.pulumi and a CLI on PATH.
const bare = { PATH: path.dirname(process.execPath), HOME: path.join(ROOT, "node_modules") };

describe("the demo", () => {
  it.each([
    ["the dynamic provider and no CLI", [], bare],
    ["the plugin and no CLI", ["--plugin"], bare],
    ...(cli === null
      ? []
      : ([
          ["the dynamic provider and the real CLI", [], { PATH }],
          ["the plugin and the real CLI", ["--plugin"], { PATH }],
        ] as const)),
  ] as const)(
    "does what it announces in every step, with %s",
    async (_, args, env) => {
      const demo = path.join(ROOT, "examples/demo.mjs");
      const { stdout } = await run(process.execPath, [demo, ...args], { cwd: ROOT, env: { ...process.env, ...env } });
      expect(stdout.match(/^--- \d+\./gm)).toHaveLength(9);
      expect(stdout).toContain("Every step did what it announced.");
      const [first] = stdout.split("\n");
      if (env === bare) expect(first).toMatch(/^Not played by Pulumi.*npx pulumi@/);
      else expect(first).toContain(`Played by the Pulumi CLI at ${cli}`);
      const [title = "", ...lines] = codeBlock("See it work", "text").trim().split("\n");
      const step = stdout.slice(stdout.indexOf(title), stdout.indexOf("--- 5."));
      expect(step).toContain(title);
      // The CLI and the player indent and align in their own ways.
      const plain = (text: string) => text.replace(/ +/g, "");
      for (const line of lines.filter((text) => text !== "...")) expect(plain(step)).toContain(plain(line));
    },
    180_000,
  );
});

describe("the tests of docs/testing.md", () => {
  let program: Program;

  beforeAll(() => {
    program = copyExample("basic");
    program.write("index.ts", codeBlock("Quick start", "ts"));
    program.write("mocks.test.ts", codeBlock("Unit tests with mocks", "ts", 0, "docs/testing.md"));
    if (cli !== null) program.write("life.test.ts", codeBlock("A whole life cycle", "ts", 0, "docs/testing.md"));
    const { jest } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      jest: { transform: object };
    };
    program.write("jest.config.json", JSON.stringify({ transform: jest.transform, testTimeout: 60_000 }));
  });

  afterAll(() => program.remove());

  it("pass in a jest of their own, copied as they stand", async () => {
    const jest = path.join(ROOT, "node_modules/jest/bin/jest.js");
    const env = { ...process.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
    const { stderr } = await run(process.execPath, [jest, "--forceExit", "--rootDir", program.folder], {
      cwd: program.folder,
      env,
    });
    expect(stderr).toContain(cli === null ? "Tests:       1 passed, 1 total" : "Tests:       2 passed, 2 total");
  }, 120_000);
});
