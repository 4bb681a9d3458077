// Starts the processes of a run, the program and its providers, and makes sure that none outlives it. It knows
// commands, variables, ports and exit codes, and nothing of what is said over the wire.
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { LocalStackOptions, ProviderCommand } from "./contract";
import type { Project, Sdk } from "./project";

/** The package of dynamic providers, which the SDK itself serves. */
export const dynamicPackage = "pulumi-nodejs";

/** What every process of a run gets, and where its output goes. */
export interface Surroundings {
  readonly sdk: Sdk;
  readonly project: Project;
  readonly env: NodeJS.ProcessEnv;
  readonly providers: NonNullable<LocalStackOptions["providers"]>;
  /** A file that Node processes load first; see `writePreload`. */
  readonly preload: string;
}

export type OnLine = (stream: "stdout" | "stderr", line: string) => void;

/** How a process ended: its exit code, or the signal, or why it never began. */
interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: Error | null;
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** A process in a group of its own. The end of its standard input tells it that the engine is gone, however it went. */
export class Child {
  /** Resolves when the process is gone and all its output was read. */
  readonly ended: Promise<Ending>;
  readonly #process: ChildProcess;

  constructor({ command, args, env }: Command, folder: string, onLine: OnLine) {
    this.#process = spawn(command, [...args], { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#process.stdin?.on("error", () => {});
    for (const stream of ["stdout", "stderr"] as const) {
      const input = this.#process[stream];
      if (input !== null) createInterface({ input }).on("line", (line) => onLine(stream, line));
    }
    this.ended = new Promise((resolve) => {
      this.#process.once("error", (error) => resolve({ code: null, signal: null, error }));
      this.#process.once("close", (code, signal) => resolve({ code, signal, error: null }));
    });
  }

  /** Ends the whole process group, at once. */
  kill(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  }
}

/**
 * Starts the program the way the CLI's Node.js language host does.
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
 */
export function startProgram(around: Surroundings, address: string, dryRun: boolean, onLine: OnLine): Child {
  const { sdk, project, preload } = around;
  const flags: readonly (readonly [string, string])[] = [
    ["monitor", address],
    ["engine", address],
    ["organization", "organization"],
    ["project", project.name],
    ["root-directory", project.folder],
    ["stack", project.stack],
    ["pwd", project.folder],
    ["parallel", "16"],
  ];
  const words = [...flags.flatMap(([name, value]) => [`--${name}`, value]), ...(dryRun ? ["--dry-run"] : []), "."];
  // "-r" in this spelling keeps the SDK from taking it for a loader of the program's own.
  const args = ["-r", preload, sdk.run, ...words];
  return new Child({ command: process.execPath, args, env: programEnv(around) }, project.folder, onLine);
}

function programEnv({ project: { config, typescript }, env }: Surroundings): NodeJS.ProcessEnv {
  const entries = [...config];
  // The SDK reads its keys in an old spelling.
  const values = entries.map(([key, value]) => [
    key.replace(":", ":config:"),
    typeof value === "string" ? value : value.secret,
  ]);
  const secretKeys = entries.filter(([, value]) => typeof value !== "string").map(([key]) => key);
  return mergeEnv(env, {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(values)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: typescript ? "true" : undefined,
  });
}

/** Why a program failed: null where it went well, empty where it has said so itself. */
export function problemOf({ code, signal, error }: Ending): string | null {
  if (error !== null) return `Problem executing program (could not run language executor): ${error.message}`;
  if (code === 0) return null;
  if (code === 32) return "";
  const how = code === null ? `was ended by ${signal}` : `exited with non-zero exit code: ${code}`;
  return `an unhandled error occurred: Program ${how}`;
}

/** The provider processes of a run. Each serves one provider resource, of which a package may have several. */
export class ProviderProcesses {
  readonly #children: Child[] = [];
  readonly #early = new Map<string, Promise<string>>();

  /** @param engine the address where providers send what they log. */
  constructor(
    private readonly around: Surroundings,
    private readonly engine: string,
    private readonly onLine: OnLine,
  ) {}

  /** Starts a package's process ahead of its first use, so that it comes up beside the program. */
  startEarly(packageName: string): void {
    const launch = this.around.providers[packageName];
    if (launch === undefined ? packageName !== dynamicPackage : "standIn" in launch) return;
    const address = this.#start(packageName);
    address.catch(() => {});
    this.#early.set(packageName, address);
  }

  /** The address of a process that nobody else uses. Rejects where the package has none or it does not come up. */
  take(packageName: string): Promise<string> {
    const early = this.#early.get(packageName);
    this.#early.delete(packageName);
    return early ?? this.#start(packageName);
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill();
    await Promise.all(this.#children.map((child) => child.ended));
  }

  async #start(packageName: string): Promise<string> {
    const launch = this.around.providers[packageName];
    if (launch !== undefined && "command" in launch) return this.#spawn(packageName, this.#command(launch));
    const { sdk, env, preload } = this.around;
    const args = ["-r", preload, sdk.dynamicProvider, this.engine];
    if (packageName === dynamicPackage) return this.#spawn(packageName, { command: process.execPath, args, env });
    throw new Error(
      `The program uses the package '${packageName}', which the local engine has no provider for. ` +
        "Name a command or a stand-in for it under 'providers'.",
    );
  }

  #command(launch: ProviderCommand): Command {
    const env = mergeEnv(this.around.env, launch.env ?? {});
    const preload = `--require ${JSON.stringify(this.around.preload)}`;
    const NODE_OPTIONS = [env.NODE_OPTIONS, preload].filter(Boolean).join(" ");
    return { command: launch.command, args: [...(launch.args ?? []), this.engine], env: { ...env, NODE_OPTIONS } };
  }

  /** The port is the first line of output. What follows, and all of the error stream, is shown. */
  #spawn(packageName: string, command: Command): Promise<string> {
    return new Promise((resolve, reject) => {
      let isUp = false;
      const errors: string[] = [];
      const child = new Child(command, this.around.project.folder, (stream, line) => {
        if (stream === "stderr") errors.push(line);
        if (stream === "stderr" || isUp) return this.onLine(stream, line);
        isUp = true;
        resolve(`127.0.0.1:${line.trim()}`);
      });
      this.#children.push(child);
      child.ended.then(({ code, signal, error }) => {
        const why = error?.message ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
        const what = `The provider of '${packageName}' (${command.command}) ended before it printed its port`;
        reject(new Error(`${what}: ${why}. ${errors.slice(-5).join("\n")}`.trim()));
      });
    });
  }
}

/** Variables on top of others, where `undefined` removes one. */
export function mergeEnv(
  base: NodeJS.ProcessEnv,
  changes: Readonly<Record<string, string | undefined>>,
): NodeJS.ProcessEnv {
  const merged = Object.entries({ ...base, ...changes }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(merged);
}

// Makes a process end with the engine. The input keeps no event loop alive, so that a program still ends by itself.
const ENDING = `process.stdin.on("end", () => process.exit(1)).on("error", () => process.exit(1)).resume();
process.stdin.unref?.();`;

// With every program the SDK loads TypeScript and npm's resolver for the case that a function is serialised, and a
// tracer for the case that it is asked for: hundreds of files, more than half of a start. They come when they are first
// used. "__esModule" lets the SDK's import helper pass the stand-in on as it is.
// https://github.com/pulumi/pulumi/tree/master/sdk/nodejs/runtime/closure
const LATE = String.raw`const Module = require("node:module");
const load = Module._load;
const late = [
  [/@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]\w+\.js$/, /^(@npmcli\/arborist|.*\/typescript-shim)$/],
  [/@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]tracing\.js$/, /^@opentelemetry\/(?!api$)/],
];
Module._load = function (request, parent, ...rest) {
  const loaded = () => load.call(this, request, parent, ...rest);
  const isLate = late.some(([by, what]) => what.test(request) && by.test(parent?.filename ?? ""));
  if (!isLate) return loaded();
  // What is not installed fails here, as without these lines.
  Module._resolveFilename(request, parent);
  return new Proxy({}, { get: (_, name) => name === "__esModule" || loaded()[name] });
};`;

/** Writes the lines that every Node process of a run loads first, with `-r`, and returns where they stand. */
export function writePreload(folder: string): string {
  const file = path.join(folder, "preload.cjs");
  writeFileSync(file, `${ENDING}\n${LATE}\n`);
  return file;
}
