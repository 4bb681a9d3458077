// Finds and runs the Pulumi CLI that a user installed. `openStack` and the demo look for it before they run a program; nothing here downloads
// a CLI.
import { spawn } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

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

/** As `findPulumiCli`. Throws if there is none, and says how to get one. */
export function demandPulumiCli(): string {
  const cli = findPulumiCli();
  if (cli !== null) return cli;
  throw new Error(
    "Cannot open a stack: there is no Pulumi CLI on PATH, in ~/.pulumi/bin or in ~/.pulumi/versions. Run `npx pulumi@3.265.0 version` " +
      "once, which downloads it into ~/.pulumi/versions, or install it: https://www.pulumi.com/docs/install/",
  );
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly lines: readonly string[];
}

/** Runs a command to its end. Rejects only if the CLI cannot be started. */
export function runCli(
  cli: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  output: (line: string) => void = () => {},
): Promise<Ended> {
  const child = spawn(cli, [...args, "--non-interactive"], { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      if (input === child.stdout) printed.push(line);
      lines.push(line);
      output(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout: printed.join("\n"), lines }));
  });
}

/** Newest first. */
function versions(folder: string): string[] {
  const names = foldersIn(folder).sort((one, other) => other.localeCompare(one, "en", { numeric: true }));
  return names.map((name) => path.join(folder, name, "bin"));
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
