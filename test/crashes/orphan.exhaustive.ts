// A provider process outlives an engine that was killed with SIGKILL. Whatever it still had to do is for the next run to decide: it
// must make no further request, since a late write would go over what that run has set.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { BEFORE, DECLARED, Resource } from "../faults/resource";
import { methods } from "../support/core";
import { DynamicHost } from "../support/dynamicHost";
import { Plugin } from "../support/plugin";
import { openProvider, PROVIDER, PROVIDERS } from "../support/providers";

const account = "d".repeat(32);
let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(() => cloudflare.close());

describe.each(PROVIDERS.map((name) => ({ name })))("$name whose engine is gone", ({ name }) => {
  it.each([
    { held: "an update's write", stored: BEFORE, declared: DECLARED, method: "POST", requests: "POST" },
    { held: "a create's first read", stored: null, declared: DECLARED, method: "GET", requests: "GET" },
    { held: "a delete", stored: DECLARED, declared: null, method: "DELETE", requests: "DELETE" },
  ] as const)("sends nothing more after $held was left without an answer", async (row) => {
    cloudflare.reset();
    cloudflare.setConfig(account, row.stored);
    cloudflare.fault({ kind: "hang", method: row.method, accountId: account });
    const settings = { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url, timeoutSeconds: "1.5" };
    const provider = await openProvider(name, settings);
    try {
      const ended = new Resource(account, row.declared, row.stored).up(provider).catch(() => {});
      while (cloudflare.pendingFaults > 0) await sleep(5);
      provider.loseEngine();
      await ended;
      expect([methods(cloudflare), cloudflare.config(account)]).toEqual([row.requests, row.stored]);
    } finally {
      await provider.stop();
    }
  });
});

describe("a provider's process", () => {
  it("goes on while its engine is there, and ends by itself some seconds after its engine has gone, of either provider", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-orphan-"));
    const env = { PULUMI_HOME: folder };
    // Not the light host, which would end with this process.
    const [plugin, host] = await Promise.all([Plugin.start(env), DynamicHost.start(env)]);
    const { apiToken, url: baseUrl } = cloudflare;
    await Promise.all([
      plugin.configure({ apiToken, baseUrl }),
      host.configure({ "cloudflare:apiToken": apiToken, "cloudflare:baseUrl": baseUrl }),
    ]);
    const inputs = { accountId: account, ...DECLARED, adopt: true };
    await plugin.create(inputs);
    await host.check({ ...inputs, __provider: PROVIDER });
    await sleep(6000);
    expect((await plugin.check(inputs)).failures).toEqual([]);
    expect((await host.check({ ...inputs, __provider: PROVIDER })).failures).toEqual([]);
    expect(readdirSync(folder)).not.toEqual([]);
    plugin.loseEngine();
    host.loseEngine();
    expect(await Promise.all([plugin.ended, host.ended])).toEqual([0, 0]);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
