// The TypeScript programs of README and docs/ type-check as they stand, with the types that `pulumi package add` would generate from the schema.
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import ts from "typescript";
import { javascriptProgram, type Program } from "../support/program";
import { schema } from "./generated";
import { programsIn, readPages, titleOf } from "./pages";

const programs = programsIn(readPages().flatMap((page) => page.blocks));
let program: Program;

beforeAll(() => {
  program = javascriptProgram();
  program.write("types/sdk.d.ts", sdkTypes());
  for (const [index, { code }] of programs.entries()) program.write(`snippet${index}.ts`, code);
});
afterAll(() => program.remove());

it("the documented programs compile", () => {
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, types: ["node"] },
    ...{ module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  };
  const files = ["types/sdk.d.ts", ...programs.map((_, index) => `snippet${index}.ts`)];
  const roots = files.map((file) => path.join(program.folder, file));
  const found = ts.getPreEmitDiagnostics(ts.createProgram(roots, options));
  const messages = found.map(({ file: source, messageText }) => {
    const index = Number(/snippet(\d+)/.exec(source?.fileName ?? "")?.[1] ?? -1);
    return `${programs[index] ? titleOf(programs[index]) : source?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  expect(programs.length).toBeGreaterThan(5);
  expect(messages).toEqual([]);
});

type Properties = Record<string, { type: string }>;

/** Types of the SDK, as far as the documentation uses it. */
function sdkTypes(): string {
  const types: Record<string, string> = { string: "string", integer: "number", number: "number", boolean: "boolean" };
  const members = (properties: Properties, required: readonly string[]) =>
    Object.entries(properties).map(
      ([name, { type }]) => `${name}${required.includes(name) ? "" : "?"}: pulumi.Input<${types[type] ?? "unknown"}>;`,
    );
  const resources = Object.entries<{ inputProperties: Properties; requiredInputs: string[]; properties: Properties }>(
    schema.resources,
  );
  const classes = resources.map(([token, { inputProperties, requiredInputs, properties }]) => {
    const name = token.split(":").at(-1);
    const outputs = Object.entries(properties).map(
      ([property, { type }]) => `readonly ${property}: pulumi.Output<${types[type]} | undefined>;`,
    );
    return `interface ${name}Args { ${members(inputProperties, requiredInputs).join(" ")} }
class ${name} extends pulumi.CustomResource {
  constructor(name: string, args: ${name}Args, opts?: pulumi.CustomResourceOptions);
  ${outputs.join("\n  ")}
}`;
  });
  return `declare module "${schema.language.nodejs.packageName}" {
import * as pulumi from "@pulumi/pulumi";
interface ProviderArgs { ${members(schema.provider.inputProperties, []).join(" ")} }
class Provider extends pulumi.ProviderResource { constructor(name: string, args: ProviderArgs); }
${classes.join("\n")}
}
`;
}
