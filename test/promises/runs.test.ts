// What the promises say of one run as a whole, or of one run after another, through both providers' real processes. What the engine makes of it is
// in the recordings.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { send } from "../recordings/messages";
import { type Provider, programFolder, startProvider } from "../recordings/process";
import { type LoggingEngine, startLoggingEngine } from "../support/engineLog";
import { Plugin } from "../support/plugin";
import { openProvider, PROVIDER, PROVIDERS } from "../support/providers";
import { failureOf } from "../support/rejection";

const accountId = "0123456789abcdef0123456789abcdef";
const inputs = { accountId, amount: 5000, threshold: 1000, enabled: true, adopt: false };
const state = { ...inputs, error: null, disabledReason: null, lastFailedAt: null };
const SET = { amount: 5000, threshold: 1000 };

let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
});
beforeEach(() => cloudflare.reset());
afterAll(() => cloudflare.close());

describe.each(PROVIDERS)("through %s", (name) => {
  it("a preview needs no credential and no request, and drift is only read (promise 1)", async () => {
    cloudflare.setConfig(accountId, { ...SET, threshold: 700 });
    const bare = await openProvider(name, { baseUrl: cloudflare.url });
    const { failures } = await bare.check(inputs);
    const { changes } = await bare.diff(accountId, state, { ...inputs, amount: 6000 });
    await bare.stop();
    expect([failures, changes, cloudflare.requests]).toEqual([[], true, []]);
    const refreshing = await openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
    const { outs } = await refreshing.read(accountId, state);
    expect(await refreshing.diff(accountId, outs, inputs)).toEqual({ changes: true, replaces: [] });
    await refreshing.stop();
    expect(cloudflare.requests.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("a token is rotated: refresh and destroy have only the new one, in the environment (promise 4)", async () => {
    const first = await openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
    const { outs } = await first.create(inputs);
    await first.stop();
    cloudflare.acceptToken("rotated-token");
    cloudflare.revokeToken(cloudflare.apiToken);
    const env = { CLOUDFLARE_API_TOKEN: "rotated-token", CLOUDFLARE_BASE_URL: cloudflare.url };
    const later = await openProvider(name, {}, env);
    const found = await later.read(accountId, outs);
    expect([found.outs, JSON.stringify([found, later.log])]).toEqual([state, expect.not.stringContaining("rotated")]);
    await later.delete(accountId, found.outs);
    await later.stop();
    expect(cloudflare.config(accountId)).toBeNull();
  });

  it("a refusal says once what was attempted, for which account, what Cloudflare said and what to do (promise 17)", async () => {
    const provider = await openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
    const errors = [{ code: 10000, message: "Authentication error" }];
    cloudflare.fault({ kind: "envelope", status: 401, errors, times: 9 });
    const message = await failureOf(provider.read(accountId, state));
    await provider.stop();
    expect(message).toMatch(`Reading the auto top-up config of account ${accountId} failed.`);
    expect(message).toMatch(
      /Cloudflare answered 401: Authentication error \(code 10000\) \(request id [^)]+\)\.\n.+token/,
    );
    expect(message.match(/Authentication error/g)).toHaveLength(1);
    expect([message, provider.stderr]).toEqual([expect.not.stringMatching(/^\s+at /m), ""]);
  });

  it("wrong units and what is above the cap are refused by the check, and again right before a write (promises 8, 10 and 19)", async () => {
    const { apiToken, url: baseUrl } = cloudflare;
    const provider = await openProvider(name, { apiToken, baseUrl, maxAmount: "6000" });
    const dear = { ...inputs, amount: 700000 };
    const { failures } = await provider.check({ ...inputs, accountId: "x", amount: 20, threshold: 499 });
    expect(failures).toEqual([
      expect.stringMatching(/^accountId: .*32 hexadecimal digits/),
      expect.stringMatching(/^amount: .*1000 cents \(\$10\.00\); got 20 cents \(\$0\.20\)/),
      expect.stringMatching(/^threshold: .*500 cents \(\$5\.00\); got 499 cents \(\$4\.99\)/),
    ]);
    expect((await provider.check(dear)).failures.join()).toContain("at most 6000 cents ($60.00)");
    expect([
      await failureOf(provider.create({ ...inputs, amount: 20 })),
      await failureOf(provider.update(accountId, state, { ...inputs, threshold: 1 })),
      await failureOf(provider.create(dear)),
      await failureOf(provider.update(accountId, state, dear)),
    ]).toEqual(
      ["got 20 cents ($0.20)", "got 1 cents ($0.01)", "at most 6000 cents ($60.00)", "at most 6000 cents ($60.00)"].map(
        (words) => expect.stringContaining(words),
      ),
    );
    expect(cloudflare.requests).toEqual([]);
    const off = await provider.update(accountId, dear, { ...dear, enabled: false });
    expect(await failureOf(provider.update(accountId, off, dear))).toContain("at most 6000 cents ($60.00)");
    await provider.stop();
    expect(cloudflare.requests.map(({ method }) => method)).toEqual(["DELETE"]);
  });
});

// The dynamic provider's are refused by the program: test/dynamic/stackSettings.test.ts.
it("a misspelt setting is refused with the nearest known one by the plugin's check of its configuration (promise 23)", async () => {
  const plugin = await Plugin.start();
  const { failures } = await plugin.checkConfig({ maxamount: "4000", "deadline-seconds": "5", apitoken: "x" });
  await plugin.stop();
  expect(failures.sort()).toEqual([
    expect.stringMatching(/^apitoken: .* is not a setting of .* Did you mean 'apiToken'\?/),
    expect.stringMatching(/^deadline-seconds: .* Did you mean 'deadlineSeconds'\?/),
    expect.stringMatching(/^maxamount: .* Did you mean 'maxAmount'\?/),
  ]);
});

describe("several providers in one run", () => {
  const urn = (kind: Kind, resource: string) =>
    `urn:pulumi:dev::tested::${kind === "plugin" ? "cloudflare-ai-gateway-billing:index" : "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing"}:AutoTopupConfig::${resource}`;
  type Kind = "dynamic" | "plugin";
  let engine: LoggingEngine;
  let folder: string;
  const started: Provider[] = [];

  beforeEach(async () => {
    engine = await startLoggingEngine();
    folder = programFolder();
  });
  const end = async () => {
    await Promise.all(started.splice(0).map((provider) => provider.stop()));
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  };

  async function open(kind: Kind) {
    const env = { CLOUDFLARE_API_TOKEN: cloudflare.apiToken, CLOUDFLARE_BASE_URL: cloudflare.url };
    const provider = await startProvider(kind, folder, engine, env);
    started.push(provider);
    await send(provider.client, "Configure", { args: {} });
    const own = kind === "plugin" ? {} : { __provider: PROVIDER };
    return {
      check: (resource: string) => {
        const __resource = kind === "plugin" ? {} : { __resource: { key: resource, name: resource } };
        const news = { ...inputs, ...own, ...__resource };
        return send(provider.client, "Check", { urn: urn(kind, resource), olds: {}, news });
      },
      create: (resource: string) =>
        send(provider.client, "Create", { urn: urn(kind, resource), properties: { ...inputs, ...own } }),
      remove: (resource: string) =>
        send(provider.client, "Delete", { id: accountId, urn: urn(kind, resource), properties: { ...state, ...own } }),
    };
  }

  const PAIRS: [Kind, Kind][] = [
    ["plugin", "plugin"],
    ["dynamic", "plugin"],
    ["plugin", "dynamic"],
  ];

  it.each(PAIRS)(
    "a resource that moves from a %s to a %s provider is never switched off (promises 11 and 22)",
    async (from, to) => {
      cloudflare.setConfig(accountId, SET);
      const [old, next] = [await open(from), await open(to)];
      try {
        await next.check("moved");
        expect(await next.create("moved")).toMatchObject({ id: accountId });
        expect(await old.remove("x")).toEqual({});
        expect([cloudflare.config(accountId), cloudflare.requests.map(({ method }) => method)]).toEqual([SET, ["GET"]]);
        expect(engine.lines).toEqual([expect.stringMatching(`^WARNING .*${accountId}.*'moved'`)]);
      } finally {
        await end();
      }
    },
  );

  it.each(PAIRS)(
    "an account of a %s provider is refused to a second resource, of a %s one (promise 24)",
    async (one, other) => {
      const [first, second] = [await open(one), await open(other)];
      try {
        expect(await first.check("x")).not.toHaveProperty("failures");
        expect(await second.check("y")).toMatchObject({ failures: ["accountId"] });
        expect(cloudflare.requests).toEqual([]);
      } finally {
        await end();
      }
    },
  );
});
