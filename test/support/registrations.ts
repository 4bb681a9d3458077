// Runs a program with the SDK's own mocks in a process of its own, and tells what it would have registered and exported. For tests of what a
// program declares; no provider takes part.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The explicit provider as `urn::id`; empty for the default one. */
  readonly provider: string;
}

export interface ProgramRun {
  readonly resources: readonly Registered[];
  /** Functions that were called, by their tokens. */
  readonly calls: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface ProgramOptions {
  /** Full keys with their values as text. */
  readonly config?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** @param main the program's JavaScript or TypeScript file. Rejects with what the program printed if it ends with an error. */
export async function runProgram(main: string, options: ProgramOptions = {}): Promise<ProgramRun> {
  const { config = {}, secrets = [], env = {} } = options;
  const script = path.join(path.dirname(main), "registrations.cjs");
  writeFileSync(script, SCRIPT);
  const args = [script, main.endsWith(".ts") ? compile(main) : main, JSON.stringify(config), JSON.stringify(secrets)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env.PATH, ...env } });
  return JSON.parse(stdout) as ProgramRun;
}

function compile(main: string): string {
  const outfile = main.replace(/\.ts$/, ".compiled.cjs");
  buildSync({ entryPoints: [main], outfile, bundle: true, packages: "external", platform: "node", format: "cjs" });
  return outfile;
}

const SCRIPT = `const { pathToFileURL } = require("node:url");
const pulumi = require("@pulumi/pulumi");
const [main, config, secrets] = process.argv.slice(2);
const [resources, calls] = [[], []];
pulumi.runtime.setMocks(
  {
    newResource({ type, name, inputs, provider }) {
      resources.push({ type, name, inputs, provider: provider ?? "" });
      return { id: inputs.accountId ?? name + "-id", state: inputs };
    },
    call({ token, inputs }) {
      calls.push(token);
      return inputs;
    },
  },
  "tested",
  "dev",
  false,
);
pulumi.runtime.setAllConfig(JSON.parse(config), JSON.parse(secrets));
const exported = import(pathToFileURL(main));
process.once("beforeExit", async () => {
  const { default: whole, ...named } = await exported;
  const outputs = await pulumi.output(whole ?? named).promise();
  process.stdout.write(JSON.stringify({ resources, calls, outputs }));
});
`;
