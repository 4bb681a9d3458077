// Starts the processes of a run and makes sure that none outlives it: each has its own process group, and a standard input
// whose end tells it that the engine is gone, even if the engine was killed. It knows processes and no protocol.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Gets every line of output. */
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
}

/** How a process ended: its exit code, or the signal, or why it never began. */
export type Ending = { readonly code: number | null; readonly signal: string | null; readonly error: Error | null };

export class Child {
  /** Resolves when the process is gone and all its output was read. */
  readonly ended: Promise<Ending>;
  readonly #process: ChildProcess;

  constructor({ command, args, folder, env, onLine }: ChildOptions) {
    this.#process = spawn(command, [...args], { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#process.stdin?.on("error", () => {});
    this.#read("stdout", onLine);
    this.#read("stderr", onLine);
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

  #read(stream: "stdout" | "stderr", onLine: ChildOptions["onLine"]): void {
    const pipe = this.#process[stream];
    if (pipe !== null) createInterface({ input: pipe }).on("line", (line) => onLine(stream, line));
  }
}

/** Variables on top of others, where `undefined` removes one. */
export function mergeEnv(
  base: NodeJS.ProcessEnv,
  changes: Readonly<Record<string, string | undefined>>,
): NodeJS.ProcessEnv {
  const merged = { ...base, ...changes };
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name];
  return merged;
}
