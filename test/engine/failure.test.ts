import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
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
