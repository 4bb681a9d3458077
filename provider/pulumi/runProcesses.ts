// How the provider processes of one engine run ask each other which accounts they declare. The dynamic provider is one process, the plugin
// another, and each explicit provider one more: what moves between them is created in one and deleted in another. Both providers open it at
// their start.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { homedir, hostname, tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { OtherProcesses } from "../topup/declarations";
import { type Declaration, parseDeclaration } from "../topup/model";

const ANSWER_WITHIN_MS = 5000;
const FILE = /^(\d{1,5})-([0-9a-f]{32})-([0-9a-f]{32})$/;

const BROKEN =
  "The provider processes of this run cannot tell each other which accounts they declare, so do not move a resource from one provider to " +
  "another in it: the delete of the old one could switch off the new one. ";

/**
 * Each process answers on a loopback port, and an empty file in a folder of the run announces it: PORT-QUESTION-ANSWER, the words that a
 * process is asked with and has to answer with. So a file that outlives its process proves nothing, whoever has the port or the process id
 * next; and the folder is only this user's to read and write.
 *
 * @param engine its address, which the processes of one run share.
 * @param warn called once if it cannot work.
 * @param parent where the folders of all runs are.
 */
export function joinRun(
  engine: string,
  warn: (text: string) => void,
  parent = folderOfUser(),
): OtherProcesses & { leave(): void } {
  const folder = path.join(parent, createHash("sha256").update(`${hostname()} ${engine}`).digest("hex").slice(0, 16));
  const [question, answer] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  let own: string | null = null;
  let left = false;
  let declaredHere = (_accountId: string): Declaration | null => null;

  const server = createServer((socket) => {
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy()).on("error", () => socket.destroy());
    socket.setEncoding("utf8").once("data", (asked: string) => {
      const [, accountId = ""] = asked.split(" ");
      socket.end(asked.startsWith(question) ? `${answer} ${JSON.stringify(declaredHere(accountId))}` : "");
    });
  }).unref();

  const announced = once(server.listen(0, "127.0.0.1"), "listening").then(() => {
    if (left) return;
    own = `${(server.address() as AddressInfo).port}-${question}-${answer}`;
    announce(parent, folder, own);
    removeDead(parent, folder);
  });
  let works = announced.then(() => true, giveUp);

  function giveUp({ message }: Error): false {
    works = Promise.resolve(false);
    warn(BROKEN + message);
    return false;
  }

  async function find(accountId: string): Promise<Declaration | null> {
    if (!(await works) || left) return null;
    const others = readdirSync(folder).filter((name) => name !== own);
    const found = await Promise.all(others.map((name) => ask(path.join(folder, name), accountId)));
    return found.find((declaration) => declaration !== null) ?? null;
  }

  return {
    answer: (find) => {
      declaredHere = find;
    },
    find: (accountId) => find(accountId).catch((error: Error) => giveUp(error) || null),
    leave() {
      left = true;
      if (own) attempt(() => rmSync(path.join(folder, own as string)));
      attempt(() => rmdirSync(folder));
      attempt(() => rmdirSync(parent));
    },
  };
}

/** What one process declares; null if nothing, or if the process is gone, in which case its file is removed. */
async function ask(file: string, accountId: string): Promise<Declaration | null> {
  const [, port, question, answer = ""] = FILE.exec(path.basename(file)) ?? [];
  if (!port) return null;
  const said = await talk(Number(port), `${question} ${accountId}`);
  if (said?.startsWith(`${answer} `)) return parseDeclaration(said.slice(answer.length + 1));
  attempt(() => rmSync(file));
  return null;
}

/** Null if nobody listens. */
function talk(port: number, words: string): Promise<string | null> {
  const socket = connect({ host: "127.0.0.1", port, timeout: ANSWER_WITHIN_MS });
  socket.once("timeout", () => socket.destroy(new Error(`The process on port ${port} does not answer.`)));
  socket.write(words);
  return text(socket).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNREFUSED" || error.code === "ECONNRESET") return null;
    throw error;
  });
}

/** The CLI's own folder, which it has to be able to write; without a CLI, the folder for temporary files. */
function folderOfUser(): string {
  const pulumi = process.env.PULUMI_HOME || path.join(homedir(), ".pulumi");
  return path.join(
    existsSync(pulumi) ? pulumi : tmpdir(),
    `cloudflare-ai-gateway-billing-${process.getuid?.() ?? "run"}`,
  );
}

function announce(parent: string, folder: string, name: string, attempts = 5): void {
  try {
    for (const each of [parent, folder]) assertPrivate(each);
    writeFileSync(path.join(folder, name), "", { mode: 0o600 });
  } catch (error) {
    // Another process that leaves takes an empty folder away.
    if (attempts === 1 || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    announce(parent, folder, name, attempts - 1);
  }
}

// What somebody else could write there could have a delete skipped, or a create refused.
function assertPrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = lstatSync(folder);
  if (process.getuid === undefined) return;
  if (uid !== process.getuid() || (mode & 0o077) !== 0 || !lstatSync(folder).isDirectory()) {
    throw new Error(`${folder} must be a folder that only you can read and write: remove it.`);
  }
}

// A process that was killed leaves its file, and nobody may ask for it again: the next run has another address.
function removeDead(parent: string, own: string): void {
  for (const name of attempt(() => readdirSync(parent)) ?? []) {
    const folder = path.join(parent, name);
    if (folder === own) continue;
    const files = attempt(() => readdirSync(folder)) ?? [];
    void Promise.allSettled(files.map((file) => ask(path.join(folder, file), "-"))).then(() =>
      attempt(() => rmdirSync(folder)),
    );
  }
}

/** Null if it fails. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
