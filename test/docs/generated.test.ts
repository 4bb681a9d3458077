// The generated parts of docs/ are what the schema, the benchmark's results and the commands say. UPDATE_DOCS=1 writes them anew.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/program";
import { regenerate, schema } from "./generated";
import { readPage, readPages } from "./pages";

const generated = readPages().filter(({ text }) => text.includes("<!-- generated: "));

if (process.env.UPDATE_DOCS === "1")
  for (const { file, text } of generated) writeFileSync(path.join(ROOT, file), regenerate(text));

describe("the generated parts", () => {
  it.each(generated.map(({ file }) => [file]))(
    "of %s are up to date; `UPDATE_DOCS=1 npx jest test/docs/generated` writes them anew",
    (file) => {
      const { text } = readPage(file);
      expect(text).toBe(regenerate(text));
    },
  );

  it("name every input, output, function, type and setting of the schema", () => {
    const { text } = readPage("docs/reference.md");
    const [resource] = Object.values<{ properties: object }>(schema.resources);
    const functions = Object.values<{ inputs: { properties: object }; outputs: { properties: object } }>(
      schema.functions,
    );
    const names = [
      ...Object.keys(resource?.properties ?? {}),
      ...functions.flatMap(({ inputs, outputs }) => [
        ...Object.keys(inputs.properties),
        ...Object.keys(outputs.properties),
      ]),
      ...Object.values<{ properties?: object }>(schema.types).flatMap(({ properties = {} }) => Object.keys(properties)),
      ...Object.keys(schema.provider.inputProperties),
    ];
    expect(names.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
    const headings = [...Object.keys(schema.functions), ...Object.keys(schema.types)].map((token) =>
      token.split(":").at(-1),
    );
    for (const heading of headings) expect(text).toContain(`\n### ${heading}\n`);
  });
});
