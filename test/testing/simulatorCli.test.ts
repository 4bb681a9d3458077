// The billing simulator as a command, bundled as it is shipped and run as a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import Cloudflare from "cloudflare";
import { buildSync } from "esbuild";
import { account, declared, PATH } from "./simulatorClient";

const root = path.resolve(__dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "billing-simulator-"));
const outfile = path.join(folder, "simulator.js");
const running: ChildProcess[] = [];

beforeAll(() => {
  const entry = path.join(root, "provider/simulator.ts");
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", format: "cjs" });
});
afterEach(() => running.splice(0).forEach((child) => void child.kill("SIGKILL")));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the command; `output` grows as it prints. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [outfile, ...args], { stdio: ["ignore", "pipe", "pipe"], env: {} });
  running.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
  const ended = once(child, "close").then(([code]) => code as number | null);

  /** Resolves once it has printed something. */
  async function said(what: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = what.exec(output.stdout + output.stderr);
      if (found !== null) return found;
      if (child.exitCode !== null) throw new Error("the process ended before it said what was waited for");
      await new Promise((next) => setTimeout(next, 5));
    }
  }

  return { child, output, ended, said };
}

/** Starts the command, and a client with what it printed to paste. */
async function startWithClient(...args: string[]) {
  const command = start(...args);
  const [, baseURL, apiToken] = await command.said(/^export CLOUDFLARE_BASE_URL=(\S+) CLOUDFLARE_API_TOKEN=(\S+)$/m);
  return { ...command, apiToken, baseURL, client: new Cloudflare({ apiToken, baseURL }) };
}

it("the command begins with an account that was charged twelve times in an hour, if --runaway asks for it", async () => {
  const { client } = await startWithClient("--runaway", account);
  const { invoices } = await client.aiGateway.billing.invoiceHistory({ account_id: account, type: "auto" });
  const anHourAgo = Date.now() / 1000 - 3600;
  expect(invoices.filter(({ created = 0 }) => created > anHourAgo)).toHaveLength(12);
});

it.each(["SIGINT", "SIGTERM"] as const)(
  "prints lines to paste that work, with a token and with the older key, logs requests, and stops on %s with 0",
  async (signal) => {
    const { child, output, ended, said, client, apiToken, baseURL } = await startWithClient();
    const { config } = client.aiGateway.billing.topup;
    await config.create(declared);
    expect(await config.get({ account_id: account })).toMatchObject({ amount: 5000 });
    await said(new RegExp(`GET /client/v4${PATH} -> 200\n`));
    expect(output.stderr).toContain(`POST /client/v4${PATH} {"amount":5000,"threshold":1000} -> 200\n`);
    expect(output.stderr).not.toContain(apiToken);
    const [, apiKey, apiEmail] = await said(/^# export \S+ CLOUDFLARE_API_KEY=(\S+) CLOUDFLARE_EMAIL=(\S+)$/m);
    const older = new Cloudflare({ apiToken: null, apiKey, apiEmail, baseURL }).aiGateway.billing.topup.config;
    expect(await older.get({ account_id: account })).toMatchObject({ amount: 5000 });
    child.kill(signal);
    expect(await ended).toBe(0);
  },
);

it("the command refuses writes if it was started as dashboard-only, on the port that was asked for", async () => {
  const first = start("--dashboard-only");
  const [, port] = await first.said(/127\.0\.0\.1:(\d+)/);
  first.child.kill("SIGINT");
  await first.ended;
  const { client, baseURL } = await startWithClient("--dashboard-only", "--port", String(port));
  expect(baseURL).toBe(`http://127.0.0.1:${port}/client/v4`);
  await expect(client.delete(PATH)).rejects.toMatchObject({ status: 403 });
});

it("the command exits with 1 and says why if a charge was attempted, and if its port is taken", async () => {
  const { child, output, ended, client, baseURL } = await startWithClient();
  const { port } = new URL(baseURL ?? "");
  const second = start("--port", port);
  expect(await second.ended).toBe(1);
  expect(second.output.stderr).toBe(
    `The billing simulator cannot listen on 127.0.0.1 port ${port}: it is in use; choose another, or 0 for any.\n`,
  );
  const charge = client.post(`/accounts/${account}/ai-gateway/billing/topup`, { body: {} });
  await expect(charge).rejects.toMatchObject({ status: 500 });
  child.kill("SIGINT");
  expect(await ended).toBe(1);
  expect(output.stderr).toContain("asked 1 time(s) to charge a card");
});

it.each([
  [["--port", "70000"], "'--port' must be a whole number from 0 to 65535, got '70000'."],
  [["--port", "http"], "'--port' must be a whole number from 0 to 65535, got 'http'."],
  [["--prot", "1"], "Unknown option '--prot'"],
])("refuses %j with a message, its usage and 2", async (args, message) => {
  const { ended, output } = start(...args);
  expect(await ended).toBe(2);
  expect(output.stderr).toContain(message);
  expect(output.stderr).toContain("Usage: ai-gateway-billing-simulator");
  expect(output.stderr).not.toMatch(/^\s+at /m);
  expect(output.stdout).toBe("");
});

it("the command prints its usage on --help, and starts with the line that makes it executable", async () => {
  const { ended, output } = start("--help");
  expect(await ended).toBe(0);
  expect(output.stdout).toContain("Usage: ai-gateway-billing-simulator [--port N] [--dashboard-only]");
  expect(readFileSync(outfile, "utf8").split("\n", 1)).toEqual(["#!/usr/bin/env node"]);
});
