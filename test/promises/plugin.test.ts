// The promises about the plugin alone, or about its process: import, what reaches it, and what it prints.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing";
import { Plugin } from "../support/plugin";
import { failureOf } from "../support/rejection";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const remote = { amount: 5000, threshold: 1000 };
const secret = (value: string) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });

let cloudflare: BillingSimulator;
let plugin: Plugin;

beforeAll(async () => {
  cloudflare = await startSimulator();
});
beforeEach(async () => {
  cloudflare.reset();
  await plugin?.stop();
  plugin = await Plugin.start();
});
afterAll(async () => {
  await plugin.stop();
  await cloudflare.close();
});

/** As stack configuration arrives: everything as a string, secrets signed. */
const configure = () => plugin.configure({ apiToken: secret(cloudflare.apiToken), baseUrl: cloudflare.url });

describe("an import", () => {
  it("takes the account's id alone, and what it finds previews as unchanged (promise 12)", async () => {
    await configure();
    cloudflare.setConfig(ACCOUNT, remote);
    const { id, inputs, outs } = await plugin.read(ACCOUNT, {});
    expect([id, inputs]).toEqual([ACCOUNT, { accountId: ACCOUNT, ...remote, enabled: true, adopt: false }]);
    const { inputs: checked } = await plugin.check({ accountId: ACCOUNT, ...remote }, inputs);
    expect(await plugin.diff(id, outs, checked)).toEqual({ changes: false, replaces: [] });
  });

  it("of an account that has nothing set is an error that says so (promise 12)", async () => {
    await configure();
    expect(await failureOf(plugin.read(ACCOUNT, {}))).toContain("there is nothing to read or import");
  });
});

describe("the configuration", () => {
  it("reaches twenty resources that are created at once, each request with its credential (promise 7)", async () => {
    const accounts = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(32, "0"));
    await configure();
    await Promise.all(
      accounts.map((accountId) => plugin.create({ accountId, ...remote, enabled: true, adopt: false })),
    );
    expect(cloudflare.requests.map(({ auth, status }) => `${auth} ${status}`)).toEqual(Array(40).fill("token 200"));
  });

  it("that is no good fails the calls that need it, clearly, and no later ones (promise 7)", async () => {
    await plugin.configure({ apiToken: secret("two words"), baseUrl: cloudflare.url });
    expect(await failureOf(plugin.read(ACCOUNT, {}))).toMatch(/apiToken' holds a space/);
    cloudflare.setConfig(ACCOUNT, remote);
    await configure();
    expect((await plugin.read(ACCOUNT, {})).outs).toMatchObject(remote);
  });

  it("arrives from the stack as it is, a secret token included, and the port is all that is printed (promise 20)", async () => {
    await configure();
    await plugin.create({ accountId: ACCOUNT, ...remote, enabled: true, adopt: false });
    expect(cloudflare.config(ACCOUNT)).toEqual(remote);
    expect([plugin.stdout, plugin.stderr]).toEqual([expect.stringMatching(/^\d+\n$/), ""]);
  });
});
