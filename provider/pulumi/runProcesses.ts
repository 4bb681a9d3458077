// How the provider processes of one engine run tell each other which accounts they declare. The dynamic provider is one process, the
// plugin another, and each explicit provider one more: what moves between them is created in one and deleted in another. It does not
// know what a declaration means.
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OtherProcesses } from "../topup/declarations";
import { parseDeclaration } from "../topup/model";

const ABANDONED_AFTER_MS = 60 * 60 * 1000;
const PREFIX = "cloudflare-ai-gateway-billing-";
const FOLDER = new RegExp(`^${PREFIX}[0-9a-f]{16}$`);

/**
 * A folder of the run holds one folder an account, and in it one file a process. A file counts as long as its process lives; what dead
 * processes left behind, in this folder or those of earlier runs, is removed on the way in. Where there can be no such folder, each
 * process is alone.
 *
 * @param engine its address, which the processes of one run share.
 */
export function openRunFolder(
  engine: string,
  parent = tmpdir(),
  pid = process.pid,
): OtherProcesses & { leave(): void } {
  const folder = path.join(parent, `${PREFIX}${hash(engine)}`);
  const own = String(pid);
  const accounts = new Set<string>();
  let joined: boolean | undefined;

  function join(): boolean {
    removeAbandoned(parent);
    // An earlier run had the same address.
    attempt(() => isOurs(folder) && isDead(folder) && rmSync(folder, { recursive: true }));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOurs(folder)) return false;
    writeFileSync(path.join(folder, own), "", { mode: 0o600 });
    return true;
  }

  return {
    publish(accountId, declaration) {
      joined ??= attempt(join) ?? false;
      if (!joined) return;
      accounts.add(accountId);
      attempt(() => {
        const file = path.join(folder, accountId, own);
        mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
        // Written beside it first: a reader never meets the half of one.
        writeFileSync(`${file}.next`, JSON.stringify(declaration), { mode: 0o600 });
        renameSync(`${file}.next`, file);
      });
    },
    find(accountId) {
      const found = () => {
        if (!isOurs(folder)) return null;
        const pid = readdirSync(path.join(folder, accountId)).find((name) => name !== own && isAlive(name));
        return pid ? parseDeclaration(readFileSync(path.join(folder, accountId, pid), "utf8")) : null;
      };
      return attempt(found);
    },
    leave() {
      for (const accountId of accounts) {
        attempt(() => rmSync(path.join(folder, accountId, own)));
        attempt(() => rmdirSync(path.join(folder, accountId)));
      }
      attempt(() => rmSync(path.join(folder, own)));
      attempt(() => rmdirSync(folder));
      accounts.clear();
      joined = undefined;
    },
  };
}

// A process that was killed leaves its files. A young folder may belong to a process that has not signed yet, or that lives in another
// container which shares the folder for temporary files.
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent).filter((name) => FOLDER.test(name))) {
    const folder = path.join(parent, name);
    attempt(() => {
      const isOld = Date.now() - lstatSync(folder).mtimeMs > ABANDONED_AFTER_MS;
      if (isOld && isOurs(folder) && !readdirSync(folder).some(isAlive)) rmSync(folder, { recursive: true });
    });
  }
}

// The folder for temporary files may be everybody's: what somebody else put there could have a delete skipped.
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
}

/** Whether processes have signed here, and none of them lives. */
function isDead(folder: string): boolean {
  const pids = readdirSync(folder).filter((name) => /^\d+$/.test(name));
  return pids.length > 0 && !pids.some(isAlive);
}

function isAlive(pid: string): boolean {
  return /^\d+$/.test(pid) && (attempt(() => process.kill(Number(pid), 0)) ?? false);
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
