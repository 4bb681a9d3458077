// Finds the Pulumi CLI that a user installed. `openStack` and the demo look for it before they run a program; nothing here downloads a CLI.
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

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
