// A `pulumi` that knows the few commands of examples/breaker and its pipeline, for machines without the CLI: the local engine plays the stack,
// the configuration stands where the CLI keeps it.
import path from "node:path";
import { ROOT } from "../support/program";

/**
 * @param project whose configuration it is.
 * @param preview what `pulumi preview --json` prints.
 * @returns the source of a Node script.
 */
export function localPulumi(project: string, preview: string): string {
  return `const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { openLocalStack } = require(${JSON.stringify(path.join(ROOT, "dist/testing.js"))});

const words = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const stateFile = path.join(__dirname, "state.json");
const configFile = path.join(process.cwd(), "Pulumi.production.yaml");
const state = () => (existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, "utf8")) : { deployment: {} });
// JSON is YAML, too.
const config = () => (existsSync(configFile) ? JSON.parse(readFileSync(configFile, "utf8")).config : {});

async function main([command, what, key, value]) {
  if (command === "preview") return process.stdout.write(${JSON.stringify(preview)});
  if (command === "config") {
    const next = { ...config(), [\`${project}:\${key}\`]: value };
    return writeFileSync(configFile, JSON.stringify({ config: next }, null, 2) + "\\n");
  }
  if (command === "stack") {
    const { resources = [] } = state().deployment;
    const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
    return process.stdout.write(JSON.stringify(what === "output" ? outputs : state()));
  }
  if (command !== "up") throw new Error("not played here: " + command);
  const stack = openLocalStack({ program: process.cwd(), stack: "production", stateFile, config: config() });
  const { ok, lines } = await stack.up();
  await stack.dispose();
  process.stdout.write(lines.join("\\n"));
  process.exitCode = ok ? 0 : 255;
}

main(words);
`;
}
