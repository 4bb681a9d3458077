// A newcomer's machine: the project of docs/getting-started.md in a folder, a simulator, and a POSIX shell that finds the package's commands and
// `pulumi`. Which `pulumi` that is, the caller says.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { javascriptProgram, ROOT } from "../support/program";
import { readPage } from "./pages";
import { STORY, type Step } from "./steps";

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

export interface Newcomer {
  /** What the simulator printed to paste. */
  exportLine(): string;
  /** Makes the step's edits and types its command. */
  type(step: Pick<Step, "command" | "edits">): Promise<Ended>;
  leave(): Promise<void>;
}

/** @param cli the real CLI's path; null for the stand-in. */
export async function openNewcomer(cli: string | null): Promise<Newcomer> {
  const { folder, write, remove } = javascriptProgram();
  const bin = path.join(folder, ".bin");
  const { blocks } = readPage(STORY);
  // In the order in which the page shows them.
  const files = ["Pulumi.yaml", "package.json", "tsconfig.json", "index.ts"];
  const shown = blocks.filter(({ language }) => ["yaml", "json", "ts"].includes(language));
  for (const [index, file] of files.entries()) write(file, shown[index]?.code ?? "");
  writeCommands(bin, cli);
  let simulator = await startSimulator([]);
  /** What was exported, and is so for every later command. */
  const exported: string[] = [];

  return {
    exportLine: () => simulator.line,
    async type({ command, edits }) {
      for (const [from, to] of edits) replaceIn(path.join(folder, "index.ts"), from, to);
      const [, args] = /^npx --no-install ai-gateway-billing-simulator --port 8787(.*)/.exec(command) ?? [];
      if (args !== undefined) {
        await simulator.stop();
        simulator = await startSimulator(args.split(" ").filter(Boolean));
        return { exitCode: 0, output: "" };
      }
      const typed = fill(command, simulator.line);
      if (command.startsWith("export ")) exported.push(command);
      const before = exported.map((line) => fill(line, simulator.line));
      return run([...before, typed].join("\n"), folder, bin);
    },
    async leave() {
      await simulator.stop();
      remove();
    },
  };
}

/** What a person replaces, and what a person is asked. */
function fill(command: string, exportLine: string): string {
  const [, host = "", token = ""] = /http:\/\/(\S+?)\/\S* CLOUDFLARE_API_TOKEN=(\S+)/.exec(exportLine) ?? [];
  return (
    command
      .replaceAll("127.0.0.1:8787", host)
      .replaceAll("https://api.cloudflare.com", `http://${host}`)
      // The script is quicker to have than an executable, which test/plugin/standalone installs from its archive.
      .replace(/release\/(pulumi-resource-[a-z-]+)-v\S+\.tar\.gz/, path.join(ROOT, "dist/$1"))
      .replace(/^pulumi config set --secret \S+$/, `$& ${token}`)
      .replaceAll("YOUR_TOKEN", token)
      .replace(/^pulumi (up|refresh|destroy|stack rm|import)\b.*/, "$& --yes")
  );
}

/**
 * `pulumi`, and npx as far as it is documented: options, `--package` with a value, then a command of the package. Only npx finds those: on PATH,
 * the engine would take the plugin there for the one that was installed.
 */
function writeCommands(bin: string, cli: string | null): void {
  const own = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { bin: Record<string, string> };
  const ofPackage = path.join(bin, "package");
  mkdirSync(ofPackage, { recursive: true });
  for (const [name, file] of Object.entries(own.bin))
    writeScript(path.join(ofPackage, name), `exec node "${path.join(ROOT, file)}" "$@"`);
  const pulumi = cli === null ? `node "${path.join(__dirname, "standIn.mjs")}"` : `"${cli}"`;
  writeScript(path.join(bin, "pulumi"), `exec ${pulumi} "$@"`);
  writeScript(
    path.join(bin, "npx"),
    `while :; do case "$1" in --package) shift 2 ;; -*) shift ;; *) break ;; esac; done\nexec "${ofPackage}/$@"`,
  );
}

function writeScript(file: string, source: string): void {
  writeFileSync(file, `#!/bin/sh\n${source}\n`);
  chmodSync(file, 0o755);
}

function replaceIn(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${path.basename(file)} has no ${from}.`);
  writeFileSync(file, text.replace(from, to));
}

async function run(script: string, folder: string, bin: string): Promise<Ended> {
  const env = {
    PATH: [bin, path.dirname(process.execPath), process.env.PATH ?? ""].join(path.delimiter),
    HOME: folder,
    // The CLI takes its home from the user's entry, whatever HOME says.
    PULUMI_HOME: path.join(folder, ".pulumi-home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const child = spawn("sh", ["-c", script], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const exitCode = await new Promise<number | null>((done) => child.once("close", done));
  return { exitCode, output };
}

/** As `npx ai-gateway-billing-simulator` starts it, on any free port. */
async function startSimulator(args: readonly string[]): Promise<{ line: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [path.join(ROOT, "dist/simulator.js"), ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  const line = await new Promise<string>((found, fail) => {
    child.once("close", () => fail(new Error(`The simulator ended: ${printed}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const [first] = /^export .*$/m.exec(printed) ?? [];
      if (first) found(first);
    });
  });
  return { line, stop: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = new Promise((done) => child.once("close", done));
  child.kill();
  await closed;
}
