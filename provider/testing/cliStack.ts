// Owns a throw-away stack of the real CLI with the face of the local engine's, so that the same scenario can be played
// with both. It must not touch the user's own stacks, login or project folder.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CommandResult, runCommand } from "./cli";
import { type Command, type EngineEvent, stepsOf } from "./cliEvents";
import type { LocalStackOptions, RunOptions, RunResult, Step } from "./localEngine";

/** What a run with the real CLI came to. */
export interface CliRunResult extends Pick<RunResult, "ok" | "lines" | "requests"> {
  readonly exitCode: number | null;
  readonly steps: readonly Pick<Step, "op" | "urn" | "type" | "name" | "diff" | "outcome">[];
}

export interface CliStackOptions
  extends Pick<LocalStackOptions, "program" | "stack" | "config" | "env" | "requests" | "output"> {
  /** The CLI to run, as `findPulumiCli()` finds it. */
  readonly cli: string;
}

/** A stack in a local file backend, in a temporary folder that `dispose()` removes. */
export interface CliStack {
  preview(options?: RunOptions): Promise<CliRunResult>;
  up(options?: RunOptions): Promise<CliRunResult>;
  refresh(options?: RunOptions): Promise<CliRunResult>;
  destroy(options?: RunOptions): Promise<CliRunResult>;
  /** The state as `pulumi stack export` prints it. */
  state(): Promise<unknown>;
  /** Any other command, for instance `["cancel", "--yes"]`. */
  run(args: readonly string[]): Promise<CommandResult>;
  dispose(): Promise<void>;
}

/** Creates the stack. `program` gets a `Pulumi.<stack>.yaml`, so pass a copy of your project's folder. */
export async function openCliStack(options: CliStackOptions): Promise<CliStack> {
  const { cli, program, stack = "dev", config = {}, requests } = options;
  const home = mkdtempSync(path.join(tmpdir(), "pulumi-cli-"));
  const env = cliEnvironment(home, options.env);
  const run = (args: readonly string[], output?: (line: string) => void) =>
    runCommand(cli, [...args, "--non-interactive"], { cwd: program, env, output });

  async function operation(command: Command, flags: readonly (string | false | undefined)[]): Promise<CliRunResult> {
    const events = path.join(home, `events-${Date.now()}.json`);
    const seen = requests?.requests.length ?? 0;
    const args = [
      command,
      "--diff",
      "--event-log",
      events,
      "--stack",
      stack,
      ...flags.filter((flag) => typeof flag === "string"),
    ];
    const { exitCode, lines } = await run(args, options.output);
    const steps = stepsOf(readEvents(events), command);
    return { ok: exitCode === 0, exitCode, lines, steps, requests: requests?.requests.slice(seen) ?? [] };
  }

  await demand(run(["stack", "init", stack]));
  for (const [key, value] of Object.entries(config)) {
    const words = typeof value === "string" ? ["--plaintext", key, value] : ["--secret", key, value.secret];
    await demand(run(["config", "set", "--stack", stack, ...words]));
  }
  const write = ["--yes", "--skip-preview"];
  return {
    preview: ({ refresh } = {}) => operation("preview", [refresh && "--refresh"]),
    up: ({ refresh } = {}) => operation("up", [...write, refresh && "--refresh"]),
    refresh: ({ previewOnly } = {}) => operation("refresh", previewOnly ? ["--preview-only"] : write),
    destroy: ({ refresh } = {}) => operation("destroy", [...write, refresh && "--refresh"]),
    state: async () => JSON.parse((await demand(run(["stack", "export", "--stack", stack]))).lines.join("\n")),
    run: (args) => run(args, options.output),
    dispose: async () => rmSync(home, { recursive: true, force: true }),
  };
}

// A login, a backend and a home of its own: nothing of the user's is read or written. PULUMI_DEBUG_COMMANDS makes
// --event-log known.
function cliEnvironment(home: string, own: CliStackOptions["env"]): NodeJS.ProcessEnv {
  const ours = {
    PULUMI_BACKEND_URL: `file://${home}`,
    PULUMI_HOME: home,
    PULUMI_CONFIG_PASSPHRASE: "throw-away",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DEBUG_COMMANDS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  return { ...process.env, ...ours, ...own };
}

async function demand(running: Promise<CommandResult>): Promise<CommandResult> {
  const result = await running;
  if (result.exitCode !== 0) throw new Error(`The Pulumi CLI failed:\n${result.lines.join("\n")}`);
  return result;
}

function readEvents(file: string): EngineEvent[] {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as EngineEvent);
}
