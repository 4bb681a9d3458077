// What one registration comes to: the options that a program gives, former names, reading, and replacement.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../provider/testing/localEngine";
import { Bench, errorsOf, stepWords } from "./bench";

const urn = (name: string, parents = ""): string =>
  `urn:pulumi:dev::bench::${parents}pulumi-nodejs:dynamic/bench:Thing::${name}`;

describe("resource options", () => {
  const bench = new Bench();
  afterAll(() => bench.close());

  const guarded = 'const base = new Thing("base"); new Thing("guarded", { from: base.made }, { protect: true });';
  const kept = 'new Thing("kept", {}, { retainOnDelete: true });';

  describe("of resources that change", () => {
    let up: RunResult;
    beforeAll(async () => {
      const before = 'new Thing("i", { n: 1, list: [1, 2] }); new Thing("r", { n: 1 }); new Thing("other");';
      await bench.play("up", `${guarded} ${kept} ${before}`);
      up = await bench.play(
        "up",
        `${guarded} ${kept} new Thing("r", { n: 2 }, { replaceOnChanges: ["n"] });
        const options = { ignoreChanges: ["n", "more"], additionalSecretOutputs: ["made"] };
        const i = new Thing("i", { n: 2, list: [3], more: 1 }, options); return { made: i.made };`,
      );
    });

    it("ignoreChanges keeps the old value of a property, also where there was none", () => {
      const update = bench.calls.find(({ call, tag }) => call === "update" && tag === "i");
      expect(update?.news).toEqual({ tag: "i", n: 1, list: [3] });
    });

    it("replaceOnChanges replaces only where the provider names the property, which a dynamic one does not", () => {
      expect(stepWords(up)).toContain("update r");
    });

    it("additionalSecretOutputs are encrypted and shown as secrets", () => {
      expect(up.outputs).toEqual({ made: "[secret]" });
      expect(bench.resource("i")).toMatchObject({
        outputs: { made: { ciphertext: expect.any(String) } },
        additionalSecretOutputs: ["made"],
      });
    });
  });

  it("protect refuses a replacement; a preview shows everything else all the same", async () => {
    const replacing = 'new Thing("guarded", { kind: "new" }, { protect: true }); new Thing("later")';
    const preview = await bench.play("preview", replacing);
    expect(errorsOf(preview)[0]).toContain(
      `unable to replace resource "${urn("guarded")}"\nas it is currently marked for protection.`,
    );
    expect(stepWords(preview)).toContain("create later");
  });

  it("protect refuses to delete, shows what else goes, and keeps what the protected resource needs", async () => {
    const up = await bench.play("up", "");
    expect(errorsOf(up)[0]).toContain(`resource "${urn("guarded")}" cannot be deleted\nbecause it is protected.`);
    expect(bench.names.sort()).toEqual(["base", "bench-dev", "default", "guarded"]);
    expect(stepWords(up)).toEqual(expect.arrayContaining(["delete kept", "delete i", "delete r"]));
  });

  it("retainOnDelete forgets a resource without deleting it", () => {
    expect(bench.callWords.sort()).toEqual(["delete i", "delete r"]);
  });
});

const provider = "exports.handler=()=>require('./provider.js')";
const read = (name: string, id: string): string => `
  const r = new pulumi.CustomResource("pulumi-nodejs:dynamic/bench:Thing", "${name}",
    { __provider: "${provider}", tag: "${name}", made: undefined }, { id: "${id}" });`;

describe("components, aliases and reading", () => {
  const bench = new Bench();
  afterAll(() => bench.close());

  it("a component's children carry its type in their urn and its outputs are kept", async () => {
    const up = await bench.play("up", 'new Box("box"); new Thing("old", { n: 1 })');
    expect(up.changes).toEqual({ create: 4 });
    expect(bench.resource("box-inner")).toMatchObject({
      urn: urn("box-inner", "bench:index:Box$"),
      parent: "urn:pulumi:dev::bench::bench:index:Box::box",
    });
    expect(bench.resource("box")).toMatchObject({ custom: false, outputs: { made: "made box-inner" } });
  });

  it("an alias moves the state, a renamed component's children with it, and nothing else is done", async () => {
    const renamed =
      'new Box("crate", { tag: "box-inner" }, { aliases: [{ name: "box" }] }); const t = new Thing("new", { n: 1, tag: "old" }, { aliases: [{ name: "old" }] });';
    const up = await bench.play("up", renamed);
    expect(up.changes).toEqual({ same: 4 });
    expect(bench.callWords.filter((word) => !/^(check|diff)/.test(word))).toEqual([]);
    expect(bench.names.sort()).toEqual(["bench-dev", "crate", "crate-inner", "default", "new"]);
    expect(bench.resource("new")).not.toHaveProperty("aliases");
  });

  it("aliases may name a former parent, no parent, or a whole urn", async () => {
    const moved =
      'const box = new Box("crate", { tag: "box-inner" }); new Thing("new", { n: 1, tag: "old" }, { parent: box, aliases: [{ parent: pulumi.rootStackResource }] })';
    expect((await bench.play("up", moved)).changes).toEqual({ same: 4 });
    const back = `new Box("crate", { tag: "box-inner" }); new Thing("newest", { n: 1, tag: "old" }, { aliases: ["${urn("new", "bench:index:Box$")}"] })`;
    expect((await bench.play("up", back)).changes).toEqual({ same: 4 });
    expect(bench.resource("newest")).toMatchObject({
      urn: urn("newest"),
      parent: expect.stringContaining("::bench-dev"),
    });
  });

  it("an alias that is no URN is refused, as it would be looked for in vain and the resource made anew", async () => {
    const aliased = (alias: string): string => `new Thing("newest", { n: 1, tag: "old" }, { aliases: [${alias}] })`;
    const errors = [
      ...errorsOf(await bench.play("preview", aliased('"nonsense"'))),
      ...errorsOf(await bench.play("preview", aliased('{ parent: "nonsense" }'))),
    ];
    expect(errors.map((error) => error.split("\n")[0])).toEqual([
      'invalid alias URN: invalid URN "nonsense"',
      'invalid parent alias URN: invalid URN "nonsense"',
    ]);
  });

  it("reading an existing resource keeps it as one that is not owned, and drops it without a delete", async () => {
    bench.setWorld({ there: { made: "found" } });
    const up = await bench.play("up", `${read("r", "there")} return { made: r.made, id: r.id }`);
    expect(up.outputs).toEqual({ made: "found", id: "there" });
    expect(stepWords(up)).toContain("read r");
    expect(bench.resource("r")).toMatchObject({ external: true, id: "there" });
  });

  it("reading it again counts only where something else is found, and dates it then", async () => {
    const { modified } = bench.resource("r");
    const same = await bench.play("up", read("r", "there"));
    expect(same.changes.read).toBeUndefined();
    bench.setWorld({ there: { made: "found" }, elsewhere: { made: "other" } });
    const other = await bench.play("up", read("r", "elsewhere"));
    expect(other.changes.read).toBe(1);
    expect([modified, bench.resource("r").modified]).toEqual([undefined, expect.any(String)]);
    const gone = await bench.play("up", "");
    expect(stepWords(gone)).toEqual(["discard r"]);
    expect(bench.calls).toEqual([]);
  });

  it("a resource that was only read is created when the program declares it", async () => {
    await bench.play("up", read("r", "there"));
    const up = await bench.play("up", 'new Thing("r")');
    expect(stepWords(up)).toEqual(["create-replacement r", "replace r", "discard-replaced r"]);
    expect(bench.resource("r")).toMatchObject({ id: "r-plain" });
    expect(bench.resource("r")).not.toHaveProperty("external");
  });
});

const chain = (kind: string, options = "{}", more = ""): string => `
  const a = new Thing("a", { kind: "${kind}"${more} }, ${options});
  const b = new Thing("b", { kind: a.id });
  new Thing("c", { note: a.id });
  new Thing("d", {}, { dependsOn: [b] });`;

describe("a replacement", () => {
  const bench = new Bench();
  afterAll(() => bench.close());

  it("creates the new resources first and deletes the old ones at the end, dependents before what they depend on", async () => {
    await bench.play("up", chain("x"));
    const up = await bench.play("up", chain("y"));
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
    const preview = await bench.play("preview", chain("z"));
    const replace = preview.steps.find(({ op, name }) => op === "replace" && name === "a");
    expect(replace?.diff).toEqual({ kind: { old: "y", new: "z" } });
    const dependent = preview.steps.find(({ op, name }) => op === "replace" && name === "b");
    expect(dependent?.diff).toEqual({ kind: { old: "a-y", new: "[unknown]" } });
  });

  it("is not played where one that is to be deleted first has others that take values from it", async () => {
    const preview = await bench.play("preview", chain("z", "{ deleteBeforeReplace: true }"));
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
