// The tables that users read are those that the tests play. UPDATE_DOCS=1 writes them anew.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "@jest/globals";
import { renderFaults } from "./document";

const file = path.resolve(__dirname, "../../docs/failures.md");
if (process.env.UPDATE_DOCS === "1") writeFileSync(file, renderFaults(readFileSync(file, "utf8")));

it("docs/failures.md holds the tables as they are played; `UPDATE_DOCS=1 npx jest test/faults/document` writes them anew", () => {
  const page = readFileSync(file, "utf8");
  expect(page).toBe(renderFaults(page));
});
