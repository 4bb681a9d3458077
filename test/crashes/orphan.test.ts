// A provider process outlives an engine that was killed with SIGKILL. Whatever it still had to do is for the next run to decide: it
// must make no further request, since a late write would go over what that run has set.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { BEFORE, DECLARED, Resource } from "../faults/resource";
import { methods } from "../support/core";
import { DOORS, openDoor } from "../support/doors";
import { Plugin } from "../support/plugin";

const account = "d".repeat(32);
let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(() => cloudflare.close());

describe.each(DOORS.map((name) => ({ name })))("$name whose engine is gone", ({ name }) => {
  it.each([
    { held: "an update's write", stored: BEFORE, declared: DECLARED, method: "POST", requests: "POST" },
    { held: "a create's first look", stored: null, declared: DECLARED, method: "GET", requests: "GET" },
    { held: "a delete", stored: DECLARED, declared: null, method: "DELETE", requests: "DELETE" },
  ] as const)("sends nothing more after $held was left without an answer", async (row) => {
    cloudflare.reset();
    cloudflare.setConfig(account, row.stored);
    cloudflare.fault({ kind: "hang", method: row.method, accountId: account });
    const settings = { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url, timeoutSeconds: "1.5" };
    const door = await openDoor(name, settings);
    try {
      const ended = new Resource(account, row.declared, row.stored).up(door).catch(() => {});
      while (cloudflare.pendingFaults > 0) await sleep(5);
      door.loseEngine();
      await ended;
      expect([methods(cloudflare), cloudflare.config(account)]).toEqual([row.requests, row.stored]);
    } finally {
      await door.stop();
    }
  });
});

describe("the plugin's process", () => {
  it("goes on while its engine is there, and ends by itself some seconds after its engine has gone", async () => {
    const plugin = await Plugin.start();
    await sleep(6000);
    await plugin.configure({});
    plugin.loseEngine();
    await expect(plugin.ended).resolves.toBe(0);
  });
});
