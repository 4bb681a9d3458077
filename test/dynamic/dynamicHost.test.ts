// The dynamic provider as the engine meets it: the built package inside the installed SDK's own host. One host is one run. Most tests share
// one, each with accounts of its own.
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

describe("a resource's life", () => {
  it("begins with a check that fills in the defaults and asks nobody", async () => {
    const { accountId, inputs } = newAccount();
    expect(await host.check({ accountId, ...remote, ...provider })).toEqual({ inputs, failures: [] });
    expect(methods(simulator)).toBe("");
  });

  it("is created with 2 requests", async () => {
    const { accountId, inputs, state } = newAccount();
    expect(await host.create(inputs)).toEqual({ id: accountId, outs: state });
    expect(methods(simulator)).toBe("GET POST");
    expect(simulator.config(accountId)).toEqual(remote);
  });

  it("is taken over with 1 request where the remote values are the declared ones", async () => {
    const { accountId, inputs, state } = newAccount();
    simulator.setConfig(accountId, remote);
    expect(await host.create(inputs)).toEqual({ id: accountId, outs: state });
    expect(methods(simulator)).toBe("GET");
  });

  it("is compared without a request", async () => {
    const { accountId, inputs, state } = newAccount();
    expect(await host.diff(accountId, state, inputs)).toEqual({ changes: false, replaces: [] });
    expect(await host.diff(accountId, state, { ...inputs, amount: 6000 })).toEqual({ changes: true, replaces: [] });
    expect(await host.diff(accountId, state, { ...inputs, adopt: true })).toEqual({ changes: false, replaces: [] });
    expect(methods(simulator)).toBe("");
  });

  it("is updated with 1 request", async () => {
    const { accountId, inputs, state } = newAccount();
    const updated = await host.update(accountId, state, { ...inputs, amount: 6000 });
    expect(updated).toEqual({ ...state, amount: 6000 });
    expect(methods(simulator)).toBe("POST");
    expect(simulator.config(accountId)).toEqual({ ...remote, amount: 6000 });
  });

  it("is refreshed with 1 request: a change made in the dashboard shows as exactly that property, in outputs and inputs", async () => {
    const { accountId, inputs, state } = newAccount();
    simulator.setConfig(accountId, { ...remote, amount: 2000 });
    const seen = await host.read(accountId, state);
    expect(seen).toEqual({ id: accountId, outs: { ...state, amount: 2000 }, inputs: { ...inputs, amount: 2000 } });
    expect(methods(simulator)).toBe("GET");
    expect(await host.diff(accountId, seen.outs, seen.inputs)).toEqual({ changes: false, replaces: [] });
    expect(await host.diff(accountId, seen.outs, inputs)).toEqual({ changes: true, replaces: [] });
  });

  it("is deleted with 1 request", async () => {
    const { accountId, state } = newAccount();
    simulator.setConfig(accountId, remote);
    await host.delete(accountId, state);
    expect(methods(simulator)).toBe("DELETE");
    expect(simulator.config(accountId)).toBeNull();
  });

  it("is over where somebody unset the config by hand, shown by an empty id", async () => {
    const { accountId, state } = newAccount();
    expect((await host.read(accountId, state)).id).toBe("");
  });

  it("goes on while what is declared off stays off, and shows where it does not", async () => {
    const { accountId, inputs, state } = newAccount();
    const off = { ...state, enabled: false };
    expect((await host.create({ ...inputs, enabled: false })).outs).toEqual(off);
    expect((await host.read(accountId, off)).outs).toEqual(off);
    simulator.setConfig(accountId, remote);
    expect((await host.read(accountId, off)).inputs).toEqual(inputs);
  });

  it("moves to another account by a replacement: the old config is removed and the new one stays", async () => {
    const [old, next] = [newAccount(), newAccount()];
    simulator.setConfig(old.accountId, remote);
    const { changes, replaces } = await host.diff(old.accountId, old.state, next.inputs);
    expect({ changes, replaces }).toEqual({ changes: true, replaces: ["accountId"] });
    await host.create(next.inputs);
    await host.delete(old.accountId, old.state);
    expect([old, next].map(({ accountId }) => simulator.config(accountId))).toEqual([null, remote]);
  });

  it("goes on under a new name: a rename never ends with the config deleted, and warns of the delete that was skipped", async () => {
    const { accountId, inputs, state } = newAccount();
    simulator.setConfig(accountId, remote);
    await host.create(inputs);
    await host.delete(accountId, state);
    expect(simulator.config(accountId)).toEqual(remote);
    expect(said().log).toEqual([
      expect.stringMatching(/^WARNING The auto top-up config of account .* was not removed/),
    ]);
  });

  it("may be only a read of an existing config that nothing is stored of", async () => {
    const { accountId, state } = newAccount();
    simulator.setConfig(accountId, remote);
    expect((await host.read(accountId, provider)).outs).toEqual(state);
  });
});

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

  it("does not touch the state: the same call succeeds once the trouble is over", async () => {
    const { accountId, state } = newAccount();
    simulator.setConfig(accountId, remote);
    simulator.fault({ kind: "raw", body: "<html>Sign in</html>" });
    expect(await failureOf(host.read(accountId, state))).toContain('not in the API\'s form: "<html>Sign in</html>"');
    expect((await host.read(accountId, state)).outs).toEqual(state);
  });

  it("of a write that only the dashboard may make says where, and the same call succeeds after that", async () => {
    simulator.dashboardOnly = true;
    const { accountId, inputs, state } = newAccount();
    const message = await failureOf(host.create(inputs));
    expect(message).toContain("remote:    off (not set)");
    expect(message).toContain("AI > AI Gateway > Credits Available > Manage > auto top-up");
    expect(methods(simulator)).toBe("GET POST GET");
    simulator.setConfig(accountId, remote);
    expect((await host.create(inputs)).outs).toEqual(state);
  });

  it("of other providers in the same process is still printed as before", async () => {
    const other = { __provider: "exports.handler=()=>({check(){throw new Error('somebody else')}})" };
    expect(await failureOf(host.check(other))).toBe("somebody else");
    expect(said().stderr).toContain("Error: somebody else");
  });
});

describe("what people are shown", () => {
  it("is a warning for a top-up that fails, once a run, and outputs that never cause an update", async () => {
    const { accountId, inputs, state } = newAccount();
    simulator.setConfig(accountId, remote);
    simulator.setHealth(accountId, { error: "card declined", lastFailedAt: 1_760_000_000 });
    const { outs } = await host.read(accountId, state);
    await host.read(accountId, outs);
    expect(outs).toEqual({ ...state, error: "card declined", lastFailedAt: "2025-10-09T08:53:20.000Z" });
    expect(await host.diff(accountId, outs, inputs)).toEqual({ changes: false, replaces: [] });
    const warning = expect.stringMatching(/^WARNING Auto top-up of account .* is failing, last on 2025-10-09T08:53:20/);
    expect(said()).toEqual({ log: [warning], stderr: "" });
  });

  it("are Cloudflare's remarks about what succeeded", async () => {
    const { accountId, state } = newAccount();
    simulator.setMessages(accountId, ["this endpoint moves in May"]);
    await host.read(accountId, state);
    expect(said().log).toEqual([`INFO Cloudflare on account ${accountId}: this endpoint moves in May (code 1000)`]);
  });

  it("is never a credential: not in outputs, inputs, failures or log lines, even where an answer repeats it", async () => {
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
  let bare: DynamicHost;
  beforeAll(async () => {
    bare = await start({ "cloudflare:baseUrl": simulator.url });
  });

  it("check refuses every bad value at once, each on its property", async () => {
    const { failures } = await bare.check({ accountId: "x", amount: 20, threshold: "500", enabld: true, ...provider });
    expect(failures).toEqual([
      expect.stringMatching(/^accountId: 'accountId' must be a Cloudflare account id/),
      expect.stringMatching(/^amount: 'amount' must be .* got 20 cents \(\$0\.20\)\. /),
      expect.stringMatching(/^threshold: 'threshold' must be .* got the string "500"\.$/),
      expect.stringMatching(/^enabld: 'enabld' is no property of AutoTopupConfig/),
    ]);
    expect(bare.stderr).toBe("");
  });

  it.each(["accountId", "amount", "threshold", "enabled", "adopt"])(
    "'%s' may be unknown in a preview: neither check nor diff fails or asks anybody",
    async (property) => {
      const { accountId, inputs, state } = newAccount();
      const news = { ...inputs, [property]: unknown };
      expect(await bare.check(news)).toEqual({ inputs: news, failures: [] });
      const replaces = property === "accountId" ? ["accountId"] : [];
      expect(await bare.diff(accountId, state, news)).toEqual({ changes: property !== "adopt", replaces });
      expect(simulator.requests).toEqual([]);
    },
  );

  it("each call that needs them fails clearly, and nothing is asked", async () => {
    const other = newAccount();
    const { accountId, inputs, state } = newAccount();
    const expected =
      /^No Cloudflare credentials: set 'cloudflare:apiToken' in the configuration or CLOUDFLARE_API_TOKEN/;
    expect(await failureOf(bare.create(inputs))).toMatch(expected);
    expect(await failureOf(bare.update(accountId, state, inputs))).toMatch(expected);
    expect(await failureOf(bare.read(accountId, state))).toMatch(expected);
    expect(await failureOf(bare.delete(other.accountId, other.state))).toMatch(expected);
    expect(simulator.requests).toEqual([]);
    expect(bare.stderr).toBe("");
  });
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
