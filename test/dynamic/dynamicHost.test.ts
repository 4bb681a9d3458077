// What is special to the dynamic provider's process: the built package inside the installed SDK's own host. One host is one run. Most tests
// share one, each with accounts of its own. What both providers do alike is recorded in test/recordings.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { methods } from "../support/core";
import { DynamicHost, type Properties } from "../support/dynamicHost";
import { failureOf } from "../support/rejection";

const provider = { __provider: 'exports.handler=()=>require("pulumi-cloudflare-ai-gateway-billing/dynamic")' };
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const canary = "canary-token-that-must-never-be-shown";
const remote = { amount: 5000, threshold: 1000 };

let simulator: BillingSimulator;
let host: DynamicHost;
const hosts: DynamicHost[] = [];
let linesBefore = 0;
let errorsBefore = 0;

beforeAll(async () => {
  simulator = await startSimulator({ apiToken: canary });
  host = await start(settings(), {}, {});
});
beforeEach(() => {
  simulator.reset();
  simulator.dashboardOnly = false;
  linesBefore = host.log.length;
  errorsBefore = host.stderr.length;
});
afterAll(async () => {
  await Promise.all(hosts.map((one) => one.stop()));
  await simulator.close();
});

/** A host for one run, with the stack's configuration as the engine sends it. A light one comes up in half the time. */
async function start(
  config: Properties,
  env: Record<string, string> = {},
  how: Parameters<typeof DynamicHost.start>[1] = { light: true },
): Promise<DynamicHost> {
  const started = await DynamicHost.start(env, how);
  hosts.push(started);
  await started.configure(config);
  return started;
}

function settings(more: Properties = {}): Properties {
  return { "cloudflare:apiToken": canary, "cloudflare:baseUrl": simulator.url, ...more };
}

/** What the shared host said in this test. */
function said(): { log: readonly string[]; stderr: string } {
  return { log: host.log.slice(linesBefore), stderr: host.stderr.slice(errorsBefore) };
}

let accounts = 0;

/** An account that no other test has, with checked inputs and the state of its resource. */
function newAccount() {
  accounts += 1;
  const accountId = accounts.toString(16).padStart(32, "0");
  const inputs = { accountId, ...remote, enabled: true, adopt: false, ...provider };
  return { accountId, inputs, state: { ...inputs, error: null, disabledReason: null, lastFailedAt: null } };
}

describe("a failure", () => {
  it("is reported once, in full and without a stack trace, whichever call it is", async () => {
    simulator.revokeToken(canary);
    const { accountId, inputs, state } = newAccount();
    const [other, third] = [newAccount(), newAccount()];
    const messages = [
      await failureOf(host.create(inputs)),
      await failureOf(host.update(other.accountId, other.state, other.inputs)),
      await failureOf(host.read(accountId, state)),
      await failureOf(host.delete(third.accountId, third.state)),
    ];
    const answer = "Cloudflare answered 401: Authentication error (code 10000)";
    for (const [n, attempt] of ["Reading", "Setting", "Reading", "Removing"].entries()) {
      expect(messages[n]).toMatch(new RegExp(`^${attempt} the auto top-up config of account [0-9a-f]{32} failed\\. `));
      expect(messages[n]).toContain(`${answer} (request id ${simulator.requests[n]?.ray}).\nThe credentials were not`);
      expect(messages[n]).not.toMatch(/\n\s+at /);
    }
    expect(said()).toEqual({ log: [], stderr: "" });
  });

  it("of other providers in the same process is still printed as before", async () => {
    const other = { __provider: "exports.handler=()=>({check(){throw new Error('somebody else')}})" };
    expect(await failureOf(host.check(other))).toBe("somebody else");
    expect(said().stderr).toContain("Error: somebody else");
  });
});

describe("the dynamic provider", () => {
  it("shows Cloudflare's remarks about what succeeded", async () => {
    const { accountId, state } = newAccount();
    simulator.setMessages(accountId, ["this endpoint moves in May"]);
    await host.read(accountId, state);
    expect(said().log).toEqual([`INFO Cloudflare on account ${accountId}: this endpoint moves in May (code 1000)`]);
  });

  it("never shows a credential: not in outputs, inputs, failures or log lines, even where an answer repeats it", async () => {
    const { accountId, inputs, state } = newAccount();
    simulator.setMessages(accountId, [`hello ${canary}`]);
    simulator.setHealth(accountId, { error: `declined for ${canary}` });
    const shown: unknown[] = [await host.check(inputs), await host.create(inputs), await host.read(accountId, state)];
    simulator.fault({ kind: "envelope", status: 400, errors: [{ code: 1, message: `bad token ${canary}` }] });
    shown.push(await failureOf(host.read(accountId, state)));
    simulator.fault({ kind: "raw", status: 400, body: `<html>Authorization: Bearer ${canary}` });
    shown.push(await failureOf(host.read(accountId, state)), host.log, host.stderr);
    expect(said().log.length).toBeGreaterThan(1);
    expect(JSON.stringify(shown)).not.toContain("canary");
  });
});

describe("without credentials", () => {
  it("a preview of unknown values asks nobody, and each call that needs them fails clearly", async () => {
    const bare = await start({ "cloudflare:baseUrl": simulator.url });
    const other = newAccount();
    const { accountId, inputs, state } = newAccount();
    const news = { ...inputs, accountId: unknown, enabled: unknown };
    expect(await bare.check(news)).toEqual({ inputs: news, failures: [] });
    expect(await bare.diff(accountId, state, news)).toEqual({ changes: true, replaces: ["accountId"] });
    const calls = [
      bare.create(inputs),
      bare.update(accountId, state, inputs),
      bare.read(accountId, state),
      bare.delete(other.accountId, other.state),
    ];
    const expected =
      "No Cloudflare credentials: set 'cloudflare:apiToken' in the configuration or CLOUDFLARE_API_TOKEN";
    for (const message of await Promise.all(calls.map(failureOf))) expect(message.startsWith(expected)).toBe(true);
    expect(simulator.requests).toEqual([]);
    expect(bare.stderr).toBe("");
  });
});

describe("the process", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "ends by the %s that it was sent, as if nobody had listened, and leaves nothing behind",
    async (signal) => {
      const home = mkdtempSync(path.join(tmpdir(), "auto-topup-home-"));
      const ended = await start(settings(), { PULUMI_HOME: home });
      const { accountId, inputs } = newAccount();
      await ended.check({ ...inputs, accountId });
      expect(readdirSync(home)).toHaveLength(1);
      await ended.stop(signal);
      expect(readdirSync(home)).toEqual([]);
      expect(await ended.ended).toBeNull();
      rmSync(home, { recursive: true });
    },
  );
});

describe("settings", () => {
  it("are known to all of 20 resources at once, though checks and creates race the first configure (promise 7)", async () => {
    const raced = await start(settings());
    const resources = Array.from({ length: 20 }, newAccount);
    const read = newAccount();
    const [seen, ...created] = await Promise.all([
      raced.read(read.accountId, read.state),
      ...resources.flatMap(({ inputs }) => [raced.create(inputs), raced.check(inputs)]),
    ]);
    expect(seen.id).toBe("");
    expect(created).toHaveLength(40);
    expect(simulator.requests).toHaveLength(41);
    expect(new Set(simulator.requests.map(({ auth, status }) => `${auth} ${status}`))).toEqual(new Set(["token 200"]));
    expect(resources.map(({ accountId }) => simulator.config(accountId))).toEqual(resources.map(() => remote));
  });

  it("may be secrets, come before those of the environment, and hold the stack's cap (promise 19)", async () => {
    const env = { CLOUDFLARE_API_TOKEN: "revoked-token", CLOUDFLARE_BASE_URL: "http://127.0.0.1:1" };
    const secret = (value: string) => ({ ...secretMark, value });
    const config = {
      "cloudflare:apiToken": secret(canary),
      "cloudflare:baseUrl": secret(simulator.url),
      "cloudflare-ai-gateway-billing:maxAmount": secret("4999"),
    };
    const capped = await start(config, env);
    const { inputs } = newAccount();
    const expected = "'amount' must be at most 4999 cents ($49.99), this stack's cap";
    expect((await capped.check(inputs)).failures).toEqual([expect.stringContaining(`amount: ${expected}`)]);
    expect(await failureOf(capped.create(inputs))).toContain(expected);
    expect(simulator.requests).toEqual([]);
    await capped.create({ ...inputs, amount: 4999 });
    expect(methods(simulator)).toBe("GET POST");
  });

  it("that cannot be used are refused instead of ignored", async () => {
    const refused = await start(
      settings({
        "cloudflare:baseUrl": "http://api.example.com/client/v4",
        "cloudflare-ai-gateway-billing:maxAmount": "$100",
      }),
    );
    const { accountId, inputs, state } = newAccount();
    const cap = "'cloudflare-ai-gateway-billing:maxAmount' must be a whole number of US cents";
    expect((await refused.check(inputs)).failures).toEqual([expect.stringContaining(`amount: ${cap}`)]);
    expect(await failureOf(refused.create(inputs))).toContain(cap);
    expect(await failureOf(refused.read(accountId, state))).toMatch(/^'baseUrl' must be an https:\/\/ URL/);
    expect(refused.stderr).toBe("");
  });

  it("may be a Global API Key with its email; and a warning is not lost where the engine cannot be reached", async () => {
    const { apiKey, email, url } = simulator;
    const config = { "cloudflare:apiKey": apiKey, "cloudflare:email": email, "cloudflare:baseUrl": url };
    const keyed = await start(config);
    const { accountId, inputs, state } = newAccount();
    await keyed.create(inputs);
    expect(simulator.requests.map(({ auth }) => auth)).toEqual(["key", "key"]);
    simulator.setHealth(accountId, { error: "card declined" });
    keyed.loseEngine();
    await keyed.read(accountId, state);
    expect(keyed.stderr).toMatch(/^Auto top-up of account .* is failing \(error: card declined\)/);
  });

  it("may be rotated: up with one token, then refresh and destroy with only another in the environment (promise 4)", async () => {
    const { inputs } = newAccount();
    const { id, outs } = await host.create(inputs);
    simulator.acceptToken("rotated-token");
    simulator.revokeToken(canary);
    simulator.setMessages(id, ["hello"]);
    const env = { CLOUDFLARE_API_TOKEN: "rotated-token", CLOUDFLARE_BASE_URL: simulator.url };
    const next = await start({}, env, { flags: ["--logtostderr", "--tracing", "tcp://127.0.0.1:1"] });
    const seen = await next.read(id, outs);
    expect(seen.outs).toEqual(outs);
    await next.delete(id, seen.outs);
    expect(simulator.config(id)).toBeNull();
    // Said to the engine, whatever flags of the CLI's stand before its address.
    expect(next.log).toHaveLength(2);
  });
});
