// The generated parts of docs/ are what the schema, the benchmark's results and the commands say. UPDATE_DOCS=1 writes them anew.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/program";
import { PARTS, regenerate } from "./generated";
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

  it("are all in some page, so that nothing of the schema is left out", () => {
    const names = generated.flatMap(({ text }) => [...text.matchAll(/<!-- generated: (.+?) -->/g)]);
    const kinds = names.map(([, name = ""]) => (name in PARTS ? name : name.replace(/ .*/, "")));
    expect([...new Set(kinds)].sort()).toEqual(Object.keys(PARTS).sort());
  });
});
