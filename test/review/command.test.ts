// The command as it is shipped: bundled, and run as a process of its own. For --run, a stand-in on PATH prints what the real CLI printed, and says
// how it was called.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { buildSync } from "esbuild";
import { needsShell } from "../../provider/review/runPreview";
import { ACCOUNT, fixture, fixturePath } from "./fixture";

const folder = mkdtempSync(path.join(tmpdir(), "topup-review-"));
const outfile = path.join(folder, "review.js");
const onPosix = process.platform === "win32" ? describe.skip : describe;

beforeAll(() => {
  const entry = path.resolve(__dirname, "../../provider/review.ts");
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", format: "cjs" });
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], input = "", env = {}) {
  const options = { input, env, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [outfile, ...args], options);
  return { status, stdout, stderr };
}

describe("topup-review", () => {
  it("reads a file, or standard input", () => {
    const { status, stdout } = run([fixturePath("amount.json")]);
    expect(stdout).toBe(
      `Auto top-up in stack production:\n  account ${ACCOUNT}: ` +
        "charge $50.00 instead of $20.00 whenever the balance falls below $10.00 (unchanged)\n" +
        `  account ${ACCOUNT}: the card pays $52.50 for each $50.00 of credits; no spend limit in this stack\n`,
    );
    expect(status).toBe(0);
    for (const args of [[], ["-"]]) expect(run(args, fixture("amount.json")).stdout).toBe(stdout);
  });

  it.each([
    [["--fail-on-change"], "same.json", 0],
    [["--fail-on-change"], "amount.json", 4],
    [["--max-increase-usd", "30"], "amount.json", 0],
    [["--max-increase-usd", "29.99"], "amount.json", 5],
    [["--max-increase-percent", "50"], "amount.json", 5],
    [["--fail-on-delete", "--fail-on-change"], "delete.json", 6],
    [[], "refused.json", 3],
    [[], "amount.events.ndjson", 2],
  ])("with %j and %s ends with exit code %d", (args, file, code) => {
    expect(run([...args, fixturePath(file)]).status).toBe(code);
  });

  it("prints the comment, and one JSON document with the exit code in it, although the gate fails", () => {
    const comment = run(["--format", "markdown", "--marker", "eu", "--fail-on-change"], fixture("amount.json"));
    expect(comment.status).toBe(4);
    expect(comment.stdout).toMatch(/^<!-- topup-review eu -->\n\n### .*\$50\.00 instead of \$20\.00.*:no_entry: /s);
    const { status, stdout } = run(["--format", "json", "--fail-on-delete"], fixture("delete.json"));
    expect([status, JSON.parse(stdout).exitCode]).toEqual([6, 6]);
  });

  it("says how to use it, every option and exit code included", () => {
    const { status, stdout } = run(["--help"]);
    expect(status).toBe(0);
    const options = ["--fail-on-change", "--max-increase-usd", "--marker", "--approved", "alarm about charges"];
    for (const part of [...options, "code 1 ", "0 that", " 2 ", " 3 ", " 4 ", " 5 ", " 6 ", " 8 ", " 9 ", " 10 "]) {
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
    [["--run", "plan.json"], "'--run' takes no file"],
    [["plan.json", "--", "--refresh"], "'--run' takes no file"],
    [["/nowhere/preview.json"], "Cannot read /nowhere/preview.json"],
    [[], "got nothing. The preview failed before it made a plan: see its own error output.\n"],
  ])("refuses %j with exit code 2 and the reason", (args, reason) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain("    at ");
  });
});

onPosix("topup-review in a pipe", () => {
  it("waits for a preview that takes its time", () => {
    const line = '(sleep 0.5; cat "$0") | "$1" "$2"';
    const args = ["-c", line, fixturePath("amount.json"), process.execPath, outfile];
    const { stdout, stderr } = spawnSync("sh", args, { encoding: "utf8" });
    expect([stdout, stderr]).toEqual([run([fixturePath("amount.json")]).stdout, ""]);
  });

  it("ends as ever if its output is not read to the end", () => {
    const line = '("$1" "$2" "$0" --fail-on-change --format json; echo $? >&2) | true';
    const args = ["-c", line, fixturePath("amount.json"), process.execPath, outfile];
    expect(spawnSync("sh", args, { encoding: "utf8" }).stderr).toBe("4\n");
  });
});

/** @param says what the CLI prints, and its exit code. */
function runWithCli(args: readonly string[], says: { document?: string; stderr?: string; code?: number }) {
  const { document = "", stderr = "", code = 0 } = says;
  const script = `#!/bin/sh
echo "$@" > "${folder}/called"
echo "\${PULUMI_ENABLE_STREAMING_JSON_PREVIEW-unset}" >> "${folder}/called"
[ -z "${document}" ] || cat "${fixturePath(document)}"
printf '%s' "${stderr}" >&2
exit ${code}
`;
  writeFileSync(path.join(folder, "pulumi"), script);
  chmodSync(path.join(folder, "pulumi"), 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}`, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };
  return { ...run(["--run", ...args], "", env), called: readFileSync(path.join(folder, "called"), "utf8") };
}

onPosix("topup-review --run", () => {
  const amount = { document: "amount.json" };

  it("previews with all that the review needs, after the user's flags, and judges it", () => {
    const found = runWithCli(["--max-increase-usd", "1", "--", "--stack", "eu"], amount);
    expect(found.called).toBe(
      "preview --stack eu --json --show-sames --show-replacement-steps --non-interactive\nunset\n",
    );
    expect(found.stdout).toContain("charge $50.00 instead of $20.00");
    expect([found.status, found.stderr]).toEqual([5, ""]);
  });

  it("fails with the preview, and passes the engine's own messages on", () => {
    const refused = runWithCli([], { document: "refused.json", stderr: "error: preview failed", code: 255 });
    expect(refused.status).toBe(3);
    expect(refused.stderr).toMatch(/error: preview failed.*'amount' must be/s);
    const policy = runWithCli([], { document: "same.json", stderr: "[mandatory] no", code: 255 });
    expect([policy.status, policy.stderr]).toEqual([3, "[mandatory] no"]);
    expect(policy.stdout).toContain("'pulumi preview' ended with exit code 255");
  });

  it("fails if there is no plan, or no CLI", () => {
    const none = runWithCli([], { stderr: "error: no stack named 'eu' found\n", code: 6 });
    const stderr =
      "error: no stack named 'eu' found\ntopup-review: 'pulumi preview' ended with exit code 6 before it made a plan.\n";
    expect(none).toMatchObject({ status: 3, stdout: "", stderr });
    const absent = run(["--run"], "", { PATH: "" });
    expect([absent.status, absent.stderr]).toEqual([3, expect.stringContaining("Is the Pulumi CLI on PATH?")]);
  });

  it("saves what was understood, compares with it, and saves nothing else", () => {
    const saved = path.join(folder, "saved.json");
    expect(runWithCli(["--save", saved, "--fail-on-change"], amount).status).toBe(4);
    expect(runWithCli(["--approved", saved], amount).status).toBe(0);
    const other = runWithCli(["--approved", saved], { document: "both.json" });
    expect([other.status, other.stdout]).toEqual([10, expect.stringMatching(/approved 'update from .* \| now '/)]);
    rmSync(saved);
    expect(runWithCli(["--save", saved], { document: "unlisted.json" }).status).toBe(3);
    expect(runWithCli(["--approved", saved], amount)).toMatchObject({ status: 2, stdout: "" });
  });
});

it("the CLI runs in a shell on Windows alone, and there with plain flags only", () => {
  expect(needsShell(["a b"], "linux")).toBe(false);
  expect(needsShell(["--stack=org/eu", "--refresh"], "win32")).toBe(true);
  for (const flag of ["a&b", "a b", "%PATH%", ""]) expect(() => needsShell([flag], "win32")).toThrow(`'${flag}'`);
});
