// A throw-away stack of the real Pulumi CLI, over Pulumi's own Automation API: users' tests, our tests and the demo open one, run commands
// on it and dispose of it. https://www.pulumi.com/docs/iac/automation-api/
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type * as Automation from "@pulumi/pulumi/automation";
import type { ConfigValue, LocalProgramArgs, Stack } from "@pulumi/pulumi/automation";

export interface StackOptions {
  /** The folder with the program and its Pulumi.yaml. */
  readonly program: string;
  /** The stack's name, "dev" by default. The program's folder must not have settings for a stack of this name. */
  readonly stack?: string;
  /** Stack configuration: "namespace:key", or "key" for the project's own. */
  readonly config?: Readonly<Record<string, string | { readonly secret: string }>>;
  /**
   * Environment variables, on top of this process's. The stack's PULUMI_HOME is empty, and the CLI downloads no plugin into it: if the
   * program needs a plugin that you installed, pass the PULUMI_HOME that has it.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Anything that records the requests it gets, such as the simulator: a result has those of its command. */
  readonly requests?: { readonly requests: readonly unknown[] };
  /** Gets every printed line as it is printed. */
  readonly output?: (line: string) => void;
}

/** How a command ended. One that fails resolves, too: look at `ok`, and print the lines when a test fails. */
export interface StackResult {
  readonly ok: boolean;
  readonly exitCode: number | null;
  /** Standard output alone, for instance the document of `preview --json`. */
  readonly stdout: string;
  /** All that was printed, in the order of its arrival. */
  readonly lines: readonly string[];
  /** What the recorder was asked during the command. */
  readonly requests: readonly unknown[];
}

/** A stack in a local backend, in a temporary folder that `dispose()` removes together with the stack's settings. */
export interface ThrowAwayStack {
  /** Each command takes more of the CLI's flags: `preview("--refresh", "--expect-no-changes")`. */
  preview(...flags: readonly string[]): Promise<StackResult>;
  up(...flags: readonly string[]): Promise<StackResult>;
  refresh(...flags: readonly string[]): Promise<StackResult>;
  destroy(...flags: readonly string[]): Promise<StackResult>;
  /** Any other command: `run(["cancel", "--yes"])`. */
  run(args: readonly string[]): Promise<StackResult>;
  /** The document of `preview --json`, with all that `topup-review` reads. Rejects if the preview fails. */
  previewDocument(...flags: readonly string[]): Promise<unknown>;
  /** The state, as `pulumi stack export` prints it. */
  state(): Promise<unknown>;
  dispose(): Promise<void>;
}

/**
 * Creates a stack with a login, a home and a passphrase of its own: nothing of the user's stacks and settings is read or written. Rejects if
 * there is no Pulumi CLI; `findPulumiCli` tells that beforehand.
 */
export async function openStack(options: StackOptions): Promise<ThrowAwayStack> {
  const cli = findPulumiCli();
  if (cli === null) throw new Error(NO_CLI);
  const { program, stack: stackName = "dev", config = {}, requests = { requests: [] }, output } = options;
  const settings = path.join(program, `Pulumi.${stackName}.yaml`);
  if (existsSync(settings))
    throw new Error(`${settings} exists: name another stack with 'stack', or pass a copy of the folder.`);
  const home = mkdtempSync(path.join(tmpdir(), "pulumi-stack-"));
  const dispose = async () => {
    for (const place of [home, settings]) rmSync(place, { recursive: true, force: true });
  };
  const envVars = environmentIn(home, cli, stackName, options.env);
  try {
    const stack = await createStack(cli, { stackName, workDir: program }, envVars);
    const values = Object.entries(config).map(([key, value]): [string, ConfigValue] => [
      key,
      typeof value === "string" ? { value } : { value: value.secret, secret: true },
    ]);
    if (values.length > 0) await stack.setAllConfig(Object.fromEntries(values));
    // The Automation API's own commands lose the exit code, and its refresh prints no values.
    const play = async (args: readonly string[], show = output): Promise<StackResult> => {
      const before = requests.requests.length;
      const child = spawn(cli, [...args, "--non-interactive"], { cwd: program, env: { ...process.env, ...envVars } });
      const ended = await endOf(child, show);
      return { ...ended, ok: ended.exitCode === 0, requests: requests.requests.slice(before) };
    };
    const run: ThrowAwayStack["run"] = (args) => play(args);
    const read = async (args: readonly string[]): Promise<unknown> => {
      const { ok, stdout, lines } = await play(args, () => {});
      if (!ok) throw new Error(`pulumi ${args.join(" ")} failed:\n${lines.join("\n")}`);
      return JSON.parse(stdout);
    };
    return {
      ...{ run, dispose },
      preview: (...flags) => run(["preview", "--diff", ...flags]),
      up: (...flags) => run(["up", "--diff", "--yes", "--skip-preview", ...flags]),
      refresh: (...flags) => run(["refresh", "--diff", "--yes", "--skip-preview", ...flags]),
      destroy: (...flags) => run(["destroy", "--diff", "--yes", "--skip-preview", ...flags]),
      previewDocument: (...flags) => read(["preview", "--json", "--show-sames", "--show-replacement-steps", ...flags]),
      // The Automation API's export shows secrets.
      state: () => read(["stack", "export"]),
    };
  } catch (cause) {
    await dispose();
    throw cause;
  }
}

const NO_CLI =
  "Cannot open a stack: there is no Pulumi CLI on PATH, in ~/.pulumi/bin or in ~/.pulumi/versions. Run `npx pulumi@3.265.0 version` " +
  "once, which downloads it into ~/.pulumi/versions, or install it: https://www.pulumi.com/docs/install/";

// The CLI finds its language plugins on PATH.
function environmentIn(home: string, cli: string, stack: string, own: StackOptions["env"]): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: pathToFileURL(home).href,
    PULUMI_HOME: home,
    PULUMI_STACK: stack,
    PULUMI_CONFIG_PASSPHRASE: "throw-away",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...own,
    PATH: [path.dirname(cli), own?.PATH ?? process.env.PATH ?? ""].join(path.delimiter),
  };
}

async function createStack(cli: string, args: LocalProgramArgs, envVars: Record<string, string>): Promise<Stack> {
  // Loaded late: it takes half a second, which the mocks and the simulator need not wait for.
  const { LocalWorkspace, PulumiCommand } = require("@pulumi/pulumi/automation") as typeof Automation;
  const folder = path.dirname(cli);
  const pulumiCommand = await PulumiCommand.get(path.basename(folder) === "bin" ? { root: path.dirname(folder) } : {});
  return LocalWorkspace.createStack(args, { pulumiCommand, envVars });
}

/** Rejects only if the CLI cannot be started. */
async function endOf(child: ChildProcessWithoutNullStreams, output: StackOptions["output"]) {
  child.stdin.end();
  const printed: string[] = [];
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      if (input === child.stdout) printed.push(line);
      lines.push(line);
      output?.(line);
    });
  }
  const [exitCode]: (number | null)[] = await once(child, "close");
  return { exitCode: exitCode ?? null, stdout: printed.join("\n"), lines };
}

/**
 * The `pulumi` on PATH, else the one that Pulumi's installer puts into `~/.pulumi/bin`, else the newest that `npx pulumi` or the
 * Automation API downloaded into `~/.pulumi/versions`. Null if there is none.
 */
export function findPulumiCli(env: NodeJS.ProcessEnv = process.env): string | null {
  const home = path.join(env.HOME ?? homedir(), ".pulumi");
  const onPath = (env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const folders = [...onPath, path.join(home, "bin"), ...versions(path.join(home, "versions"))];
  const name = process.platform === "win32" ? "pulumi.exe" : "pulumi";
  return folders.map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

/** The folders of the downloaded versions, the newest first. */
function versions(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  names.sort((one, other) => other.localeCompare(one, "en", { numeric: true }));
  return names.map((name) => path.join(folder, name, "bin"));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
