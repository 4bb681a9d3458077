// Owns finding and running a Pulumi CLI that somebody installed. It must not download one, nor know what it is run for.
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** The `pulumi` on PATH, or the one that Pulumi's installer puts under `~/.pulumi`; null if there is neither. */
export function findPulumiCli(env: NodeJS.ProcessEnv = process.env): string | null {
  const folders = [...(env.PATH ?? "").split(path.delimiter).filter(Boolean), path.join(homedir(), ".pulumi", "bin")];
  const name = process.platform === "win32" ? "pulumi.exe" : "pulumi";
  return folders.map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

/** What a command printed, line by line in the order of arrival, and how it ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly lines: readonly string[];
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly output?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command to its end. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { cwd, env, signal, output } = options;
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], ...(signal && { signal }) });
  const lines = collectLines(child, output);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, lines }));
  });
}

function collectLines(child: ChildProcess, output?: (line: string) => void): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    const add = (line: string) => {
      lines.push(line);
      output?.(line);
    };
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = parts.pop() ?? "";
      parts.forEach(add);
    });
    stream?.on("end", () => rest && add(rest));
  }
  return lines;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
