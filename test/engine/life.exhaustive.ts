// The life of a stack from its first preview to its end, and what a refresh does in between.
import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../provider/testing/localEngine";
import { Bench, errorsOf, linesOf, stepWords } from "./bench";

const program = (n: number): string => `
  const config = new pulumi.Config();
  const a = new Thing("a", { n: ${n}, password: config.requireSecret("password") });
  const b = new Thing("b", { from: a.made, aId: a.id });
  return { made: a.made, password: a.password, thing: b, project: pulumi.getProject(), stack: pulumi.getStack() };`;

describe("the life of a stack", () => {
  const printed: string[] = [];
  const requests = {
    get requests(): string[] {
      return linesOf(path.join(bench.folder, "calls.jsonl"));
    },
  };
  const bench: Bench = new Bench({
    config: { password: { secret: "hush" }, "other:region": "north" },
    output: (line) => printed.push(line),
    get requests() {
      return requests;
    },
  });
  afterAll(() => bench.close());

  describe("first preview", () => {
    let preview: RunResult;
    beforeAll(async () => {
      preview = await bench.play("preview", program(3));
    });

    it("shows what would be created and calls no create", () => {
      expect(preview.ok).toBe(true);
      expect(stepWords(preview)).toEqual(["create a", "create b"]);
      expect(preview.changes).toEqual({ create: 3 });
      expect(bench.callWords).toEqual(["check a", "check b"]);
    });

    it("hands unknown values to check and shows them as unknown", () => {
      const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
      expect(bench.calls[1]?.news).toEqual({ tag: "b", from: unknown, aId: unknown });
      expect(preview.outputs).toMatchObject({ made: "[unknown]", password: "[secret]" });
    });

    it("writes no state", () => {
      expect(existsSync(bench.stateFile)).toBe(false);
      expect(existsSync(`${bench.stateFile}.journal`)).toBe(false);
    });

    it("prints lines in the manner of the CLI", () => {
      expect(preview.lines[0]).toBe("Previewing update (dev):");
      expect(preview.lines).toContain(" +  pulumi-nodejs:dynamic/bench:Thing a create");
      expect(preview.lines.slice(-2)).toEqual(["Resources:", "    + 3 to create"]);
      expect(printed).toEqual(preview.lines);
    });
  });

  describe("first up", () => {
    let up: RunResult;
    beforeAll(async () => {
      up = await bench.play("up", program(3));
    });

    it("creates in the order of dependency and passes outputs on", () => {
      expect(up.ok).toBe(true);
      expect(bench.callWords).toEqual(["check a", "create a", "created a", "check b", "create b", "created b"]);
      expect(bench.calls[4]?.inputs).toEqual({ tag: "b", from: "made a", aId: "a-plain" });
    });

    it("keeps secrets secret: plain to the provider, hidden in outputs, encrypted at rest", () => {
      expect(bench.calls[1]?.inputs).toEqual({ tag: "a", n: 3, password: "hush" });
      expect(up.outputs).toMatchObject({ made: "made a", password: "[secret]", project: "bench", stack: "dev" });
      expect(bench.stateText).not.toContain("hush");
      const { inputs, outputs } = bench.resource("a");
      const encrypted = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        ciphertext: expect.any(String),
      };
      expect(inputs).toMatchObject({ password: encrypted });
      expect(outputs).toMatchObject({ password: encrypted, made: "made a" });
    });

    it("exports a resource as the properties that it has", () => {
      expect(up.outputs.thing).toMatchObject({ id: "b-plain", made: "made b", from: "made a" });
    });

    it("keeps what the real engine keeps: parent, dependencies by property, provider", () => {
      const [a, stack] = [
        "urn:pulumi:dev::bench::pulumi-nodejs:dynamic/bench:Thing::a",
        "urn:pulumi:dev::bench::pulumi:pulumi:Stack::bench-dev",
      ];
      expect(bench.resource("b")).toMatchObject({
        custom: true,
        id: "b-plain",
        type: "pulumi-nodejs:dynamic/bench:Thing",
        parent: stack,
        dependencies: [a],
        propertyDependencies: { __provider: [], tag: [], from: [a], aId: [a] },
        provider: expect.stringMatching(
          /^urn:pulumi:dev::bench::pulumi:providers:pulumi-nodejs::default::[0-9a-f-]{36}$/,
        ),
      });
    });

    it("keeps the whole configuration with the dynamic provider, secrets encrypted", () => {
      expect(bench.resource("default")).toMatchObject({
        type: "pulumi:providers:pulumi-nodejs",
        inputs: { "other:region": "north", "bench:password": { ciphertext: expect.any(String) } },
      });
    });

    it("answers with the requests that were seen during the run", () => {
      expect(up.requests).toHaveLength(6);
    });

    it("leaves no journal beside the state file", () => {
      expect(existsSync(`${bench.stateFile}.journal`)).toBe(false);
    });
  });

  describe("second up", () => {
    it("changes nothing, in the world or in the resources of the state", async () => {
      const before = bench.stateText.replace(/"time".*/, "");
      const again = await bench.play("up", program(3));
      expect(again.changes).toEqual({ same: 3 });
      expect(bench.callWords).toEqual(["check a", "diff a", "check b", "diff b"]);
      expect(again.lines.slice(-2)).toEqual(["Resources:", "    3 unchanged"]);
      expect(bench.stateText.replace(/"time".*/, "")).toBe(before);
    });
  });

  describe("a change", () => {
    it("is previewed with its old and new value and not made", async () => {
      const before = bench.stateText;
      const preview = await bench.play("preview", program(5));
      const step = preview.steps.find(({ name }) => name === "a");
      expect(step).toMatchObject({ op: "update", diff: { n: { old: 3, new: 5 } }, id: "a-plain" });
      expect(preview.lines).toContain(" ~  pulumi-nodejs:dynamic/bench:Thing a update [diff: ~n]");
      expect(preview.lines).toContain("      ~ n: 3 => 5");
      expect(bench.callWords).not.toContain("update a");
      expect(bench.stateText).toBe(before);
    });

    it("is made with the old outputs at hand, and what is no longer declared is deleted after it", async () => {
      const up = await bench.play("up", 'const a = new Thing("a", { n: 5 }); return { made: a.made };');
      expect(bench.callWords).toEqual(["check a", "diff a", "update a", "delete b"]);
      expect(bench.calls[2]).toMatchObject({ id: "a-plain", olds: { n: 3, password: "hush" }, news: { n: 5 } });
      expect(up.changes).toEqual({ same: 1, update: 1, delete: 1 });
      expect(up.outputs).toEqual({ made: "remade a" });
    });
  });

  describe("destroy", () => {
    it("can be previewed without being done", async () => {
      const preview = await bench.play("destroy", "", { previewOnly: true });
      expect(preview.changes).toEqual({ delete: 2 });
      expect(bench.calls).toEqual([]);
    });

    it("deletes everything without running the program", async () => {
      const destroy = await bench.play("destroy", 'throw new Error("must not run")');
      expect(destroy.ok).toBe(true);
      expect(bench.callWords).toEqual(["delete a"]);
      expect(bench.names).toEqual([]);
    });
  });
});

const pair = 'const a = new Thing("a", { n: 1 }); const b = new Thing("b", { from: a.made }); return { n: a.n }';

describe("refresh", () => {
  const bench = new Bench();
  beforeAll(async () => {
    await bench.play("up", pair);
  });
  afterAll(() => bench.close());

  it("previews drift with its values and writes nothing", async () => {
    bench.setWorld({ "a-plain": { n: 7 } });
    const before = bench.stateText;
    const preview = await bench.play("refresh", "", { previewOnly: true });
    const step = preview.steps.find(({ name }) => name === "a");
    expect(step).toMatchObject({ op: "refresh", outcome: "update", diff: { n: { old: 1, new: 7 } } });
    expect(preview.lines).toContain("      ~ n: 1 => 7");
    expect(bench.stateText).toBe(before);
  });

  it("takes drift into the state without running the program, and the next up repairs it", async () => {
    const refresh = await bench.play("refresh", 'throw new Error("must not run")');
    expect(refresh.changes).toEqual({ same: 2, update: 1 });
    expect(bench.resource("a")).toMatchObject({ inputs: { n: 7 }, outputs: { n: 7 } });
    bench.setWorld({});
    const up = await bench.play("up", pair);
    expect(up.steps.find(({ name }) => name === "a")).toMatchObject({ op: "update", diff: { n: { old: 7, new: 1 } } });
  });

  it("comes before an up or a preview that asks for it", async () => {
    bench.setWorld({ "a-plain": { n: 9 } });
    const preview = await bench.play("preview", pair, { refresh: true });
    expect(preview.steps.filter(({ name }) => name === "a").map(({ op }) => op)).toEqual(["refresh", "update"]);
    const up = await bench.play("up", pair, { refresh: true });
    expect(bench.callWords).toContain("update a");
    expect(up.changes).toEqual({ same: 2, update: 1 });
  });

  it("before a preview shows outputs that alone differ, and by itself takes them for unchanged", async () => {
    bench.setWorld({ "a-plain": { made: "elsewhere" } });
    const preview = await bench.play("preview", pair, { refresh: true });
    const shown = { op: "refresh", outcome: "update", diff: { made: { old: "remade a", new: "elsewhere" } } };
    expect(preview.steps.find(({ name }) => name === "a")).toMatchObject(shown);
    const refresh = await bench.play("refresh", "", { previewOnly: true });
    expect(refresh.steps.find(({ name }) => name === "a")).toMatchObject({ outcome: "same", diff: {} });
  });

  it("removes what is gone, keeps its dependents, and the next up creates it again", async () => {
    bench.setWorld({ "a-plain": null });
    const refresh = await bench.play("refresh");
    expect(stepWords(refresh).sort()).toEqual(["delete a", "same b"]);
    expect(bench.names.sort()).toEqual(["b", "bench-dev", "default"]);
    expect(bench.resource("b")).not.toHaveProperty("dependencies");
    bench.setWorld({});
    await bench.play("up", pair);
    expect(bench.callWords).toContain("create a");
  });

  it("keeps the state of what cannot be read, refreshes the others, and fails", async () => {
    bench.setWorld({ "a-plain": "broken", "b-plain": { from: "elsewhere" } });
    const refresh = await bench.play("refresh");
    expect(errorsOf(refresh)).toEqual(["cannot read", "update failed"]);
    expect(bench.resource("a")).toMatchObject({ inputs: { n: 1 } });
    expect(bench.resource("b")).toMatchObject({ inputs: { from: "elsewhere" } });
  });
});
