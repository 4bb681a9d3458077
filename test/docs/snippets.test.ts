// The code in README, docs/ and the schema: TypeScript is run (test/docs/types checks its types), other languages are held to the schema's names
// and types, data is parsed. No code block is left without one of these.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { javascriptProgram, type Program, ROOT } from "../support/program";
import { makeSdk, type Sdk } from "../support/sdk";
import { examplesOf, schema } from "./generated";
import { LANGUAGES, namesIn } from "./languages";
import { programsIn, readPages, titleOf } from "./pages";

const { load } = createRequire(require.resolve("@pulumi/pulumi/package.json"))("js-yaml") as {
  load(text: string): unknown;
};
const blocks = readPages().flatMap((page) => page.blocks);
const of = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));
const programs = programsIn(blocks);

it("every code block is of a kind that some test holds", () => {
  const held = ["ts", "sh", "text", "json", "mermaid", ...Object.keys(LANGUAGES)];
  expect(blocks.filter(({ language }) => !held.includes(language)).map(titleOf)).toEqual([]);
});

describe("TypeScript", () => {
  let program: Program;
  let sdk: Sdk;

  beforeAll(() => {
    program = javascriptProgram();
    sdk = makeSdk();
  });
  afterAll(() => {
    sdk.remove();
    program.remove();
  });

  it("runs, and declares what it shows", () => {
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    programs.forEach(({ code }, index) => {
      program.write(`snippet${index}.js`, ts.transpileModule(code, { compilerOptions }).outputText);
    });
    program.write("run.js", RUN);
    const files = programs.map((_, index) => `./snippet${index}.js`);
    const options = { cwd: program.folder, env: { ...process.env, ...sdk.env }, encoding: "utf8" } as const;
    const seen = JSON.parse(execFileSync(process.execPath, ["run.js", ...files], options));
    expect(seen).toEqual(programs.map(() => ({ amount: 5000, threshold: 1000 })));
  });

  it("that is no whole program stands in an example, word for word", () => {
    const gateway = readFileSync(path.join(ROOT, "examples/gateway/index.ts"), "utf8");
    for (const { code } of of("ts").filter(({ code }) => !code.includes("import "))) expect(gateway).toContain(code);
  });
});

const resources = Object.entries<{
  description: string;
  inputProperties: object;
  requiredInputs: string[];
  properties: object;
}>(schema.resources).map(([token, { description, inputProperties, requiredInputs, properties }]) => ({
  name: token.split(":").at(-1) ?? "",
  description,
  inputs: inputProperties as Record<string, { type: string }>,
  required: requiredInputs,
  outputs: Object.keys(properties),
}));
const functions = Object.entries<{
  description: string;
  inputs: { properties: Record<string, { type: string }>; required: string[] };
  outputs: { properties: object };
}>(schema.functions).map(([token, { description, inputs, outputs }]) => ({
  name: token.split(":").at(-1) ?? "",
  description,
  inputs: inputs.properties,
  required: inputs.required,
  outputs: Object.keys(outputs.properties),
}));

describe.each([...resources, ...functions].map((each) => [each.name, each] as const))(
  "the schema's examples of %s",
  (name, { description, inputs, required, outputs }) => {
    it.each([...examplesOf(description)])("in %s use its names and types", (language, code) => {
      const named = namesIn(language, code);
      const expected = Object.fromEntries(Object.keys(named.inputs).map((input) => [input, inputs[input]?.type]));
      expect(named.inputs).toEqual(expected);
      expect(Object.keys(named.inputs)).toEqual(expect.arrayContaining(required));
      expect(named.outputs.length).toBeGreaterThan(0);
      expect(named.outputs.filter((output) => !outputs.some((known) => sameName(known, output)))).toEqual([]);
      for (const call of LANGUAGES[language]?.callOf(name) ?? []) expect(code).toContain(call);
    });
  },
);

/** Python writes last24Hours as last24_hours. */
const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

describe("the documented examples in other languages", () => {
  it("are those of the schema", () => {
    const known = resources.flatMap(({ description }) => [...examplesOf(description).values()]);
    const shown = of("python", "go", "csharp", "java").map(({ code }) => code);
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.filter((code) => !known.includes(code))).toEqual([]);
  });
});

describe("documented data", () => {
  it("is JSON and YAML", () => {
    for (const { code } of of("json")) expect(() => JSON.parse(code)).not.toThrow();
    for (const { code } of of("yaml")) expect(load(code)).toEqual(expect.any(Object));
  });

  it("gives the Kubernetes operator a stack that refreshes, and never destroys by itself", () => {
    const stack = of("yaml").map(({ code }) => load(code) as { kind?: string; spec?: object });
    expect(stack.find(({ kind }) => kind === "Stack")?.spec).toMatchObject({
      refresh: true,
      destroyOnFinalize: false,
      envRefs: { CLOUDFLARE_API_TOKEN: { type: "Secret" } },
    });
  });
});

/** Runs each program with mocks, one after the other, and prints what its account is set to afterwards. */
const RUN = `
const pulumi = require("@pulumi/pulumi");
const { billingMocks } = require("pulumi-cloudflare-ai-gateway-billing/testing");
const account = "0123456789abcdef0123456789abcdef";
async function main() {
  const seen = [];
  for (const file of process.argv.slice(2)) {
    const mocks = billingMocks();
    await pulumi.runtime.setMocks(mocks, "project", "stack", false);
    pulumi.runtime.setAllConfig({ "project:accountId": account, "project:researchAccount": account, "project:researchToken": "x" });
    require(file);
    await pulumi.runtime.disconnect();
    seen.push(mocks.config(account));
  }
  process.stdout.write(JSON.stringify(seen));
}
main();
`;
