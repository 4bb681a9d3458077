// Holds what the command may load: Node's own modules and the dollars of the core, nothing of Pulumi, the SDK or zod.
import { expect, it } from "@jest/globals";
import { importsOf, loadedBy, providerFiles } from "../support/imports";

it("loads Node's modules and topup/money.ts, and nothing else outside its own folder", () => {
  const outside = [...loadedBy("review.ts")].filter((target) => !target.startsWith("review"));
  expect(outside.filter((target) => !target.startsWith("node:"))).toEqual(["topup/money.ts"]);
});

it("is loaded by nothing else but topup-charges, which reads and prints in the same way", () => {
  const importers = providerFiles()
    .flatMap(importsOf)
    .filter(({ target }) => /^review(\.ts$|\/)/.test(target));
  expect(importers.filter(({ file }) => !/^(review|charges)(\.ts$|\/)/.test(file))).toEqual([]);
  expect(importers.length).toBeGreaterThan(0);
});
