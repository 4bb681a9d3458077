// Runs topup-watch as it is shipped: bundled, and as a process of its own, with the simulator for Cloudflare. Also makes states and runaways.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { DYNAMIC_TYPE, PLUGIN_TYPE, PROVIDER_SOURCE } from "../../provider/pulumi/urn";
import type { BillingSimulator } from "../../provider/testing/simulator";

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Command {
  /** @param env its whole environment. */
  run(args: readonly string[], env: Record<string, string>, input?: string): Promise<Ended>;
  remove(): void;
}

export async function bundleCommand(): Promise<Command> {
  const folder = mkdtempSync(path.join(tmpdir(), "topup-watch-"));
  const outfile = path.join(folder, "watch.js");
  const entry = path.resolve(__dirname, "../../provider/watch.ts");
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", format: "cjs" });
  return {
    async run(args, env, input = "") {
      const child = spawn(process.execPath, [outfile, ...args], { env, stdio: "pipe" });
      const ended = { stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (text) => (ended.stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text) => (ended.stderr += text));
      // A command that needs no input may be gone before it is written.
      child.stdin.on("error", () => {});
      child.stdin.end(input);
      const status = await new Promise<number | null>((done) => child.once("close", done));
      return { status, ...ended };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An environment in which the command finds the simulator, and may only read. */
export function reading({ url, readOnlyToken }: BillingSimulator): Record<string, string> {
  return { CLOUDFLARE_BASE_URL: url, CLOUDFLARE_API_TOKEN: readOnlyToken };
}

const MINUTE = 60_000;

/** A loop that makes auto top-up charge $50.00 so many times, the last of them a minute ago. */
export function runAway(simulator: BillingSimulator, accountId: string, times = 12, everyMs = 5 * MINUTE): void {
  simulator.setBalance(accountId, { balance: 1000 });
  for (let left = times - 1; left >= 0; left -= 1)
    simulator.spend(accountId, 5000, Date.now() - MINUTE - left * everyMs);
}

/** One AutoTopupConfig as 'pulumi stack export' writes it: $50.00 below $10.00 unless the values say otherwise. */
export function entry(accountId: string, values: object = {}, flags: object = {}, name = "main") {
  const declared = { accountId, amount: 5000, threshold: 1000, enabled: true, adopt: false, ...values };
  const inputs = { __provider: PROVIDER_SOURCE, ...declared };
  const outputs = { ...inputs, error: null, disabledReason: null, lastFailedAt: null };
  const urn = `urn:pulumi:dev::p::${DYNAMIC_TYPE}::${name}`;
  const modified = "2026-11-25T11:00:00.123456789Z";
  return {
    urn,
    custom: true,
    id: accountId,
    type: DYNAMIC_TYPE,
    inputs,
    outputs,
    created: modified,
    modified,
    ...flags,
  };
}

/** The same of the plugin. */
export function pluginEntry(accountId: string, values: object = {}, flags: object = {}, name = "main") {
  const { inputs, ...rest } = entry(accountId, values, flags, name);
  const { __provider: _, ...own } = inputs;
  return { ...rest, urn: `urn:pulumi:dev::p::${PLUGIN_TYPE}::${name}`, type: PLUGIN_TYPE, inputs: own, outputs: own };
}

/** The output of 'pulumi stack export'. */
export function stateOf(resources: readonly object[], pending: readonly object[] = []): string {
  const stack = { urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev", custom: false, type: "pulumi:pulumi:Stack" };
  return JSON.stringify({
    version: 3,
    deployment: { manifest: {}, resources: [stack, ...resources], pending_operations: pending, metadata: {} },
  });
}
