// What the provider processes of one run let each other know, whom they believe, and what they leave behind.
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { joinRun } from "../../provider/pulumi/runProcesses";
import type { Declaration } from "../../provider/topup/model";

const account = "a".repeat(32);
const declaration: Declaration = { key: "urn:x", name: "x", progress: "created" };
const engine = "127.0.0.1:4711";
const words = `${"1".repeat(32)}-${"2".repeat(32)}`;
let base: string;
let parent: string;
let warnings: string[];
let processes: { leave(): void }[];

beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), "auto-topup-run-"));
  parent = path.join(base, "runs");
  warnings = [];
  processes = [];
});
afterEach(() => {
  for (const each of processes) each.leave();
  rmSync(base, { recursive: true, force: true });
});

/** One provider process of a run. */
function join(address = engine) {
  const joined = joinRun(address, (text) => warnings.push(text), parent);
  processes.push(joined);
  return joined;
}

/** The folder of the run, once a process has joined it. */
async function folderOf(joined: ReturnType<typeof join>): Promise<string> {
  await joined.find(account);
  return path.join(parent, readdirSync(parent)[0] ?? "");
}

/** A server on a free port. */
async function listening(server = createServer()): Promise<{ server: Server; port: number }> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

/** A port on which nobody listens any more. */
async function deadPort(): Promise<number> {
  const { server, port } = await listening();
  await once(server.close(), "close");
  return port;
}

it("lets the other processes of the same run know, and no other run, what this one declares", async () => {
  const own = join();
  const declared = new Map([[account, declaration]]);
  own.answer((accountId) => declared.get(accountId) ?? null);
  expect(await own.find(account)).toBeNull();
  const other = join();
  expect(await other.find(account)).toEqual(declaration);
  expect(await other.find("b".repeat(32))).toBeNull();
  declared.set(account, { ...declaration, progress: "failed" });
  expect((await other.find(account))?.progress).toBe("failed");
  expect(await join("127.0.0.1:4712").find(account)).toBeNull();
  expect(warnings).toEqual([]);
});

it("leaves nothing behind, also if it ends before it has joined", async () => {
  const [own, other, early] = [join(), join(), join()];
  early.leave();
  await Promise.all([own, other, early].map((each) => each.find(account)));
  own.leave();
  other.leave();
  expect(readdirSync(base)).toEqual([]);
});

it("does not believe the file of a process that is gone, and removes it", async () => {
  const own = join();
  const left = path.join(await folderOf(own), `${await deadPort()}-${words}`);
  writeFileSync(left, "");
  expect(await own.find(account)).toBeNull();
  expect(readdirSync(path.dirname(left))).toHaveLength(1);
});

it("does not believe another process that has the port of one that is gone", async () => {
  const asked: string[] = [];
  const stranger = createServer((socket) =>
    socket.once("data", (data) => {
      asked.push(`${data}`);
      socket.end(`${"0".repeat(32)} ${JSON.stringify(declaration)}`);
    }),
  );
  processes.push({ leave: () => stranger.close() });
  const { port } = await listening(stranger);
  const own = join();
  writeFileSync(path.join(await folderOf(own), `${port}-${words}`), "");
  expect(await own.find(account)).toBeNull();
  expect(asked).toEqual([`${"1".repeat(32)} ${account}`]);
  expect(warnings).toEqual([]);
});

it("answers only what asks with the word in its file", async () => {
  const own = join();
  own.answer(() => declaration);
  const [port, question, answer] = readdirSync(await folderOf(own))[0]?.split("-") ?? [];
  const ask = async (text: string) => {
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
    let said = "";
    for await (const data of socket) said += data;
    return said;
  };
  expect(await ask(`${"1".repeat(32)} ${account}`)).toBe("");
  expect(await ask(`${question} ${account}`)).toBe(`${answer} ${JSON.stringify(declaration)}`);
});

it("removes what killed processes of earlier runs have left", async () => {
  const left = path.join(parent, "0123456789abcdef");
  mkdirSync(left, { recursive: true });
  chmodSync(parent, 0o700);
  writeFileSync(path.join(left, `${await deadPort()}-${words}`), "");
  const alive = join("127.0.0.1:4712");
  await alive.find(account);
  const own = join();
  await own.find(account);
  for (let turns = 0; turns < 5000 && readdirSync(parent).includes("0123456789abcdef"); turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(readdirSync(parent)).not.toContain("0123456789abcdef");
  alive.answer(() => declaration);
  expect(await join("127.0.0.1:4712").find(account)).toEqual(declaration);
});

it.each<[string, () => void]>([
  ["may be written by others", () => [mkdirSync(parent), chmodSync(parent, 0o777)]],
  ["is a link to somewhere else", () => symlinkSync(os.tmpdir(), parent)],
  ["is a file", () => writeFileSync(parent, "", { mode: 0o600 })],
])("believes nothing and warns once if the folder %s", async (_, prepare) => {
  prepare();
  const own = join();
  expect([await own.find(account), await own.find(account)]).toEqual([null, null]);
  expect(warnings).toEqual([expect.stringMatching(/^The provider processes of this run cannot tell each other/)]);
});

it("believes nothing and warns if the folder belongs to another user", async () => {
  const { getuid } = process;
  process.getuid = () => os.userInfo().uid + 1;
  await join().find(account);
  if (getuid) process.getuid = getuid;
  expect(warnings).toEqual([expect.stringContaining("must be a folder that only you can read and write")]);
});
