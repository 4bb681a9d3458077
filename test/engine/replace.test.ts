import { afterAll, describe, expect, it } from "@jest/globals";
import { Bench, errorsOf, stepWords } from "./bench";

const program = (kind: string, options = "{}", more = ""): string => `
  const a = new Thing("a", { kind: "${kind}"${more} }, ${options});
  const b = new Thing("b", { kind: a.id });
  new Thing("c", { note: a.id });
  new Thing("d", {}, { dependsOn: [b] });`;

describe("a replacement", () => {
  const bench = new Bench();
  afterAll(() => bench.close());

  it("creates the new resources first and deletes the old ones at the end, dependents before what they depend on", async () => {
    await bench.play("up", program("x"));
    const up = await bench.play("up", program("y"));
    expect(stepWords(up).filter((word) => !word.endsWith(" d"))).toEqual([
      ...["create-replacement a", "replace a"],
      ...[...["create-replacement b", "replace b"], "update c"].sort(
        (x, y) => stepWords(up).indexOf(x) - stepWords(up).indexOf(y),
      ),
      ...["delete-replaced b", "delete-replaced a"],
    ]);
    expect(up.changes).toEqual({ replace: 2, update: 1, same: 2 });
    const deletes = bench.calls.filter(({ call }) => call === "delete").map(({ id }) => id);
    expect(deletes).toEqual(["b-a-x", "a-x"]);
  });

  it("checks once more, without old inputs, what it is about to create anew", async () => {
    expect(bench.calls.filter(({ call, tag }) => call === "check" && tag === "a").map(({ olds }) => olds)).toEqual([
      { tag: "a", kind: "x" },
      {},
    ]);
  });

  it("shows in a preview which property forces it, with the new id unknown", async () => {
    const preview = await bench.play("preview", program("z"));
    const replace = preview.steps.find(({ op, name }) => op === "replace" && name === "a");
    expect(replace?.diff).toEqual({ kind: { old: "y", new: "z" } });
    const dependent = preview.steps.find(({ op, name }) => op === "replace" && name === "b");
    expect(dependent?.diff).toEqual({ kind: { old: "a-y", new: "[unknown]" } });
  });

  it("is not played where one that is to be deleted first has others that take values from it", async () => {
    const preview = await bench.play("preview", program("z", "{ deleteBeforeReplace: true }"));
    expect(errorsOf(preview)[0]).toMatch(/::a is to be deleted before it is replaced, and .*::b takes values from it/);
  });

  it("deletes first where the provider says so, and keeps the place of what it could not create for the next run", async () => {
    const alone = (more: string): string => `new Thing("a", { kind: "w", first: true${more} })`;
    await bench.play("up", 'new Thing("a", { kind: "y" })');
    const failed = await bench.play("up", alone(', fail: "create"'));
    expect(failed.ok).toBe(false);
    expect(errorsOf(failed)).toEqual(["boom\non two lines", "update failed"]);
    expect(bench.resource("a")).toMatchObject({ id: "a-y", pendingReplacement: true });
    const next = await bench.play("up", alone(""));
    expect(next.ok).toBe(true);
    expect(bench.callWords).toContain("create a");
    expect(bench.callWords).not.toContain("delete a");
    expect(stepWords(next)).toEqual(["replace a", "create-replacement a"]);
    expect(bench.resource("a")).toMatchObject({ id: "a-w" });
    expect(bench.resource("a")).not.toHaveProperty("pendingReplacement");
  });

  it("keeps an old resource whose deletion failed, marked for deletion, and deletes it in the next run", async () => {
    bench.setWorld({ "a-w": "undeletable" });
    const failed = await bench.play("up", 'new Thing("a", { kind: "v" })');
    expect(errorsOf(failed)).toEqual(["cannot delete", "update failed"]);
    const kept = bench
      .open("")
      .state()
      .deployment.resources.filter(({ urn }) => urn.endsWith("::a"));
    expect(kept.map(({ id, delete: pending = false }) => [id, pending])).toEqual([
      ["a-v", false],
      ["a-w", true],
    ]);
    bench.setWorld({});
    const next = await bench.play("up", 'new Thing("a", { kind: "v" })');
    expect(stepWords(next)).toEqual(["same a", "delete-replaced a"]);
    expect(bench.names.filter((name) => name === "a")).toHaveLength(1);
  });
});
