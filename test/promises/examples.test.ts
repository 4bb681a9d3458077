// Holds promise 33 without a CLI: no example turns a value that it cannot read into a sum of money. With a CLI, plugin/examples plays the previews.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { copyExample, type Program, ROOT } from "../support/program";
import { runProgram } from "../support/registrations";
import { makeSdk, type Sdk } from "../support/sdk";

const accountId = "0123456789abcdef0123456789abcdef";

let sdk: Sdk;
let program: Program;

beforeAll(() => {
  sdk = makeSdk();
  program = copyExample("typescript-plugin");
});
afterAll(() => {
  program.remove();
  sdk.remove();
});

function run(amount: string) {
  const config = { "tested:accountId": accountId, "tested:amount": amount };
  return runProgram(path.join(program.folder, "index.ts"), { config, env: sdk.env });
}

it("the TypeScript example declares the amount of its configuration", async () => {
  expect((await run("8000")).resources).toMatchObject([{ inputs: { amount: 8000, threshold: 1000 } }]);
});

it.each(["12,5", "5000x", "1e5", "-1", ""])(
  "the TypeScript example ends on the amount '%s' instead of declaring another one (promise 33)",
  async (amount) => {
    await expect(run(amount)).rejects.toThrow(`'amount' must be a whole number of US cents; got '${amount}'`);
  },
);

it("the examples in Go and Python neither take the default for a value that they cannot read, nor for a zero (promise 33)", () => {
  const read = (file: string) => readFileSync(path.join(ROOT, "examples", file), "utf8");
  expect(read("go/main.go").match(/\bcfg\.Get\w*\(/g)).toBeNull();
  expect(read("go/main.go").match(/\bcfg\.TryInt\(/g)).toHaveLength(1);
  expect(read("python/__main__.py").match(/get_int\("\w+"\)|\) or \d/g)).toBeNull();
});
