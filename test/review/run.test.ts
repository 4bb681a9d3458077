// topup-review --run: the preview that it runs itself. A stand-in on PATH prints what the real CLI printed, and says how it was called; the built
// command is a process of its own.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { buildSync } from "esbuild";
import { needsShell } from "../../provider/review/runPreview";
import { fixturePath } from "./fixture";

const folder = mkdtempSync(path.join(tmpdir(), "topup-review-run-"));
const outfile = path.join(folder, "review.js");

beforeAll(() => {
  const entry = path.resolve(__dirname, "../../provider/review.ts");
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", format: "cjs" });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @param says what the CLI prints, and its exit code. */
function run(args: readonly string[], says: { document?: string; stderr?: string; code?: number }) {
  const { document = "", stderr = "", code = 0 } = says;
  const script = `#!/bin/sh
echo "$@" > "${folder}/called"
echo "\${PULUMI_ENABLE_STREAMING_JSON_PREVIEW-unset}" >> "${folder}/called"
[ -z "${document}" ] || cat "${document}"
printf '%s' "${stderr}" >&2
exit ${code}
`;
  writeFileSync(path.join(folder, "pulumi"), script);
  chmodSync(path.join(folder, "pulumi"), 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}`, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };
  const { status, stdout, stderr: said } = spawnSync(process.execPath, [outfile, ...args], { encoding: "utf8", env });
  return { status, stdout, stderr: said, called: readFileSync(path.join(folder, "called"), "utf8") };
}

(process.platform === "win32" ? describe.skip : describe)("topup-review --run", () => {
  it("previews with all that the review needs, after the user's flags, and judges it", () => {
    const found = run(["--run", "--max-increase-usd", "1", "--", "--stack", "eu"], {
      document: fixturePath("amount.json"),
    });
    expect(found.called).toBe(
      "preview --stack eu --json --show-sames --show-replacement-steps --non-interactive\nunset\n",
    );
    expect(found.stdout).toContain("charge $50.00 instead of $20.00");
    expect([found.status, found.stderr]).toEqual([5, ""]);
  });

  it("fails with the preview, and passes the engine's own messages on", () => {
    const refused = run(["--run"], {
      document: fixturePath("refused.json"),
      stderr: "error: preview failed",
      code: 255,
    });
    expect(refused.status).toBe(3);
    expect(refused.stderr).toMatch(/error: preview failed.*'amount' must be/s);
    const policy = run(["--run"], { document: fixturePath("same.json"), stderr: "[mandatory] no", code: 255 });
    expect([policy.status, policy.stderr]).toEqual([3, "[mandatory] no"]);
    expect(policy.stdout).toContain("'pulumi preview' ended with exit code 255");
  });

  it("fails if there is no plan, or no CLI", () => {
    const none = run(["--run"], { stderr: "error: no stack named 'eu' found\n", code: 6 });
    const stderr =
      "error: no stack named 'eu' found\ntopup-review: 'pulumi preview' ended with exit code 6 before it made a plan.\n";
    expect(none).toMatchObject({ status: 3, stdout: "", stderr });
    const absent = spawnSync(process.execPath, [outfile, "--run"], { encoding: "utf8", env: { PATH: "" } });
    expect([absent.status, absent.stderr]).toEqual([3, expect.stringContaining("Is the Pulumi CLI on PATH?")]);
  });

  it("saves what was understood, compares with it, and saves nothing else", () => {
    const saved = path.join(folder, "saved.json");
    const amount = { document: fixturePath("amount.json") };
    expect(run(["--run", "--save", saved, "--fail-on-change"], amount).status).toBe(4);
    expect(run(["--run", "--approved", saved], amount).status).toBe(0);
    const other = run(["--run", "--approved", saved], { document: fixturePath("both.json") });
    expect([other.status, other.stdout]).toEqual([10, expect.stringMatching(/approved 'update from .* \| now '/)]);
    rmSync(saved);
    expect(run(["--run", "--save", saved], { document: fixturePath("unlisted.json") }).status).toBe(3);
    expect(run(["--run", "--approved", saved], amount)).toMatchObject({ status: 2, stdout: "" });
  });

  it.each([[["--run", "plan.json"]], [["plan.json", "--", "--refresh"]]])(
    "takes no file, and flags only for itself: %j",
    (args) => {
      expect(run(args, {})).toMatchObject({ status: 2, stderr: expect.stringContaining("'--run' takes no file") });
    },
  );
});

it("the CLI runs in a shell on Windows alone, and there with plain flags only", () => {
  expect(needsShell(["a b"], "linux")).toBe(false);
  expect(needsShell(["--stack=org/eu", "--refresh"], "win32")).toBe(true);
  for (const flag of ["a&b", "a b", "%PATH%", ""]) expect(() => needsShell([flag], "win32")).toThrow(`'${flag}'`);
});
