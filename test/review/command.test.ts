// The command as it is shipped: bundled, and run as a process of its own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { buildSync } from "esbuild";
import { fixture, fixturePath } from "./fixture";

const folder = mkdtempSync(path.join(tmpdir(), "topup-review-"));
const outfile = path.join(folder, "review.js");

beforeAll(() => {
  const entry = path.resolve(__dirname, "../../provider/review.ts");
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", format: "cjs" });
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [outfile, ...args], {
    input,
    encoding: "utf8",
    env: {},
  });
  return { status, stdout, stderr };
}

describe("topup-review", () => {
  it("reads a file", () => {
    const { status, stdout } = run([fixturePath("amount.json")]);
    expect(stdout).toBe(
      "Auto top-up in stack production:\n  account 0123456789abcdef0123456789abcdef: " +
        "charge $50.00 instead of $20.00 whenever the balance falls below $10.00 (unchanged)\n" +
        "  account 0123456789abcdef0123456789abcdef: the card pays $52.50 for each $50.00 of credits; no spend limit in this stack\n",
    );
    expect(status).toBe(0);
  });

  (process.platform === "win32" ? it.skip : it)("waits for a preview that takes its time", () => {
    const line = '(sleep 0.5; cat "$0") | "$1" "$2"';
    const args = ["-c", line, fixturePath("amount.json"), process.execPath, outfile];
    const { stdout, stderr } = spawnSync("sh", args, { encoding: "utf8" });
    expect([stdout, stderr]).toEqual([run([fixturePath("amount.json")]).stdout, ""]);
  });

  (process.platform === "win32" ? it.skip : it)("ends as ever where nobody reads its output to the end", () => {
    const line = '("$1" "$2" "$0" --fail-on-change --format json; echo $? >&2) | true';
    const args = ["-c", line, fixturePath("amount.json"), process.execPath, outfile];
    expect(spawnSync("sh", args, { encoding: "utf8" }).stderr).toBe("4\n");
  });

  it.each([[[]], [["-"]]])("reads standard input with %j", (args) => {
    expect(run(args, fixture("amount.json")).stdout).toBe(run([fixturePath("amount.json")]).stdout);
  });

  it.each([
    [["--fail-on-change"], "same.json", 0],
    [["--fail-on-change"], "amount.json", 4],
    [["--max-increase-usd", "30"], "amount.json", 0],
    [["--max-increase-usd", "29.99"], "amount.json", 5],
    [["--max-increase-percent", "50"], "amount.json", 5],
    [["--fail-on-delete", "--fail-on-change"], "delete.json", 6],
    [[], "refused.json", 3],
  ])("with %j and %s ends with exit code %d", (args, file, code) => {
    expect(run([...args, fixturePath(file)]).status).toBe(code);
  });

  it("prints the comment although the gate fails", () => {
    const { status, stdout } = run(
      ["--format", "markdown", "--marker", "eu", "--fail-on-change"],
      fixture("amount.json"),
    );
    expect(status).toBe(4);
    expect(stdout).toMatch(/^<!-- topup-review eu -->\n\n### .*\$50\.00 instead of \$20\.00.*:no_entry: Not allowed/s);
  });

  it("prints one JSON document with the exit code in it", () => {
    const { status, stdout } = run(["--format", "json", "--fail-on-delete"], fixture("delete.json"));
    expect([status, JSON.parse(stdout).exitCode]).toEqual([6, 6]);
  });

  it("says how to use it, every exit code included", () => {
    const { status, stdout } = run(["--help"]);
    expect(status).toBe(0);
    for (const part of [
      "--fail-on-change",
      "--max-increase-usd",
      "--marker",
      " 1 ",
      " 2 ",
      " 3 ",
      " 4 ",
      " 5 ",
      " 6 ",
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it.each([
    [["--format", "xml"], "'--format' must be text, markdown or json; got 'xml'"],
    [["--max-increase-usd", "-1"], "--max-increase-usd"],
    [["--max-increase-usd", "ten"], "'--max-increase-usd' must be a number"],
    [["--max-increase-percent", "1.234"], "'--max-increase-percent' must be a number"],
    [["--marker", "a-->"], "'--marker' takes"],
    [["--fail-on-everything"], "--fail-on-everything"],
    [["a.json", "b.json"], "Give one file at most; got 2."],
    [["/nowhere/preview.json"], "Cannot read /nowhere/preview.json"],
  ])("refuses %j with exit code 2 and the reason", (args, reason) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain("    at ");
  });

  it("says that the preview failed where there is nothing to read", () => {
    const { status, stderr } = run([], "");
    expect(status).toBe(2);
    expect(stderr).toBe(
      "topup-review: Expected the output of 'pulumi preview --json'; got nothing. The preview failed before it made a plan: see its own error output.\n",
    );
  });
});
