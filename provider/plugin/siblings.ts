// Owns what the plugin's processes of one engine run tell each other: which accounts they declare. Each explicit provider is a process of
// its own, and what moves from one to another is created in the one and deleted in the other. It must not know why they ask.
import { createHash } from "node:crypto";
import { appendFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Siblings } from "../core/claims";

const PREFIX = "cloudflare-ai-gateway-billing-";
const AN_HOUR_MS = 60 * 60 * 1000;
const FOLDER = new RegExp(`^${PREFIX}[0-9a-f]{16}$`);

/**
 * Each process has a file with the accounts that it declares, in a folder that belongs to the run. It counts as long as its process
 * lives. Where there can be no such folder, each process is alone.
 *
 * @param engine its address, which the processes of one run share.
 */
export function openSiblings(engine: string): Siblings & { leave(): void } {
  const folder = path.join(tmpdir(), `${PREFIX}${hash(`${process.ppid} ${engine}`)}`);
  const own = String(process.pid);
  let joined: boolean | undefined;
  const join = () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOurs(folder);
  };
  return {
    declare(accountId) {
      if (joined === undefined) removeLeftovers();
      joined ??= attempt(join) ?? false;
      if (joined) attempt(() => appendFileSync(path.join(folder, own), `${accountId}\n`, { mode: 0o600 }));
    },
    declares(accountId) {
      const others = () => readdirSync(folder).filter((pid) => pid !== own && isAlive(Number(pid)));
      const has = (pid: string) => readFileSync(path.join(folder, pid), "utf8").split("\n").includes(accountId);
      return attempt(() => isOurs(folder) && others().some(has)) ?? false;
    },
    leave() {
      attempt(() => rmSync(path.join(folder, own)));
      attempt(() => rmdirSync(folder));
    },
  };
}

/** Removes what processes left behind that were killed before they could leave. */
function removeLeftovers(): void {
  const folders = attempt(() => readdirSync(tmpdir()).filter((name) => FOLDER.test(name))) ?? [];
  for (const folder of folders.map((name) => path.join(tmpdir(), name))) {
    attempt(() => {
      if (!isOurs(folder)) return;
      const pids = readdirSync(folder);
      const files = pids.map((pid) => path.join(folder, pid));
      if (pids.some((pid) => isAlive(Number(pid))) || [folder, ...files].some(isFresh)) return;
      for (const file of files) rmSync(file);
      rmdirSync(folder);
    });
  }
}

// A process of another container that shares this folder looks as if it were gone, and one that just begins has no file yet.
function isFresh(file: string): boolean {
  return Date.now() - lstatSync(file).mtimeMs < AN_HOUR_MS;
}

// The folder for temporary files may be everybody's: what somebody else put there could have a delete skipped.
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
}

function isAlive(pid: number): boolean {
  return attempt(() => process.kill(pid, 0)) ?? false;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Null where it fails. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
