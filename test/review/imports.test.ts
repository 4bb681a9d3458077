// Holds what the command may load: Node's own modules and the dollars of the rules, zod, and nothing of Pulumi or the SDK.
import { expect, it } from "@jest/globals";
import { importsOf, loadedBy, providerFiles } from "../support/imports";

it("loads Node's modules, what both commands share and topup/money.ts, and nothing else outside its own folder", () => {
  const outside = [...loadedBy("review.ts")].filter((target) => !/^(node:|review|command)/.test(target));
  expect(outside.sort()).toEqual(["pulumi/markers.ts", "pulumi/urn.ts", "topup/money.ts", "zod/mini"]);
});

it("is loaded by nothing else", () => {
  const importers = providerFiles()
    .flatMap(importsOf)
    .filter(({ target }) => /^review(\.ts$|\/)/.test(target));
  expect(importers.filter(({ file }) => !/^review(\.ts$|\/)/.test(file))).toEqual([]);
  expect(importers.length).toBeGreaterThan(0);
});
