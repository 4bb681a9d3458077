// What provider processes of one run let each other know through the folder for temporary files, and what becomes of the folder.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { openRunFolder } from "../../provider/pulumi/runFolder";

const account = "a".repeat(32);
const declaration = { key: "urn:x", name: "x", progress: "created" as const };
const engine = "127.0.0.1:4711";
let shared: string;

beforeEach(() => {
  shared = mkdtempSync(path.join(os.tmpdir(), "auto-topup-run-"));
});
afterEach(() => rmSync(shared, { recursive: true }));

/** The same folder as another process of the run sees it. */
const otherProcess = () => openRunFolder(engine, shared, 1);

it("lets the other processes of the same run know, and no other run, what this one declares", () => {
  const own = openRunFolder(engine, shared);
  own.publish(account, declaration);
  expect(own.find(account)).toBeNull();
  expect(otherProcess().find(account)).toEqual(declaration);
  own.publish(account, { ...declaration, progress: "failed" });
  expect(otherProcess().find(account)?.progress).toBe("failed");
  expect(openRunFolder("127.0.0.1:4712", shared).find(account)).toBeNull();
});

it("leaves nothing behind", () => {
  const own = openRunFolder(engine, shared);
  own.publish(account, declaration);
  own.leave();
  expect(readdirSync(shared)).toEqual([]);
});

it("does not believe a process that is gone, and removes what killed ones left", async () => {
  const gone = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => gone.once("close", resolve));
  const left = path.join(shared, "cloudflare-ai-gateway-billing-0123456789abcdef");
  mkdirSync(path.join(left, account), { recursive: true });
  writeFileSync(path.join(left, String(gone.pid)), "");
  writeFileSync(path.join(left, account, String(gone.pid)), JSON.stringify(declaration));
  utimesSync(left, 0, 0);
  const own = openRunFolder(engine, shared);
  own.publish(account, declaration);
  expect(readdirSync(shared)).toHaveLength(1);
  own.leave();
  expect(readdirSync(shared)).toEqual([]);
});

it("of a stranger's file makes nothing", () => {
  const own = openRunFolder(engine, shared);
  own.publish(account, declaration);
  const [folder = ""] = readdirSync(shared);
  writeFileSync(path.join(shared, folder, account, String(process.pid)), '{"key":1}');
  expect(otherProcess().find(account)).toBeNull();
});
