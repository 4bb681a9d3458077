// A checkout as a CI runner has it: a copy of an example with its dependencies, the package's commands among them, and a PATH on which npm, and
// pulumi where wanted, are stand-ins that keep a record of their calls.
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { ROOT } from "../support/program";

export type Env = Readonly<Record<string, string>>;

/** What a stand-in for the CLI prints and how it ends. */
export interface StandIn {
  readonly stdout: string;
  readonly exitCode: number;
}

/** One call of a stand-in: its arguments, and the names of the credentials it could have read. */
export interface Call {
  readonly command: string;
  readonly args: readonly string[];
  readonly credentials: readonly string[];
}

export interface Workspace {
  readonly folder: string;
  /** From now on, `pulumi` is this stand-in. */
  pulumi(standIn: StandIn): void;
  /** From now on, `pulumi` is this Node script. */
  pulumiScript(source: string): void;
  /** Runs a script as a file of its own with the command line given; the output has both streams. */
  run(script: string, command: readonly string[], env: Env): Promise<{ exitCode: number | null; output: string }>;
  read(file: string): string;
  calls(): readonly Call[];
  remove(): void;
}

/**
 * @param cli the real CLI, on the PATH behind the stand-ins.
 * @param example what it is a checkout of.
 */
export function openWorkspace(cli: string | null, example = "basic"): Workspace {
  const folder = mkdtempSync(path.join(tmpdir(), "topup-ci-"));
  const bin = path.join(folder, ".stand-ins");
  mkdirSync(bin);
  cpSync(path.join(ROOT, "examples", example), folder, {
    recursive: true,
    filter: (file) => !file.includes("node_modules"),
  });
  installDependencies(folder);
  const standIn = (name: string, { stdout, exitCode }: StandIn) => writeStandIn(bin, name, stdout, exitCode);
  standIn("npm", { stdout: "", exitCode: 0 });
  const behind = [...(cli ? [path.dirname(cli)] : []), path.dirname(process.execPath), process.env.PATH ?? ""];
  const PATH = [bin, ...behind].join(path.delimiter);
  return {
    folder,
    pulumi: (next) => standIn("pulumi", next),
    pulumiScript: (source) => writeScript(path.join(bin, "pulumi"), source),
    run: (script, command, env) => runScript(folder, script, command, { ...baseEnv(), ...env, PATH }),
    read: (file) => readFileSync(path.join(folder, file), "utf8"),
    calls: () => readCalls(bin),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What 'pulumi stack export' prints of a stack that declares the account, as far as anybody here reads it. */
export function stateOf(accountId: string): string {
  const urn = "urn:pulumi:production::p::pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig::topup";
  return JSON.stringify({ version: 3, deployment: { resources: [{ urn, id: accountId, inputs: { accountId } }] } });
}

// A runner's own variables only: what this machine has in its environment must not decide a test.
function baseEnv(): Env {
  return { HOME: process.env.HOME ?? tmpdir(), npm_config_offline: "true", npm_config_update_notifier: "false" };
}

async function runScript(folder: string, script: string, command: readonly string[], env: Env) {
  const file = path.join(folder, ".step");
  writeFileSync(file, script);
  const [program = "bash", ...args] = command.map((word) => word.replace("{0}", file));
  const child = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const exitCode = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  return { exitCode, output };
}

function installDependencies(folder: string): void {
  const modules = path.join(folder, "node_modules");
  mkdirSync(path.join(modules, ".bin"), { recursive: true });
  for (const name of readdirSync(path.join(ROOT, "node_modules")).filter((entry) => !entry.startsWith("."))) {
    symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name), "junction");
  }
  for (const name of ["review", "charges"]) {
    const outfile = path.join(modules, ".bin", `topup-${name}`);
    const entry = path.join(ROOT, `provider/${name}.ts`);
    buildSync({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", format: "cjs" });
    chmodSync(outfile, 0o755);
  }
}

// It is Node, not a shell script, so that arguments and the environment are recorded as they are.
function writeStandIn(bin: string, name: string, stdout: string, exitCode: number): void {
  const file = path.join(bin, name);
  const source = `const credentials = Object.keys(process.env).filter((key) => /^(CLOUDFLARE|GITHUB_TOKEN|GITLAB_NOTE)/.test(key));
const call = { command: ${JSON.stringify(name)}, args: process.argv.slice(2), credentials };
require("node:fs").appendFileSync(${JSON.stringify(path.join(bin, "calls"))}, JSON.stringify(call) + "\\n");
process.stdout.write(${JSON.stringify(stdout)});
process.exitCode = ${exitCode};
`;
  writeScript(file, source);
}

function writeScript(file: string, source: string): void {
  writeFileSync(file, `#!/usr/bin/env node\n${source}`);
  chmodSync(file, 0o755);
}

function readCalls(bin: string): readonly Call[] {
  const file = path.join(bin, "calls");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Call);
}
