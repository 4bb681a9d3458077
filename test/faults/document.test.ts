// The fault table as users read it is the table that the tests play. UPDATE_DOCS=1 writes it anew.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { renderFaults } from "./document";
import { ROWS } from "./families";

const file = path.resolve(__dirname, "../../docs/failures.md");
if (process.env.UPDATE_DOCS === "1") writeFileSync(file, renderFaults());

describe("docs/failures.md", () => {
  it("is what the table says; `UPDATE_DOCS=1 npx jest test/faults/document` writes it anew", () => {
    expect(readFileSync(file, "utf8")).toBe(renderFaults());
  });

  it("names every fault that is played", () => {
    const text = readFileSync(file, "utf8");
    expect(ROWS.filter(({ fault }) => !text.includes(fault.name))).toEqual([]);
  });
});
