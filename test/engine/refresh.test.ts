import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Bench, errorsOf, stepWords } from "./bench";

const program = 'const a = new Thing("a", { n: 1 }); const b = new Thing("b", { from: a.made }); return { n: a.n }';

describe("refresh", () => {
  const bench = new Bench();
  beforeAll(async () => {
    await bench.play("up", program);
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
    const up = await bench.play("up", program);
    expect(up.steps.find(({ name }) => name === "a")).toMatchObject({ op: "update", diff: { n: { old: 7, new: 1 } } });
  });

  it("comes before an up or a preview that asks for it", async () => {
    bench.setWorld({ "a-plain": { n: 9 } });
    const preview = await bench.play("preview", program, { refresh: true });
    expect(preview.steps.filter(({ name }) => name === "a").map(({ op }) => op)).toEqual(["refresh", "update"]);
    const up = await bench.play("up", program, { refresh: true });
    expect(bench.callWords).toContain("update a");
    expect(up.changes).toEqual({ same: 2, update: 1 });
  });

  it("removes what is gone, keeps its dependents, and the next up creates it again", async () => {
    bench.setWorld({ "a-plain": null });
    const refresh = await bench.play("refresh");
    expect(stepWords(refresh).sort()).toEqual(["delete a", "same b"]);
    expect(bench.names.sort()).toEqual(["b", "bench-dev", "default"]);
    expect(bench.resource("b")).not.toHaveProperty("dependencies");
    bench.setWorld({});
    await bench.play("up", program);
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
