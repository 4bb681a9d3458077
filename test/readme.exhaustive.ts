// Runs what README and docs/testing.md invite a newcomer to run: the demo, and the tests of a program. The commands are held by test/docs.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { copyExample, type Program, ROOT } from "./support/program";
import { codeBlock } from "./support/readme";

const run = promisify(execFile);

describe("the README's demo", () => {
  it("plays every step as announced", async () => {
    const { stdout } = await run("npm", ["run", "demo"], { cwd: ROOT });
    expect(stdout.match(/^--- \d+\./gm)).toHaveLength(9);
    expect(stdout).toContain("Every step did what it announced.");
    const [title = "", ...lines] = codeBlock("See it work", "text").trim().split("\n");
    const step = stdout.slice(stdout.indexOf(title), stdout.indexOf("--- 5."));
    expect(step).toContain(title);
    // The real CLI and the local engine indent and align in their own ways.
    const plain = (text: string) => text.replace(/ +/g, "");
    for (const line of lines.filter((text) => text !== "...")) expect(plain(step)).toContain(plain(line));
  }, 180_000);
});

describe("the tests of docs/testing.md", () => {
  let program: Program;

  beforeAll(() => {
    program = copyExample("basic");
    program.write("index.ts", codeBlock("Quick start", "ts"));
    program.write("mocks.test.ts", codeBlock("Unit tests with mocks", "ts", 0, "docs/testing.md"));
    program.write("life.test.ts", codeBlock("A whole life cycle", "ts", 0, "docs/testing.md"));
    const { jest } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      jest: { transform: object };
    };
    program.write("jest.config.json", JSON.stringify({ transform: jest.transform, testTimeout: 60_000 }));
  });

  afterAll(() => program.remove());

  it("pass in a jest of their own, copied as they stand", async () => {
    const jest = path.join(ROOT, "node_modules/jest/bin/jest.js");
    const env = { ...process.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
    const { stderr } = await run(process.execPath, [jest, "--rootDir", program.folder], { cwd: program.folder, env });
    expect(stderr).toContain("Tests:       2 passed, 2 total");
  }, 120_000);
});
