// Describes the machine as far as a reader needs it to read the figures, without its name.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import path from "node:path";
import { root } from "./workspace.mjs";

export function describeMachine() {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: availableParallelism(),
    pulumi: versionOf("@pulumi/pulumi"),
    cloudflare: versionOf("cloudflare"),
    cli: createRequire(path.join(root, "package.json"))(path.join(root, "dist/testing.js")).findPulumiCli() !== null,
  };
}

function versionOf(name) {
  return JSON.parse(readFileSync(path.join(root, "node_modules", name, "package.json"), "utf8")).version;
}
