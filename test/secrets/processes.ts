// The arguments of running processes, which every user of the machine can read.
import { readdirSync, readFileSync } from "node:fs";

/** Every process's arguments in one line; null if the system does not show them this way. */
export function argumentsOfAll(): string[] | null {
  if (process.platform !== "linux") return null;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(argumentsOf).filter(Boolean);
}

// A process may end meanwhile.
function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
