// What the provider processes of one run let each other know, whom they believe, and what they leave behind.
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
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

/** A port on which nobody listens any more. */
async function deadPort(): Promise<number> {
  const script = 'const s = require("net").createServer().listen(0, "127.0.0.1", () => console.log(s.address().port))';
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve) => child.stdout.once("data", (data) => resolve(Number(data))));
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
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

it("leaves nothing behind", async () => {
  const [own, other] = [join(), join()];
  await other.find(account);
  own.leave();
  other.leave();
  expect(readdirSync(base)).toEqual([]);
});

it("leaves nothing behind if it ends before it has joined", async () => {
  const own = join();
  own.leave();
  await own.find(account);
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
  // If the test fails, it must not keep the process.
  await new Promise<void>((resolve) => stranger.unref().listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as { port: number };
  const own = join();
  writeFileSync(path.join(await folderOf(own), `${port}-${words}`), "");
  expect(await own.find(account)).toBeNull();
  expect(asked).toEqual([`${"1".repeat(32)} ${account}`]);
  expect(warnings).toEqual([]);
  stranger.close();
});

it("answers nobody who does not know the words in its file", async () => {
  const own = join();
  own.answer(() => declaration);
  const folder = await folderOf(own);
  const [name = ""] = readdirSync(folder);
  const other = join();
  await other.find(account);
  writeFileSync(path.join(folder, `${name.split("-")[0]}-${words}`), "");
  rmSync(path.join(folder, name));
  expect(await other.find(account)).toBeNull();
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
