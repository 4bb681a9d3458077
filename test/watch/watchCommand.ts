// Runs topup-watch as it is shipped: bundled, and as a process of its own, with the simulator for Cloudflare. Also makes states and runaways.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { build } from "esbuild";
import { DYNAMIC_TYPE, PLUGIN_TYPE, PROVIDER_SOURCE } from "../../provider/pulumi/urn";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";

/** In a test file: the simulator, emptied before each test, and the command. */
export function useWatch() {
  const folder = mkdtempSync(path.join(tmpdir(), "topup-watch-"));
  const outfile = path.join(folder, "watch.js");
  const used = {} as { cloudflare: BillingSimulator };
  beforeAll(async () => {
    const entry = path.resolve(__dirname, "../../provider/watch.ts");
    await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", format: "cjs" });
    used.cloudflare = await startSimulator();
  });
  beforeEach(() => used.cloudflare.reset());
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await used.cloudflare.close();
  });
  return { used, run };

  /** @param env its whole environment. */
  async function run(args: readonly string[], env: Record<string, string>, input = "") {
    const child = spawn(process.execPath, [outfile, ...args], { env, stdio: "pipe" });
    // A command that needs no input may be gone before it is written.
    child.stdin.on("error", () => {}).end(input);
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { status: status as number | null, stdout, stderr };
  }
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
  return { ...{ urn, custom: true, id: accountId, type: DYNAMIC_TYPE, inputs, outputs, modified }, ...flags };
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
