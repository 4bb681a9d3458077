import { afterAll, describe, expect, it } from "@jest/globals";
import { Bench, errorsOf, stepWords } from "./bench";

const urn = (name: string, parents = ""): string =>
  `urn:pulumi:dev::bench::${parents}pulumi-nodejs:dynamic/bench:Thing::${name}`;
const provider = "exports.handler=()=>require('./provider.js')";
const read = (name: string, id: string): string => `
  const r = new pulumi.CustomResource("pulumi-nodejs:dynamic/bench:Thing", "${name}",
    { __provider: "${provider}", tag: "${name}", made: undefined }, { id: "${id}" });`;

describe("resource options", () => {
  const bench = new Bench();
  afterAll(() => bench.close());

  it("protect refuses to delete, shows what else would go, and keeps what the protected resource needs", async () => {
    await bench.play(
      "up",
      'const b = new Thing("base"); new Thing("guarded", { from: b.made }, { protect: true }); new Thing("other")',
    );
    const up = await bench.play("up", "");
    expect(errorsOf(up)[0]).toContain(`resource "${urn("guarded")}" cannot be deleted\nbecause it is protected.`);
    expect(bench.callWords).toEqual(["delete other"]);
    expect(bench.names.sort()).toEqual(["base", "bench-dev", "default", "guarded"]);
  });

  it("protect refuses a replacement, too, before anything is created", async () => {
    const up = await bench.play(
      "up",
      'const b = new Thing("base"); new Thing("guarded", { from: b.made, kind: "new" }, { protect: true })',
    );
    expect(errorsOf(up)).toEqual([
      expect.stringContaining(
        `unable to replace resource "${urn("guarded")}"\nas it is currently marked for protection.`,
      ),
    ]);
    expect(bench.callWords).not.toContain("create guarded");
  });

  it("retainOnDelete forgets a resource without deleting it", async () => {
    const program = 'new Thing("kept", {}, { retainOnDelete: true }); new Thing("base"); new Thing("guarded", {})';
    await bench.play("up", program);
    const up = await bench.play("up", "");
    expect(up.ok).toBe(true);
    expect(stepWords(up).sort()).toEqual(["delete base", "delete guarded", "delete kept"]);
    expect(bench.callWords).not.toContain("delete kept");
  });

  it("ignoreChanges keeps the old value of a property, also where there was none", async () => {
    await bench.play("up", 'new Thing("i", { n: 1, list: [1, 2] })');
    await bench.play("up", 'new Thing("i", { n: 2, list: [3], more: 1 }, { ignoreChanges: ["n", "more"] })');
    const update = bench.calls.find(({ call }) => call === "update");
    expect(update?.news).toEqual({ tag: "i", n: 1, list: [3] });
  });

  it("replaceOnChanges turns a change into a replacement only where the provider names the property", async () => {
    // A dynamic provider names none, and the real engine then updates.
    const up = await bench.play("up", 'new Thing("i", { n: 5 }, { replaceOnChanges: ["n"] })');
    expect(stepWords(up)).toEqual(["update i"]);
  });

  it("additionalSecretOutputs are encrypted and shown as secrets", async () => {
    const up = await bench.play(
      "up",
      'const i = new Thing("i", { n: 6 }, { additionalSecretOutputs: ["made"] }); return { made: i.made }',
    );
    expect(up.outputs).toEqual({ made: "[secret]" });
    expect(bench.resource("i")).toMatchObject({
      outputs: { made: { ciphertext: expect.any(String) } },
      additionalSecretOutputs: ["made"],
    });
  });
});

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

  it("reading an existing resource keeps it as one that is not owned, and drops it without a delete", async () => {
    bench.setWorld({ there: { made: "found" } });
    const up = await bench.play("up", `${read("r", "there")} return { made: r.made, id: r.id }`);
    expect(up.outputs).toEqual({ made: "found", id: "there" });
    expect(stepWords(up)).toContain("read r");
    expect(bench.resource("r")).toMatchObject({ external: true, id: "there" });
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
