// A newcomer's machine: the project of docs/getting-started.md, a simulator of its own, and a shell in which the package's commands and `pulumi`
// are found. Which `pulumi` that is, the caller says.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "../support/program";
import { readPage } from "./pages";
import type { Step } from "./steps";

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

export interface Newcomer {
  /** What the simulator printed to paste. */
  readonly exportLine: string;
  /** Types a step's command. */
  type(step: Step): Promise<Ended>;
  /** Stops the simulator and starts it again with other arguments. */
  restart(...args: string[]): Promise<void>;
  leave(): Promise<void>;
}

/** @param pulumi the real CLI's path, or a script that stands in for it. */
export async function openNewcomer(pulumi: { cli: string } | { script: string }): Promise<Newcomer> {
  const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-newcomer-"));
  const bin = path.join(folder, ".bin");
  mkdirSync(bin);
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"), "junction");
  const files = { yaml: "Pulumi.yaml", json: "package.json", ts: "index.ts" };
  const { blocks } = readPage("docs/getting-started.md");
  for (const [language, file] of Object.entries(files)) {
    const block = blocks.find((each) => each.language === language);
    writeFileSync(path.join(folder, file), block?.code ?? "");
  }
  writeScript(path.join(bin, "npx"), npx());
  if ("script" in pulumi) writeScript(path.join(bin, "pulumi"), pulumi.script);
  const cli = "cli" in pulumi ? [path.dirname(pulumi.cli)] : [];
  const PATH = [bin, ...cli, path.dirname(process.execPath), process.env.PATH ?? ""].join(path.delimiter);
  let simulator = await startSimulator([]);

  const type = async ({ command, edit }: Step): Promise<Ended> => {
    if (edit) replaceIn(path.join(folder, "index.ts"), ...edit);
    // Asked by a person, answered by --yes.
    const answered = command.replace(/^pulumi (up|refresh|destroy|stack rm|import)\b.*/, "$& --yes");
    return run(answered.replace("YOUR_TOKEN", simulator.env.CLOUDFLARE_API_TOKEN ?? ""), folder, {
      HOME: folder,
      PULUMI_HOME: path.join(folder, ".pulumi"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "only-for-this-try",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      ...simulator.env,
      PATH,
    });
  };
  return {
    exportLine: simulator.line,
    type,
    async restart(...args) {
      await simulator.stop();
      simulator = await startSimulator(args);
    },
    async leave() {
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Simulator {
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** As `npx ai-gateway-billing-simulator` starts it, on any free port. */
async function startSimulator(args: readonly string[]): Promise<Simulator> {
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
  const settings = line
    .replace("export ", "")
    .split(" ")
    .map((setting) => setting.split("="));
  return { line, env: Object.fromEntries(settings), stop: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = new Promise((done) => child.once("close", done));
  child.kill();
  await closed;
}

async function run(command: string, cwd: string, env: Record<string, string>): Promise<Ended> {
  const child = spawn("bash", ["-c", command], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const exitCode = await new Promise<number | null>((done) => child.once("close", done));
  return { exitCode, output };
}

function replaceIn(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${path.basename(file)} has no ${from}.`);
  writeFileSync(file, text.replace(from, to));
}

function writeScript(file: string, source: string): void {
  writeFileSync(file, source);
  chmodSync(file, 0o755);
}

/** npx as far as it is documented: options, `--package` with a value, then a command of the package. In sh, which starts faster than Node. */
function npx(): string {
  const { bin } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { bin: Record<string, string> };
  const cases = Object.entries(bin).map(
    ([name, file]) => `  ${name}) shift; exec node "${path.join(ROOT, file)}" "$@" ;;`,
  );
  return `#!/bin/sh
while :; do
  case "$1" in
  --package) shift 2 ;;
  -*) shift ;;
  *) break ;;
  esac
done
case "$1" in
${cases.join("\n")}
esac
echo "the package has no command $1" >&2
exit 127
`;
}
