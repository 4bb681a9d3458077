// Runs that fail, by the program, a provider or a kill: what is said, and what the state holds afterwards.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { build } from "esbuild";
import type { RunResult } from "../../provider/testing/localEngine";
import { Bench, errorsOf, stepWords } from "./bench";

const thing = "pulumi-nodejs:dynamic/bench:Thing";

describe("a failing run", () => {
  const bench = new Bench({ config: { secret: { secret: "sesame" } } });
  afterAll(() => bench.close());

  it("shows all check failures with their values, as the CLI words them, and creates nothing", async () => {
    const failures =
      '[{ property: "n", reason: "too small" }, { property: "word", reason: "guessable" }, { property: "", reason: "all wrong" }]';
    const up = await bench.play(
      "up",
      `new Thing("a", { n: 20, word: new pulumi.Config().getSecret("secret"), invalid: ${failures} })`,
    );
    expect(up.ok).toBe(false);
    expect(errorsOf(up)).toEqual([
      `${thing} resource 'a': property n value {20} has a problem: too small`,
      `${thing} resource 'a': property word value [secret] has a problem: guessable`,
      `${thing} resource 'a' has a problem: all wrong`,
    ]);
    expect(bench.callWords).toEqual(["check a"]);
    expect(up.lines.join("\n")).toContain(
      "    error: pulumi-nodejs:dynamic/bench:Thing resource 'a': property n value {20} has a problem: too small",
    );
  });

  describe("in a create", () => {
    let up: RunResult;
    beforeAll(async () => {
      const waiting = 'const late = new Thing("late", { from: slow.made });';
      up = await bench.play(
        "up",
        `const slow = new Thing("slow", { slow: 400 }); new Thing("bad", { fail: "create" }); ${waiting}`,
      );
    });

    it("lets running operations end and begins no new ones", () => {
      expect(bench.callWords.filter((word) => !word.startsWith("check")).sort()).toEqual([
        "create bad",
        "create slow",
        "created slow",
      ]);
      expect(stepWords(up).sort()).toEqual(["create bad", "create slow"]);
    });

    it("keeps what happened in the state, and nothing of what did not", () => {
      expect(bench.names.sort()).toEqual(["bench-dev", "default", "slow"]);
      expect(bench.open("").state().deployment).not.toHaveProperty("pending_operations");
    });

    it("tells the error with the step, with the resource and in the end", () => {
      const urn = `urn:pulumi:dev::bench::${thing}::bad`;
      expect(up.steps.find(({ name }) => name === "bad")?.error).toBe("boom\non two lines");
      expect(up.diagnostics).toContainEqual({ severity: "error", message: "boom\non two lines", urn });
      expect(up.diagnostics.at(-1)).toEqual({ severity: "error", message: "update failed", urn: null });
    });
  });

  it("keeps a resource that was made without becoming ready, and updates it in the next run", async () => {
    const failed = await bench.play("up", 'new Thing("slow"); new Thing("half", { fail: "init" })');
    expect(errorsOf(failed)).toContain("2 errors occurred:\n\t* still starting\n\t* no answer\n\n");
    expect(bench.resource("half")).toMatchObject({ id: "half-plain", initErrors: ["still starting", "no answer"] });
    const next = await bench.play("up", 'new Thing("half")');
    expect(next.ok).toBe(true);
    expect(bench.callWords).toContain("update half");
    expect(bench.resource("half")).not.toHaveProperty("initErrors");
  });

  it("deletes nothing where the program throws, and shows its error without colours", async () => {
    const up = await bench.play("up", 'throw new Error("program broke")');
    expect(up.ok).toBe(false);
    expect(errorsOf(up)[0]).toContain("failed with an unhandled exception:\nError: program broke");
    expect(errorsOf(up)[0]).not.toContain("\u001b");
    expect(bench.names).toContain("half");
  });

  it("says how a program ended that ended badly, in the CLI's words", async () => {
    const up = await bench.play("up", "process.exit(3)");
    expect(errorsOf(up)).toEqual(["an unhandled error occurred: Program exited with non-zero exit code: 3"]);
  });

  it("keeps what the program exports after the failure, and the old outputs beside it", async () => {
    await bench.play("up", 'new Thing("half"); return { old: 1 };');
    const late = "return new Promise((resolve) => setTimeout(() => resolve({ late: 2 }), 300));";
    const up = await bench.play("up", `new Thing("half"); new Thing("bad", { fail: "create" }); ${late}`);
    expect(up.ok).toBe(false);
    expect(up.outputs).toEqual({ old: 1, late: 2 });
  });

  it("refuses a second resource of the same name", async () => {
    const up = await bench.play("up", 'new Thing("half"); new Thing("half")');
    expect(errorsOf(up)).toEqual([
      `Duplicate resource URN 'urn:pulumi:dev::bench::${thing}::half'; try giving it a unique name`,
    ]);
  });

  it("turns what program and provider print and log into diagnostics", async () => {
    const says = 'console.log("hello"); console.error("oops"); pulumi.log.warn("careful");';
    const up = await bench.play(
      "up",
      `${says} const h = new Thing("half", { print: "from the provider", printError: "provider oops" }); pulumi.log.info("about half", h)`,
    );
    expect(up.ok).toBe(true);
    expect(up.diagnostics).toEqual(
      expect.arrayContaining([
        { severity: "info", message: "hello", urn: null },
        { severity: "info#err", message: "oops", urn: null },
        { severity: "warning", message: "careful", urn: null },
        { severity: "info", message: "about half", urn: `urn:pulumi:dev::bench::${thing}::half` },
        { severity: "info", message: "from the provider", urn: null },
        { severity: "info#err", message: "provider oops", urn: null },
      ]),
    );
  });

  it("begins nothing new once the stack is disposed of, and keeps what was under way", async () => {
    const stack = bench.open(
      'const slow = new Thing("first", { slow: 600 }); new Thing("second", { from: slow.made });',
    );
    const running = stack.up();
    while (!bench.callWords.includes("create first")) await new Promise((resolve) => setTimeout(resolve, 20));
    await stack.dispose();
    const up = await running;
    expect(errorsOf(up)).toEqual(["The stack was disposed of."]);
    expect(bench.names).toEqual(expect.arrayContaining(["first", "half"]));
    expect(bench.names).not.toContain("second");
  });
});

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

/** Starts an `up` in a process of its own, which can be killed. */
async function startEngine(bench: Bench, program: string): Promise<ChildProcess> {
  const [engine, script] = [path.join(bench.folder, "engine.cjs"), path.join(bench.folder, "up.cjs")];
  const entryPoints = [path.join(__dirname, "../../provider/testing/localEngine.ts")];
  await build({
    entryPoints,
    outfile: engine,
    bundle: true,
    platform: "node",
    external: ["@pulumi/pulumi"],
    logLevel: "silent",
  });
  const options = { program: path.join(__dirname, "fixtures/bench"), stateFile: bench.stateFile };
  const lines = [
    `const { openLocalStack } = require(${JSON.stringify(engine)});`,
    `openLocalStack(${JSON.stringify(options)}).up();`,
  ];
  writeFileSync(script, lines.join("\n"));
  const files = { CALLS: path.join(bench.folder, "calls.jsonl"), WORLD: path.join(bench.folder, "world.json") };
  const env = {
    ...process.env,
    ...files,
    PROGRAM: program,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    BENCH_MARK: bench.folder,
    TMPDIR: bench.folder,
  };
  return spawn(process.execPath, [script], { env, stdio: "ignore" });
}

/** Processes that were started for the bench and still run; their environment names it. */
function survivors(bench: Bench): string[] {
  const found = execFileSync("sh", [
    "-c",
    `grep -laz "BENCH_MARK=${bench.folder}" /proc/[0-9]*/environ 2>/dev/null || true`,
  ]);
  return found
    .toString()
    .split("\n")
    .filter((line) => line !== "" && !line.includes("self"));
}

const describeOnLinux = existsSync("/proc/self/environ") ? describe : describe.skip;
if (describeOnLinux === describe.skip)
  console.log("The tests of a killed engine are left out: they look for processes in /proc.");

describeOnLinux("an engine that is killed in the middle of a create", () => {
  const bench = new Bench();
  const program =
    'const a = new Thing("a", { word: pulumi.secret("sesame") }); const b = new Thing("b", { from: a.made, slow: 60000 });';
  beforeAll(async () => {
    const engine = await startEngine(bench, program);
    while (!bench.callWords.includes("create b")) await pause();
    engine.kill("SIGKILL");
    while (survivors(bench).length > 0) await pause();
  });
  afterAll(() => bench.close());

  it("leaves no process behind", () => {
    expect(survivors(bench)).toEqual([]);
  });

  it("leaves what was made in the state, and what it was making as pending", () => {
    expect(bench.names).toContain("a");
    const { pending_operations: pending } = bench.open("").state().deployment;
    expect(pending?.map(({ type, resource }) => `${type} ${resource.urn.split("::").at(-1)}`)).toEqual(["creating b"]);
  });

  it("has written no secret in plain text", () => {
    const found = execFileSync("sh", ["-c", `grep -l sesame ${bench.folder}/state.json* || true`]).toString();
    expect(found).toBe("");
  });

  it("lets the next up warn of it, create it and go on", async () => {
    const up = await bench.play("up", program.replace("60000", "0"));
    expect(errorsOf(up)).toEqual([]);
    expect(stepWords(up)).toEqual(["same a", "create b"]);
    const [warning] = up.diagnostics;
    expect(warning?.severity).toBe("warning");
    expect(warning?.message).toContain("with 1 pending operations from previous deployment");
    expect(warning?.message).toContain("::b, interrupted while creating");
  });

  it("keeps the create listed over a refresh: only a person knows what became of it", async () => {
    await bench.play("refresh");
    expect(bench.open("").state().deployment.pending_operations).toHaveLength(1);
  });

  it("cannot read the state's secrets with another passphrase, and says which one it needs", async () => {
    const other = new Bench({ stateFile: bench.stateFile, env: { PULUMI_CONFIG_PASSPHRASE: "wrong" } });
    await expect(other.play("preview", program)).rejects.toThrow(
      "the passphrase is not the one they were written with",
    );
    other.close();
  });
});
