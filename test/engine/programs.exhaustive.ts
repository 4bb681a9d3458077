// What programs may be, and what the local engine refuses to play, by name.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import * as RequestClasses from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { readGoal } from "../../provider/testing/engine/monitor";
import { openLocalStack } from "../../provider/testing/localEngine";
import { Bench, benchFolder, errorsOf } from "./bench";

type RegisterResourceRequest = RequestClasses.RegisterResourceRequest;
const { CustomTimeouts } = RequestClasses.RegisterResourceRequest;
const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "text" };
const fixture = (name: string): string => path.join(__dirname, "fixtures", name);

describe("programs", () => {
  it("an ES module runs with the configuration of its stack's file", async () => {
    const stack = openLocalStack({ program: fixture("module"), stack: "test" });
    const preview = await stack.preview();
    await stack.dispose();
    expect(preview.outputs).toEqual({ size: 5, table: { a: [1, 2] }, folder: "module", isSecret: "[secret]" });
  });

  it("a TypeScript program runs as it stands", async () => {
    const stack = openLocalStack({ program: fixture("typescript") });
    const preview = await stack.preview();
    await stack.dispose();
    expect(errorsOf(preview)).toEqual([]);
    expect(preview.outputs).toEqual({ answer: 42 });
  });

  it("serialises functions and finds their code, and loads TypeScript only then", async () => {
    const bench = new Bench();
    const files = 'Object.keys(process.getBuiltinModule("node:module")._cache)';
    const loaded = `${files}.some((file) => file.endsWith("typescript.js"))`;
    const plain = await bench.play("up", `new Thing("t"); return { loaded: ${loaded} }`);
    expect(plain.outputs).toEqual({ loaded: false });
    const word = await bench.play(
      "up",
      `const word = "captured";
      const provider = { create: async () => ({ id: "x", outs: { word } }) };
      class Word extends pulumi.dynamic.Resource { constructor() { super(provider, "w", { word: undefined }); } }
      const code = pulumi.runtime.computeCodePaths().then((paths) => paths.size);
      return { word: new Word().word, code }`,
    );
    bench.close();
    expect(errorsOf(word)).toEqual([]);
    expect(word.outputs).toEqual({ word: "captured", code: expect.any(Number) });
  });

  it("many resources are created side by side, 16 at once at most, each written down as it is made", async () => {
    const bench = new Bench();
    const up = await bench.play("up", 'for (let i = 0; i < 40; i++) new Thing("t" + i, { slow: 100 })');
    expect(up.changes).toEqual({ create: 41 });
    expect(bench.names).toHaveLength(42);
    let running = 0;
    const levels = bench.calls.map(({ call }) => {
      if (call === "create") running++;
      if (call === "created") running--;
      return running;
    });
    bench.close();
    expect(Math.max(...levels)).toBeGreaterThan(1);
    expect(Math.max(...levels)).toBeLessThanOrEqual(16);
  });
});

describe("what the local engine does not do", () => {
  const bench = new Bench();
  const folders: string[] = [];
  /** A project of its own, with or without the SDK. */
  const project = (yaml: string, withSdk = true): string => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "bench-"));
    folders.push(folder);
    writeFileSync(path.join(folder, "Pulumi.yaml"), yaml);
    if (withSdk) symlinkSync(path.join(__dirname, "../../node_modules"), path.join(folder, "node_modules"), "dir");
    return folder;
  };
  afterAll(() => {
    bench.close();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it.each([
    [
      "transforms",
      'pulumi.runtime.registerResourceTransform(() => undefined); new Thing("x")',
      "does not support transforms",
    ],
    [
      "resource hooks",
      'new Thing("x", {}, { hooks: { beforeCreate: [new pulumi.ResourceHook("h", () => {})] } })',
      "uses the resource hook 'h', which the local engine does not support",
    ],
    [
      "stack references",
      'new pulumi.StackReference("org/other/dev")',
      "the StackReference 'org/other/dev', which the local engine does not support",
    ],
    [
      "deletions along with others",
      'new Thing("x", {}, { deletedWith: new Thing("y") })',
      "uses the 'deletedWith' option, which the local engine does not support",
    ],
  ])("%s fail the run with a message that names them", async (_name, program, message) => {
    const preview = await bench.play("preview", program);
    expect(preview.ok).toBe(false);
    expect(errorsOf(preview).join("\n")).toContain(message);
  });

  it.each<[string, (request: RegisterResourceRequest) => unknown]>([
    ["remote components", (request) => request.setRemote(true)],
    ["the 'import' option", (request) => request.setImportid("id")],
    ["the 'customTimeouts' option", (request) => request.setCustomtimeouts(new CustomTimeouts().setCreate("5m"))],
    ["the property path 'a.b' in 'ignoreChanges'", (request) => request.setIgnorechangesList(["n", "a.b"])],
    [
      "the property path '*' in 'ignoreChanges' or 'replaceOnChanges'",
      (request) => request.setReplaceonchangesList(["*"]),
    ],
    ["assets and archives", (request) => request.setObject(Struct.fromJavaScript({ file: asset }))],
  ])("a registration with %s is refused by that name", (name, ask) => {
    const request = new RequestClasses.RegisterResourceRequest().setType("toy:index:Toy").setName("x");
    expect(readGoal(request)).toMatchObject({ type: "toy:index:Toy", name: "x" });
    ask(request);
    expect(() => readGoal(request)).toThrow(`toy:index:Toy 'x' uses ${name}`);
  });

  it.each([
    ["a folder without Pulumi.yaml", () => path.join(os.tmpdir(), "nowhere"), "there is no Pulumi.yaml"],
    [
      "a folder without the SDK",
      () => project("name: x\nruntime: nodejs\n", false),
      "@pulumi/pulumi is not installed there",
    ],
    ["another runtime", () => project("name: x\nruntime: python\n"), "'nodejs' only, and Pulumi.yaml says 'python'"],
    ["a main", () => project("name: x\nruntime: nodejs\nmain: src\n"), "Pulumi.yaml has 'main', which the local"],
    [
      "runtime arguments",
      () => project("name: x\nruntime:\n  name: nodejs\n  options:\n    nodeargs: --inspect\n"),
      "Pulumi.yaml has the runtime option 'nodeargs', which the local engine does not support",
    ],
    [
      "a default of the configuration",
      () => project("name: x\nruntime: nodejs\nconfig:\n  size:\n    default: 5\n"),
      "Pulumi.yaml has a value for 'size', which the local engine does not support",
    ],
    ["a project without a name", () => project("runtime: nodejs\n"), "has no 'name'"],
  ])("%s is refused at once", (_name, program, message) => {
    expect(() => openLocalStack({ program: program() })).toThrow(message);
  });

  it("an encrypted value of the stack's configuration is refused, unless it is passed in", async () => {
    const program = project("name: x\nruntime: nodejs\n");
    writeFileSync(path.join(program, "Pulumi.dev.yaml"), "config:\n  x:word:\n    secure: abc\n");
    expect(() => openLocalStack({ program })).toThrow("cannot read 'x:word', which is encrypted");
    await openLocalStack({ program, config: { word: { secret: "y" } } }).dispose();
  });

  it("a second run of the same stack at the same time is refused, as is one after dispose", async () => {
    const stack = openLocalStack({ program: benchFolder, env: { PROGRAM: "" } });
    const first = stack.preview();
    await expect(stack.preview()).rejects.toThrow("another one of this stack is under way");
    await first;
    await stack.dispose();
    await expect(stack.preview()).rejects.toThrow("the stack was disposed of");
  });

  it("a run with an option that there is not is refused, since a misspelt 'previewOnly' would write", async () => {
    const stack = openLocalStack({ program: benchFolder, env: { PROGRAM: "" } });
    const options = { preveiwOnly: true } as object;
    await expect(stack.up(options)).rejects.toThrow(
      "Cannot begin a run with 'preveiwOnly': its options are 'refresh',",
    );
    await stack.dispose();
  });
});
