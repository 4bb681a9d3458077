// Providers other than the dynamic one: plugin processes, explicit providers, functions and stand-ins.
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult, StandInProvider } from "../../provider/testing/localEngine";
import { A, openPlayground, requestsOf } from "../support/play";
import { Bench, errorsOf } from "./bench";

const plugin = { command: process.execPath, args: [path.join(__dirname, "fixtures", "plugin", "plugin.cjs")] };
const seen: unknown[] = [];
const standIn: StandInProvider = {
  create: ({ name, inputs }) => {
    seen.push(inputs);
    return { id: `stand-in-${name}`, outputs: { ...inputs, made: "here" } };
  },
};

const program = (n: number, options = ""): string => `
  class Toy extends pulumi.CustomResource { constructor(name, args, options) { super("toy:index:Toy", name, { said: undefined, ...args }, options); } }
  class Cloud extends pulumi.CustomResource { constructor(name, args, options) { super("cloud:index:Thing", name, { made: undefined, ...args }, options); } }
  const polite = new pulumi.ProviderResource("toy", "polite", { greeting: pulumi.secret("good day") });
  const box = new pulumi.ComponentResource("bench:index:Box", "box", {}, { providers: [polite] });
  const a = new Toy("a", { n: ${n}, word: pulumi.secret("sesame") }, { ${options} });
  const b = new Toy("b", {}, { parent: box });
  const c = new Cloud("c", { from: a.said, secret: pulumi.secret("hidden") }, { version: "1.2.3" });
  return { a: a.said, b: b.said, c: c.made, fun: pulumi.runtime.invoke("toy:index:fun", { who: "you" }, { provider: polite }).then((r) => r.answer) };`;

describe("providers other than the dynamic one", () => {
  const bench = new Bench({ providers: { toy: plugin, cloud: { standIn } } });
  let preview: RunResult;
  let up: RunResult;
  const calls = (name: string): Record<string, unknown>[] => bench.calls.filter(({ call }) => call === name);
  beforeAll(async () => {
    preview = await bench.play("preview", program(1));
  });
  afterAll(() => bench.close());

  it("a plugin that supports previews is asked what it would create, and its answer is shown", () => {
    expect(errorsOf(preview)).toEqual([]);
    expect(preview.outputs).toMatchObject({ a: "hello a", b: "good day b", c: "[unknown]" });
    expect(calls("create")).toHaveLength(2);
    expect(calls("create").every((each) => each.preview === true)).toBe(true);
  });

  it("a stand-in answers in the test's own process, without seeing marks", async () => {
    up = await bench.play("up", program(1));
    expect(errorsOf(up)).toEqual([]);
    expect(seen).toEqual([{ from: "hello a", secret: "hidden" }]);
    expect(up.outputs).toMatchObject({ c: "here" });
    expect(bench.resource("c")).toMatchObject({
      id: "stand-in-c",
      outputs: { secret: { ciphertext: expect.any(String) }, made: "here" },
    });
  });

  it("an explicit provider has a process and a configuration of its own, secrets marked, and serves a component's children", () => {
    const signature = "4dabf18193072939515e22adb298388d";
    const configured = calls("configure").map(({ args }) => args);
    expect(configured).toHaveLength(2);
    expect(configured).toContainEqual({
      greeting: { [signature]: "1b47061264138c4ac30d75fd1eb44270", value: "good day" },
    });
    expect(up.outputs).toMatchObject({ a: "hello a", b: "good day b", fun: "good day you" });
    expect(up.steps.filter(({ type }) => type === "pulumi:providers:toy").map(({ name }) => name)).toEqual(["polite"]);
  });

  it("a plugin that accepts secrets gets them marked", () => {
    const created = calls("create").find(({ inputs }) => (inputs as { n?: number }).n === 1);
    expect(created?.inputs).toMatchObject({ n: 1, word: { value: "sesame" } });
  });

  it("a package's version is part of its default provider's name", () => {
    expect(bench.resource("default_1_2_3")).toMatchObject({
      type: "pulumi:providers:cloud",
      inputs: { version: "1.2.3" },
    });
  });

  it("tells every provider process that the run is over", () => {
    expect(calls("cancel")).toHaveLength(2);
  });

  it("shows the changes that a plugin names, and replaces where replaceOnChanges covers one", async () => {
    const changed = await bench.play("preview", program(2));
    expect(changed.steps.find(({ name }) => name === "a")).toMatchObject({
      op: "update",
      diff: { n: { old: 1, new: 2 } },
    });
    const replacing = await bench.play("preview", program(2, 'replaceOnChanges: ["n"]'));
    expect(errorsOf(replacing)).toEqual([]);
    expect(replacing.steps.filter(({ name }) => name === "a").map(({ op }) => op)).toEqual([
      "create-replacement",
      "replace",
      "delete-replaced",
    ]);
  });

  it("refuses a stand-in that does more than create", async () => {
    const more = { create: standIn.create, read: () => null };
    const reading = new Bench({ providers: { cloud: { standIn: more } } });
    const failed = await reading.play("preview", 'new pulumi.CustomResource("cloud:index:Thing", "x")');
    reading.close();
    expect(errorsOf(failed)[0]).toContain("The stand-in for 'cloud' has 'read': 'create' is its only call.");
  });

  it("says so where a package has no provider, or its command does not come up", async () => {
    const missing = await bench.play("preview", 'new pulumi.CustomResource("nobody:index:Thing", "x")');
    expect(errorsOf(missing)[0]).toContain("the package 'nobody', which the local engine has no provider for");
    const broken = new Bench({
      providers: { toy: { command: process.execPath, args: ["-e", "console.error('no luck'); process.exit(3)"] } },
    });
    const failed = await broken.play("preview", 'new pulumi.CustomResource("toy:index:Toy", "x")');
    broken.close();
    expect(errorsOf(failed)[0]).toMatch(
      /^The provider of 'toy' \(.*\) ended before it printed its port: exit code 3. no luck$/,
    );
  });
});

describe("this package's plugin", () => {
  it("answers its function in previews and ups; a refresh shows the changes that it names, and no others", async () => {
    const ground = await openPlayground("the plugin");
    ground.declare(`const { getCreditBalance } = require("pulumi-cloudflare-ai-gateway-billing-sdk");
      new AutoTopupConfig("x", { accountId: A, amount: 5000, threshold: 1000 });
      exports.account = getCreditBalance({ accountId: A }).then(({ accountId }) => accountId);
      exports.refused = getCreditBalance({ accountId: "short" }).catch((error) => error.message);`);
    const stack = ground.open();
    const runs = [await stack.preview(), await stack.up()];
    ground.cloudflare.setConfig(A, { amount: 5000, threshold: 2000 });
    ground.cloudflare.setHealth(A, { error: "card_declined" });
    const refresh = await stack.refresh({ previewOnly: true });
    await ground.close();
    for (const run of runs) {
      expect(errorsOf(run)).toEqual([]);
      expect(run.outputs).toEqual({ account: A, refused: expect.stringContaining("32 hexadecimal digits") });
    }
    expect(runs.map((run) => requestsOf(run).sort())).toEqual([["GET 200"], ["GET 200", "GET 200", "POST 200"]]);
    expect(refresh.steps.find(({ name }) => name === "x")?.diff).toEqual({ threshold: { old: 1000, new: 2000 } });
  });
});
