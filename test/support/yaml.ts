// Reads YAML with the parser that @pulumi/pulumi brings along, so that tests need no dependency of their own for it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

interface YamlParser {
  load(text: string): unknown;
}

export function readYaml(file: string): unknown {
  const { load } = createRequire(require.resolve("@pulumi/pulumi/package.json"))("js-yaml") as YamlParser;
  return load(readFileSync(file, "utf8"));
}
