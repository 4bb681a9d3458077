import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { build } from "esbuild";
import { Bench, errorsOf, stepWords } from "./bench";

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
