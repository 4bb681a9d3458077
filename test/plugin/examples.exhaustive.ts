// The examples of the plugin: TypeScript played by the local engine with the plugin's process, YAML by driving the plugin with what it
// declares; and a stack that moves from the dynamic resource to the plugin.
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type BillingSimulator,
  type LocalStack,
  type LocalStackOptions,
  openLocalStack,
  startSimulator,
} from "../../provider/testing";
import { methods } from "../support/core";
import { EXECUTABLE, Plugin, type Properties } from "../support/plugin";
import { copyExample, javascriptProgram, type Program, ROOT } from "../support/program";
import { makeSdk, type Sdk } from "../support/sdk";
import { readYaml } from "../support/yaml";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const remote = { amount: 5000, threshold: 1000 };

let cloudflare: BillingSimulator;
let sdk: Sdk;

beforeAll(async () => {
  cloudflare = await startSimulator();
  sdk = makeSdk();
});
beforeEach(() => cloudflare.reset());
afterAll(async () => {
  sdk?.remove();
  await cloudflare?.close();
});

describe("played by the local engine", () => {
  let program: Program | undefined;
  let stack: LocalStack | undefined;

  afterEach(async () => {
    await stack?.dispose();
    program?.remove();
  });

  function open(opened: Program, options: Partial<LocalStackOptions> = {}): LocalStack {
    program = opened;
    const env = {
      ...sdk.env,
      CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
      CLOUDFLARE_BASE_URL: cloudflare.url,
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
    const providers = { "cloudflare-ai-gateway-billing": { command: EXECUTABLE } };
    stack = openLocalStack({ program: program.folder, env, providers, requests: cloudflare, ...options });
    return stack;
  }

  it("typescript-plugin previews without a request, sets the config, changes nothing again, and switches it off", async () => {
    const stack = open(copyExample("typescript-plugin"), { config: { accountId: ACCOUNT } });
    const preview = await stack.preview();
    expect([preview.ok, preview.requests]).toEqual([true, []]);
    expect(preview.outputs).toEqual({ ...remote, lastError: "[unknown]" });
    expect((await stack.up()).outputs).toEqual({ ...remote, lastError: null });
    expect(cloudflare.config(ACCOUNT)).toEqual(remote);
    const again = await stack.up();
    expect([again.changes.update, again.requests]).toEqual([undefined, []]);
    cloudflare.setConfig(ACCOUNT, { amount: 2000, threshold: 1000 });
    expect((await stack.refresh()).steps.map(({ diff }) => diff)).toContainEqual({ amount: { old: 5000, new: 2000 } });
    expect((await stack.preview()).steps.map(({ diff }) => diff)).toContainEqual({ amount: { old: 2000, new: 5000 } });
    expect((await stack.destroy()).ok).toBe(true);
    expect(cloudflare.config(ACCOUNT)).toBeNull();
  });

  it("a stack moves from the dynamic resource to the plugin with an alias: no change and no request, and refresh goes on", async () => {
    const moving = javascriptProgram();
    const args = `{ accountId: "${ACCOUNT}", amount: 5000, threshold: 1000 }`;
    const dynamic = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";
    moving.write(
      "index.js",
      `new (require("pulumi-cloudflare-ai-gateway-billing").AutoTopupConfig)("credits", ${args});`,
    );
    const stack = open(moving);
    expect((await stack.up()).changes).toMatchObject({ create: 2 });
    moving.write(
      "index.js",
      `new (require("pulumi-cloudflare-ai-gateway-billing-sdk").AutoTopupConfig)("credits", ${args}, { aliases: [{ type: "${dynamic}" }] });`,
    );
    for (const run of [await stack.preview(), await stack.up()]) {
      expect([run.ok, run.requests, run.changes]).toEqual([true, [], { same: 2 }]);
    }
    const refreshed = await stack.refresh();
    expect([refreshed.ok, refreshed.requests.length]).toEqual([true, 1]);
    expect(JSON.stringify(stack.state())).not.toContain("__provider");
    expect(cloudflare.config(ACCOUNT)).toEqual(remote);
  });

  it("a rotated token in the environment breaks neither refresh nor destroy, and none stands in the state", async () => {
    const copy = copyExample("typescript-plugin");
    const stateFile = path.join(copy.folder, "state.json");
    const config = { accountId: ACCOUNT };
    const first = open(copy, { stateFile, config });
    expect((await first.up()).ok).toBe(true);
    await first.dispose();
    cloudflare.acceptToken("rotated-canary-token");
    cloudflare.revokeToken(cloudflare.apiToken);
    const env = { CLOUDFLARE_API_TOKEN: "rotated-canary-token", CLOUDFLARE_BASE_URL: cloudflare.url };
    const second = open(copy, { stateFile, config, env });
    expect((await second.refresh()).ok).toBe(true);
    const state = JSON.stringify(second.state());
    for (const token of [cloudflare.apiToken, "rotated-canary-token"]) expect(state).not.toContain(token);
    expect((await second.destroy()).ok).toBe(true);
    expect(cloudflare.config(ACCOUNT)).toBeNull();
  });

  it("explicit providers use their own tokens, none of which stands in the state", async () => {
    cloudflare.acceptToken("second-canary-token");
    const two = javascriptProgram();
    const other = "f".repeat(32);
    two.write(
      "index.js",
      `const { AutoTopupConfig, Provider } = require("pulumi-cloudflare-ai-gateway-billing-sdk");
      for (const [name, accountId, apiToken] of [["one", "${ACCOUNT}", "${cloudflare.apiToken}"], ["two", "${other}", "second-canary-token"]]) {
        const provider = new Provider(name, { apiToken });
        new AutoTopupConfig(name, { accountId, amount: 5000, threshold: 1000 }, { provider });
      }`,
    );
    const stack = open(two, { env: { ...sdk.env, CLOUDFLARE_BASE_URL: cloudflare.url } });
    expect((await stack.up()).ok).toBe(true);
    expect([cloudflare.config(ACCOUNT), cloudflare.config(other)]).toEqual([remote, remote]);
    const state = JSON.stringify(stack.state());
    for (const token of [cloudflare.apiToken, "second-canary-token"]) expect(state).not.toContain(token);
  });
});

describe("the YAML example", () => {
  it("declares what the plugin accepts, and reads outputs that it really returns", async () => {
    const yaml = readYaml(path.join(ROOT, "examples/yaml/Pulumi.yaml")) as YamlProgram;
    const config: Properties = { accountId: ACCOUNT };
    for (const [name, { default: value }] of Object.entries(yaml.config)) config[name] ??= value;
    const plugin = await Plugin.start();
    await plugin.configure({ apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
    const resource = yaml.resources["ai-gateway-credits"];
    const { inputs, failures } = await plugin.check(fill(resource.properties, config));
    expect([resource.type, failures]).toEqual(["cloudflare-ai-gateway-billing:AutoTopupConfig", []]);
    const { outs } = await plugin.create(inputs);
    await plugin.stop();
    const known: Record<string, Properties> = { "ai-gateway-credits": outs };
    for (const reference of Object.values(yaml.outputs)) {
      const [, owner = "", property = ""] = /^\$\{([\w-]+)\.(\w+)\}$/.exec(reference) ?? [];
      expect(Object.keys(known[owner] ?? {})).toContain(property);
    }
    expect(cloudflare.config(ACCOUNT)).toEqual(remote);
    expect(methods(cloudflare)).toBe("GET POST");
  });

  it("previews without a warning or a request: no setting that YAML does not know, no function", () => {
    const { config, variables } = readYaml(path.join(ROOT, "examples/yaml/Pulumi.yaml")) as YamlProgram;
    expect(variables).toBeUndefined();
    // What pulumi-yaml reads of a configuration value; it warns of every other key in every run.
    const settings = new Set(Object.values(config).flatMap(Object.keys));
    expect([...settings].filter((key) => !["type", "default", "secret", "value", "name"].includes(key))).toEqual([]);
  });
});

interface YamlProgram {
  config: Record<string, { default?: unknown }>;
  variables?: unknown;
  resources: { "ai-gateway-credits": { type: string; properties: Properties } };
  outputs: Record<string, string>;
}

/** Every value is a reference to configuration. */
function fill(values: Properties, config: Properties): Properties {
  const value = (reference: unknown) => config[/^\$\{(\w+)\}$/.exec(String(reference))?.[1] ?? ""];
  return Object.fromEntries(Object.entries(values).map(([name, reference]) => [name, value(reference)]));
}
