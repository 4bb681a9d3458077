// What only the plugin does, seen as the engine sees it: its process, its own configuration, previews, detailed diffs, functions
// and the end of a run. Most tests share one process, each with accounts of its own.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type BillingSimulator, type Fault, startSimulator } from "../../provider/testing/simulator";
import type { CallError } from "../support/callError";
import { methods } from "../support/core";
import { grpc } from "../support/engineLog";
import { answer, Plugin, type Properties, struct } from "../support/plugin";
import { failureOf, rejectionOf } from "../support/rejection";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (value: object) => ({ [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", secret: true, ...value });
const canary = "canary-token-that-must-never-be-shown";
const remote = { amount: 5000, threshold: 1000 };
const [packageJson, schema] = ["package.json", "sdk-schema.json"].map((file) =>
  JSON.parse(readFileSync(path.resolve(__dirname, "../..", file), "utf8")),
);

let cloudflare: BillingSimulator;
let plugin: Plugin;
const plugins: Plugin[] = [];

beforeAll(async () => {
  cloudflare = await startSimulator({ apiToken: canary });
  plugin = await start(settings());
});
beforeEach(() => cloudflare.reset());
afterAll(async () => {
  await Promise.all(plugins.map((one) => one.stop()));
  await cloudflare.close();
});

/** A plugin for one run of one configured provider. */
async function start(config: Properties, env: Record<string, string> = {}): Promise<Plugin> {
  const started = await Plugin.start(env);
  plugins.push(started);
  await started.configure(config);
  return started;
}

function settings(more: Properties = {}): Properties {
  return { apiToken: secret(canary), baseUrl: cloudflare.url, ...more };
}

let accounts = 0;

/** An account that no other test has, with checked inputs and the state of its resource. */
function newAccount() {
  accounts += 1;
  const accountId = accounts.toString(16).padStart(32, "0");
  const inputs = { accountId, ...remote, enabled: true, adopt: false };
  return { accountId, inputs, state: { ...inputs, error: null, disabledReason: null, lastFailedAt: null } };
}

describe("the process", () => {
  it("prints its port and nothing else on standard output, and nothing on standard error", () => {
    expect(plugin.stdout).toMatch(/^\d+\n$/);
    expect(plugin.stderr).toBe("");
  });

  it("takes plain values and shows outputs in previews", async () => {
    const handshake = new proto.ProviderHandshakeRequest();
    const protocol = await answer<proto.ProviderHandshakeResponse>((done) => plugin.client.handshake(handshake, done));
    expect(protocol.getAcceptSecrets()).toBe(false);
    expect(await plugin.configure(settings())).toMatchObject({ supportspreview: true, acceptsecrets: false });
  });

  it("has the package's version, and serves the package's schema", async () => {
    const info = await answer<{ getVersion(): string }>((done) => plugin.client.getPluginInfo(new Empty(), done));
    expect(info.getVersion()).toBe(packageJson.version);
    const request = new proto.GetSchemaRequest();
    const served = await answer<proto.GetSchemaResponse>((done) => plugin.client.getSchema(request, done));
    expect(JSON.parse(served.getSchema())).toEqual(schema);
    await expect(
      answer((done) => plugin.client.getSchema(new proto.GetSchemaRequest().setVersion(1), done)),
    ).rejects.toThrow("Only version 0 of the schema format is supported.");
  });

  it("says clearly what it does not implement", async () => {
    const { client } = plugin;
    const rejected = (call: Parameters<typeof answer>[0]) => rejectionOf(answer(call));
    const key = new proto.GetMappingRequest().setKey("terraform");
    const calls: [string, Promise<unknown>][] = [
      ["construct", rejected((done) => client.construct(new proto.ConstructRequest(), done))],
      ["call", rejected((done) => client.call(new proto.CallRequest(), done))],
      ["parameterize", rejected((done) => client.parameterize(new proto.ParameterizeRequest(), done))],
      // The engine takes it for a provider that stands for no Terraform provider.
      ["getMapping", rejected((done) => client.getMapping(key, done))],
      ["list", once(client.list(new proto.ListRequest()), "error").then(([error]) => error)],
    ];
    for (const [name, rejection] of calls) {
      const message = expect.stringContaining(`does not implement the method ${name}`);
      expect(await rejection).toMatchObject({ code: grpc.status.UNIMPLEMENTED, message });
    }
  });

  it("refuses resources and functions that it does not have, by name", async () => {
    const urn = "urn:pulumi:dev::project::my:index:Group$cloudflare-ai-gateway-billing:index:AutoTopup::x";
    const request = new proto.CheckRequest().setUrn(urn).setNews(struct({}));
    expect(await failureOf(answer((done) => plugin.client.check(request, done)))).toContain(
      "no resource type 'cloudflare-ai-gateway-billing:index:AutoTopup'",
    );
    expect(await failureOf(plugin.invoke("getTopup", {}))).toContain(
      "no function 'cloudflare-ai-gateway-billing:index:getTopup'",
    );
  });
});

describe("the provider's own configuration", () => {
  it("accepts everything that a stack or a program may pass, also what is not known yet, and keeps credentials secret", async () => {
    const news = {
      apiToken: canary,
      apiKey: unknown,
      email: "me@example.com",
      baseUrl: "https://api.cloudflare.com/client/v4",
      maxAmount: "10000",
      version: "0.1.0",
      pluginDownloadURL: "github://api.github.com/a/b",
      __internal: {},
    };
    const sealed = { ...news, apiToken: secret(canary), apiKey: secret(unknown) };
    expect(await plugin.checkConfig(news)).toEqual({ inputs: sealed, failures: [] });
  });

  it("leaves secret whatever arrives secret", async () => {
    const news = {
      email: secret("me@example.com"),
      maxAmount: output({ value: "3000", secret: true }),
      apiToken: canary,
    };
    expect((await plugin.checkConfig(news)).inputs).toEqual({
      email: secret("me@example.com"),
      maxAmount: secret("3000"),
      apiToken: secret(canary),
    });
  });

  it("takes how long a request may take, and refuses what is no time", async () => {
    expect((await plugin.checkConfig({ timeoutSeconds: "0.5", deadlineSeconds: 60 })).failures).toEqual([]);
    const { failures } = await plugin.checkConfig({ timeoutSeconds: "soon", deadlineSeconds: [1] });
    expect(failures.sort()).toEqual([
      "deadlineSeconds: 'deadlineSeconds' must be a number of seconds above 0, 86400 at most.",
      expect.stringContaining("'cloudflare-ai-gateway-billing:timeoutSeconds' must be a number of seconds above 0"),
    ]);
  });

  it.each<[string, Properties, string]>([
    ["a token that cannot be sent", { apiToken: secret("two words") }, "'apiToken' holds a space"],
    ["a key that is no string", { apiKey: 7 }, "'apiKey' must be a string."],
    ["an address without TLS", { baseUrl: "http://example.com" }, "'baseUrl' must be an https:// URL"],
    ["an address with a password", { baseUrl: "https://a:b@example.com" }, "'baseUrl' must be an https:// URL"],
    [
      "a cap that is no number",
      { maxAmount: "much" },
      "'cloudflare-ai-gateway-billing:maxAmount' must be a whole number",
    ],
    ["a cap with a fraction", { maxAmount: 10.5 }, "'cloudflare-ai-gateway-billing:maxAmount' must be a whole number"],
    [
      "a cap that is a list",
      { maxAmount: [1] },
      "'maxAmount' must be a whole number of US cents, for instance 10000 for $",
    ],
    [
      "a misspelt cap",
      { maxAmmount: 1000 },
      "'maxAmmount' is not a setting of this provider, which has 'apiToken', 'apiKey', 'email', 'baseUrl', 'maxAmount', " +
        "'maxThreshold', 'timeoutSeconds', 'deadlineSeconds'. Did you mean 'maxAmount'?",
    ],
  ])("refuses %s, naming the property and never the value of a credential", async (_, news, failure) => {
    const { failures } = await plugin.checkConfig(news);
    expect(failures).toEqual([expect.stringContaining(`${Object.keys(news)[0]}: ${failure}`)]);
    expect(failures.join()).not.toContain("two words");
  });

  it("never replaces a provider: credentials and caps come and go", async () => {
    const olds = { apiToken: canary, maxAmount: "1000" };
    expect(await plugin.diffConfig(olds, { apiToken: "rotated" })).toEqual({ changes: true, replaces: [] });
    expect(await plugin.diffConfig(olds, { ...olds })).toEqual({ changes: false, replaces: [] });
  });

  it.each<[string, Properties]>([
    ["a number, as from YAML", { maxAmount: 3000 }],
    ["a string, as from stack configuration", { maxAmount: "3000" }],
    ["a secret", { maxAmount: secret("3000") }],
  ])("caps 'amount' in the preview and before the write where maxAmount is %s", async (_, cap) => {
    const capped = await start(settings(cap));
    const { inputs } = newAccount();
    expect((await capped.check(inputs)).failures).toEqual([
      expect.stringMatching(/^amount: .*at most 3000 cents \(\$30\.00\)/),
    ]);
    expect(await failureOf(capped.create(inputs))).toContain("'amount' must be at most 3000 cents ($30.00)");
    expect(methods(cloudflare)).toBe("");
  });

  it.each([
    ["default", "this stack's cap 'cloudflare-ai-gateway-billing:maxAmount'"],
    ["default_0_2_0", "this stack's cap 'cloudflare-ai-gateway-billing:maxAmount'"],
    ["second-login", "this provider's cap 'maxAmount'"],
  ])("calls the cap of the provider '%s' what it is", async (name, expected) => {
    const own = await start({});
    const urn = `urn:pulumi:dev::project::pulumi:providers:cloudflare-ai-gateway-billing::${name}`;
    const request = new proto.ConfigureRequest().setUrn(urn).setArgs(struct({ maxAmount: "3000" }));
    await answer((done) => own.client.configure(request, done));
    expect((await own.check(newAccount().inputs)).failures.join()).toContain(
      `at most 3000 cents ($30.00), ${expected}; got`,
    );
  });

  it("is not needed by a preview; the first request names what is missing, once, and where to set it", async () => {
    const bare = await start({});
    const { accountId, inputs, state } = newAccount();
    expect((await bare.check(inputs)).failures).toEqual([]);
    expect((await bare.create(inputs, true)).outs).toMatchObject(inputs);
    expect(await bare.diff(accountId, state, inputs)).toEqual({ changes: false, replaces: [] });
    const failure = await failureOf(bare.create(inputs));
    expect(failure).toContain(
      "set 'cloudflare-ai-gateway-billing:apiToken' in the configuration or CLOUDFLARE_API_TOKEN",
    );
    expect(methods(cloudflare)).toBe("");
  });

  it("comes from the environment where the stack has none", async () => {
    const env = {
      CLOUDFLARE_API_KEY: cloudflare.apiKey,
      CLOUDFLARE_EMAIL: cloudflare.email,
      CLOUDFLARE_BASE_URL: cloudflare.url,
    };
    const { inputs } = newAccount();
    await (await start({ apiToken: "" }, env)).create(inputs);
    expect(cloudflare.requests.map(({ auth }) => auth)).toEqual(["key", "key"]);
  });

  it("reaches twenty resources that are created at once, each request with its credential (promise 7)", async () => {
    const fresh = await start(settings());
    await Promise.all(Array.from({ length: 20 }, () => fresh.create(newAccount().inputs)));
    expect(cloudflare.requests.map(({ auth, status }) => `${auth} ${status}`)).toEqual(Array(40).fill("token 200"));
  });

  it("that is no good fails the calls that need it, clearly, and no later ones (promise 7)", async () => {
    const broken = await start(settings({ apiToken: secret("two words") }));
    const { accountId, inputs } = newAccount();
    expect(await failureOf(broken.create(inputs))).toMatch(/apiToken' holds a space/);
    await broken.configure(settings());
    await broken.create(inputs);
    expect(cloudflare.config(accountId)).toEqual(remote);
  });

  it("belongs to one process: two providers in one program use their own tokens and share no account by mistake", async () => {
    const [one, two] = await Promise.all([start(settings()), start(settings({ apiToken: secret("unknown-token") }))]);
    const [first, second] = [newAccount(), newAccount()];
    await one.create(first.inputs);
    expect(await failureOf(two.create(second.inputs))).toMatch(/^Reading .* failed\. Cloudflare answered 40[13]/);
    expect(cloudflare.config(first.accountId)).toEqual(remote);
  });
});

describe("values on the wire", () => {
  it("may be secrets and outputs anywhere; what comes back is plain, for the engine to mark again", async () => {
    const { accountId, inputs, state } = newAccount();
    const signed = {
      ...inputs,
      accountId: secret(accountId),
      amount: output({ value: 5000 }),
      enabled: secret(output({ value: true })),
    };
    expect(await plugin.check(signed)).toEqual({ inputs, failures: [] });
    expect(await plugin.create(signed)).toEqual({ id: accountId, outs: state });
    expect(await plugin.diff(accountId, { ...state, amount: secret(5000) }, signed)).toEqual({
      changes: false,
      replaces: [],
    });
  });

  it.each([
    ["unknown as a string", unknown],
    ["unknown as a number", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"],
    ["an unknown output", output({})],
    ["an unknown secret", secret(unknown)],
  ])("may be not known yet: %s", async (_, amount) => {
    const { accountId, inputs, state } = newAccount();
    expect(await plugin.check({ ...inputs, amount })).toEqual({ inputs: { ...inputs, amount: unknown }, failures: [] });
    expect(await plugin.diff(accountId, state, { ...inputs, amount })).toEqual({ changes: true, replaces: [] });
    expect((await plugin.create({ ...inputs, amount }, true)).outs.amount).toBe(unknown);
  });
});

describe("a diff", () => {
  it("names each changed property: updates in place, and the account replaces without deleting first", async () => {
    const { accountId, inputs, state } = newAccount();
    const news = { ...inputs, accountId: "f".repeat(32), amount: 6000, enabled: false };
    expect(await plugin.detailedDiff(accountId, state, news)).toEqual({
      accountId: "UPDATE_REPLACE of inputs",
      amount: "UPDATE of inputs",
      enabled: "UPDATE of inputs",
    });
    const message = await plugin.diffMessage(accountId, state, news);
    expect(message.getReplacesList()).toEqual(["accountId"]);
    expect(message.getDiffsList()).toEqual(["accountId", "amount", "enabled"]);
    expect(message.getDeletebeforereplace()).toBe(false);
    expect(message.getHasdetaileddiff()).toBe(true);
  });

  it("sees no change in what came from the dynamic resource, in health, or in 'adopt'", async () => {
    const { accountId, inputs, state } = newAccount();
    const moved = {
      ...state,
      __provider: "exports.handler=()=>require('x')",
      error: "card_declined",
      lastFailedAt: "2026-01-01",
    };
    expect(await plugin.detailedDiff(accountId, moved, { ...inputs, adopt: true })).toEqual({});
    expect(await plugin.diff(accountId, moved, inputs)).toEqual({ changes: false, replaces: [] });
    expect(methods(cloudflare)).toBe("");
  });
});

describe("a preview", () => {
  it("of a create shows what is declared, leaves open what Cloudflare will report, and asks nobody", async () => {
    const { inputs } = newAccount();
    const outs = { ...inputs, error: unknown, disabledReason: unknown, lastFailedAt: unknown };
    expect(await plugin.create(inputs, true)).toEqual({ id: "", outs });
    expect(methods(cloudflare)).toBe("");
  });

  it("of an update shows exactly what the update will store, and asks nobody", async () => {
    const { accountId, inputs, state } = newAccount();
    const [olds, news] = [
      { ...state, error: "card_declined" },
      { ...inputs, amount: 6000 },
    ];
    const planned = await plugin.update(accountId, olds, news, true);
    expect(methods(cloudflare)).toBe("");
    expect(await plugin.update(accountId, olds, news)).toEqual(planned);
  });
});

describe("messages", () => {
  it("of a delete that is skipped name the resource that has the account now", async () => {
    const { inputs, state, accountId } = newAccount();
    const logged = plugin.log.length;
    plugin.name = "first-name";
    await plugin.check(inputs);
    await plugin.create(inputs);
    plugin.name = "second-name";
    await plugin.delete(accountId, state);
    plugin.name = "credits";
    expect(plugin.log.slice(logged)).toEqual([
      expect.stringMatching(/^WARNING .* was not removed: 'first-name' declares/),
    ]);
  });

  it("of Cloudflare reach the engine's log before the call's result, and never hold the token", async () => {
    const { accountId, inputs } = newAccount();
    const logged = plugin.log.length;
    cloudflare.setMessages(accountId, ["an API remark"]);
    await plugin.create(inputs);
    expect(plugin.log.slice(logged)).toContainEqual(expect.stringContaining("an API remark"));
    expect(plugin.log.join() + plugin.stdout + plugin.stderr).not.toContain(canary);
  });

  it("of a failure are the message alone: no stack trace, no class name", async () => {
    const { inputs } = newAccount();
    cloudflare.fault({ kind: "envelope", status: 400, errors: [{ code: 1000, message: "NO_MANUAL_TOPUP" }] });
    const failure = await rejectionOf(plugin.create(inputs));
    expect(failure).toMatchObject({
      code: grpc.status.UNKNOWN,
      message: expect.stringMatching(/^Reading the auto top-up/),
    });
    expect(String((failure as Error).message)).not.toMatch(/\n\s+at |Error:/);
  });
});

describe("the functions", () => {
  it("getAutoTopupConfig and getCreditBalance show what Cloudflare answers, also for an account that arrives secret", async () => {
    const { accountId } = newAccount();
    cloudflare.setConfig(accountId, remote);
    cloudflare.setHealth(accountId, { error: "card_declined" });
    cloudflare.setBalance(accountId, { balance: -12.5 });
    const health = { error: "card_declined", disabledReason: null, lastFailedAt: null };
    expect(await plugin.invoke("getAutoTopupConfig", { accountId: secret(accountId) })).toEqual({
      value: { accountId, isSet: true, ...remote, ...health },
      failures: [],
    });
    expect((await plugin.invoke("getCreditBalance", { accountId })).value).toEqual({
      ...{ accountId, balance: -12.5, hasDefaultPaymentMethod: true, firstTopupSucceeded: true },
      ...{ paymentMethodBrand: "visa", paymentMethodLast4: "4242" },
    });
    expect(cloudflare.requests.map(({ path }) => path.split("/").at(-1))).toEqual(["config", "credit-balance"]);
  });

  it("getTopupCharges shows what was charged since a date, and what it comes to", async () => {
    const { accountId } = newAccount();
    cloudflare.setConfig(accountId, { amount: 5000, threshold: 1000 });
    cloudflare.spend(accountId, 100, Date.now() - 2 * 86_400_000);
    cloudflare.declineCard(accountId, { error: "card_declined" });
    cloudflare.spend(accountId, 5000);
    const charged = {
      ...{ amount: 5000, currency: "usd", status: "paid", outcome: "charged", failedAttempts: 0 },
      date: expect.any(String),
    };
    const none = { charges: 0, failedAttempts: 1, amounts: {}, isAtLeast: false, lacksSums: false };
    expect((await plugin.invoke("getTopupCharges", { accountId })).value).toEqual({
      accountId,
      charges: [
        { ...charged, id: expect.any(String), status: "open", outcome: "failed", failedAttempts: 1 },
        { ...charged, id: expect.any(String) },
      ],
      isWhole: true,
      last24Hours: none,
      last7Days: { ...none, charges: 1, amounts: { usd: 5000 } },
      last30Days: { ...none, charges: 1, amounts: { usd: 5000 } },
    });
    const { charges } = (await plugin.invoke("getTopupCharges", { accountId, since: "24h" })).value;
    expect(charges).toHaveLength(1);
    expect((await plugin.invoke("getTopupCharges", { accountId, since: "soon" })).failures).toEqual([
      `since: 'since' must be a past date such as 2026-11-01, or a span such as 30d or 24h; got "soon".`,
    ]);
    expect(cloudflare.requests.map(({ path }) => path.split("/").at(-1))).toEqual([
      "invoice-history",
      "invoice-history",
    ]);
  });

  it.each(["getAutoTopupConfig", "getCreditBalance", "getTopupCharges"])(
    "%s refuses a wrong account id on its property",
    async (name) => {
      const failure = expect.stringMatching(
        /^accountId: 'accountId' must be a Cloudflare account id, .*; got the string "abc"\.$/,
      );
      expect(await plugin.invoke(name, { accountId: "abc" })).toEqual({ value: {}, failures: [failure] });
      expect((await plugin.invoke(name, {})).failures).toEqual([expect.stringContaining("got nothing")]);
      expect(methods(cloudflare)).toBe("");
    },
  );

  it("fail with the same message as the resource", async () => {
    cloudflare.fault({ kind: "envelope", status: 403, errors: [{ code: 10000, message: "Authentication error" }] });
    expect(await failureOf(plugin.invoke("getCreditBalance", newAccount()))).toMatch(
      /^Reading the credit balance of account \S+ failed\. Cloudflare answered 403: Authentication error \(code 10000\)/,
    );
  });
});

describe("a cancelled run", () => {
  /** Cancels the run once `requests` requests have arrived and the last of them has met the fault. */
  async function cancelDuring(call: (cancelled: Plugin) => Promise<unknown>, fault: Fault, requests = 1) {
    const cancelled = await start(settings());
    cloudflare.fault(fault);
    const failure = rejectionOf(call(cancelled));
    const { status = null } = fault as { status?: number };
    while (cloudflare.requests.length < requests || cloudflare.requests.at(-1)?.status !== status)
      await new Promise((next) => setTimeout(next, 5));
    await cancelled.cancel();
    return { cancelled, failure: (await failure) as CallError };
  }

  it("ends requests in flight at once, says so, and makes no new ones", async () => {
    const { inputs } = newAccount();
    const { cancelled, failure } = await cancelDuring((run) => run.create(inputs), { kind: "hang" });
    expect(failure.message).toMatch(
      /^Reading the auto top-up config of account \S+ was cancelled before Cloudflare answered\./,
    );
    expect(await failureOf(cancelled.create(newAccount().inputs))).toContain("was cancelled");
    expect(methods(cloudflare)).toBe("GET");
  });

  it("keeps a write that was on its way with an initialization error, since it may have been applied", async () => {
    const { accountId, inputs } = newAccount();
    const { failure } = await cancelDuring((run) => run.create(inputs), { kind: "hang", method: "POST" }, 2);
    expect(failure.message).toMatch(
      /was cancelled before Cloudflare answered\. The write may have been applied all the same/,
    );
    expect(failure.initError).toMatchObject({ id: accountId, properties: inputs, reasons: [failure.message] });
    expect(methods(cloudflare)).toBe("GET POST");
  });

  it("says of a delete that was on its way that auto top-up may be off already", async () => {
    const { accountId, state } = newAccount();
    const { failure } = await cancelDuring((run) => run.delete(accountId, state), { kind: "hang", method: "DELETE" });
    expect(failure.message).toMatch(/was cancelled before Cloudflare answered\. Auto top-up may be off already/);
  });

  it("does not sit out the wait that a rate limit asked for", async () => {
    const limited: Fault = { kind: "envelope", status: 429, headers: { "Retry-After": "240" } };
    const { failure } = await cancelDuring((run) => run.create(newAccount().inputs), limited);
    expect(failure.message).toMatch(/was cancelled|answered 429/);
    expect(methods(cloudflare)).toBe("GET");
  });
});
