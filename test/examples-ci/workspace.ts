// A checkout as a CI runner has it, for the tests of the pipelines: a copy of examples/basic with its dependencies, the
// package's commands among them, and a PATH on which npm, and pulumi where wanted, are stand-ins that record their calls.
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
import { bin as commands } from "../../package.json";
import { ROOT } from "../support/program";

export type Env = Readonly<Record<string, string>>;

/** The tokens for Cloudflare that the jobs get. */
export interface Tokens {
  readonly reads: string;
  readonly writes: string;
}

/** What the credentials of the READMEs' set-up may do, as their values. */
export const SCOPED = {
  reads: "may read at Cloudflare",
  writes: "may write at Cloudflare",
  readState: "may read the state",
  writeState: "may write the state",
  comments: "may-comment",
};

/** What a command of the stand-in for the CLI prints and how it ends. */
export interface StandIn {
  readonly stdout?: string;
  readonly exitCode?: number;
}

/** One call of a stand-in, and the credentials that it could have read. */
export interface Call {
  readonly args: string;
  readonly credentials: Env;
}

export type Workspace = ReturnType<typeof openWorkspace>;

/** What the READMEs say to copy beside the pipelines. */
const COPIED = ["ci-github/check-state.mjs", "ci-gitlab/note.mjs"];

/** What one job's run leaves, and the next one's checkout has not. */
const GENERATED = ["comment.md", "charges.json", "review.json", "summary.md"];

/** @param cli the real CLI, on the PATH behind the stand-ins. */
export function openWorkspace(cli: string | null) {
  const folder = mkdtempSync(path.join(tmpdir(), "topup-ci-"));
  const inside = (...names: string[]) => path.join(folder, ...names);
  const bin = inside(".stand-ins");
  const examples = path.join(ROOT, "examples");
  for (const made of [bin, inside(".kept")]) mkdirSync(made);
  cpSync(path.join(examples, "basic"), folder, { recursive: true, filter: (file) => !file.includes("node_modules") });
  for (const file of COPIED) cpSync(path.join(examples, file), inside(path.basename(file)));
  installDependencies(inside("node_modules"));
  writeStandIn(bin, "npm", {});
  const behind = [...(cli ? [path.dirname(cli)] : []), path.dirname(process.execPath), process.env.PATH ?? ""];
  const PATH = [bin, ...behind].join(path.delimiter);
  const copy = (from: string, to: string) => existsSync(from) && cpSync(from, to, { recursive: true });
  return {
    folder,
    /** From now on, `pulumi` is a stand-in that knows these commands, such as "preview"; any other says nothing. */
    pulumi: (answers: Readonly<Record<string, StandIn>>) => writeStandIn(bin, "pulumi", answers),
    /** Runs a script as a file of its own with the command line given; the output has both streams. */
    run(script: string, command: readonly string[], env: Env): Promise<Ended> {
      writeFileSync(inside(".step"), script);
      const words = command.map((word) => word.replace("{0}", inside(".step")));
      return runIn(folder, words, { ...baseEnv(), ...env, PATH });
    },
    read: (file: string) => readFileSync(inside(file), "utf8"),
    write: (file: string, text: string) => writeFileSync(inside(file), text),
    /** Begins a job: what another one has written is gone, but for what it has kept. */
    checkout() {
      for (const file of GENERATED) rmSync(inside(file), { force: true });
    },
    /** Keeps a file, if it is there, for later jobs: an artifact or a cache. */
    keep: (name: string, file: string) => copy(inside(file), inside(".kept", name, path.basename(file))),
    /** Gets what was kept, if anything was. */
    restore: (name: string, into = ".") => copy(inside(".kept", name), path.resolve(folder, into)),
    /** The stand-ins' calls since the last time, each as a command line. */
    calls: () => readCalls(path.join(bin, "calls")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

// A runner's own variables only: what this machine has in its environment must not decide a test.
function baseEnv(): Env {
  return { HOME: process.env.HOME ?? tmpdir(), npm_config_offline: "true", npm_config_update_notifier: "false" };
}

function installDependencies(modules: string): void {
  mkdirSync(path.join(modules, ".bin"), { recursive: true });
  for (const name of readdirSync(path.join(ROOT, "node_modules")).filter((entry) => !entry.startsWith("."))) {
    symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name), "junction");
  }
  for (const [name, file] of Object.entries(commands).filter(([command]) => command.startsWith("topup-"))) {
    writeScript(path.join(modules, ".bin", name), `require(${JSON.stringify(path.join(ROOT, file))});\n`);
  }
}

// It is Node, not a shell script, so that arguments and the environment are recorded as they are.
function writeStandIn(bin: string, name: string, answers: Readonly<Record<string, StandIn>>): void {
  const source = `const args = process.argv.slice(2);
const credentials = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => /^(CLOUDFLARE_API|PULUMI_ACCESS|GITHUB_TOKEN|GITLAB_NOTE)/.test(key)),
);
const call = { args: [${JSON.stringify(name)}, ...args].join(" "), credentials };
require("node:fs").appendFileSync(${JSON.stringify(path.join(bin, "calls"))}, JSON.stringify(call) + "\\n");
const answers = ${JSON.stringify(answers)};
const { stdout = "", exitCode = 0 } = answers[args[0]] ?? {};
process.stdout.write(stdout);
process.exitCode = exitCode;
`;
  writeScript(path.join(bin, name), source);
}

function writeScript(file: string, source: string): void {
  writeFileSync(file, `#!/usr/bin/env node\n${source}`);
  chmodSync(file, 0o755);
}

function readCalls(file: string): readonly Call[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  rmSync(file);
  return lines.map((line) => JSON.parse(line) as Call);
}

export interface Ended {
  readonly exitCode: number | null;
  /** Both streams. */
  readonly output: string;
}

/** Runs a command line in its folder, with an environment of its own. */
export async function runIn(cwd: string, command: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const [program = "bash", ...args] = command;
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const exitCode = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  return { exitCode, output };
}
