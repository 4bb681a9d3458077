// The examples of the plugin: what the TypeScript program registers, and the plugin driven with what the YAML program declares; and with a real
// CLI, where one is found, that each language's example ends on an amount that it cannot read.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, openStack, startSimulator } from "../../provider/testing";
import { findCli } from "../support/cli";
import { methods } from "../support/core";
import { EXECUTABLE, Plugin, type Properties, TYPE } from "../support/plugin";
import { copyExample, ROOT } from "../support/program";
import { type ProgramOptions, type ProgramRun, runProgram } from "../support/registrations";
import { makeSdk, type Sdk } from "../support/sdk";
import { readYaml } from "../support/yaml";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const OTHER = "f".repeat(32);
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

describe("the TypeScript example of the plugin", () => {
  async function play(config: Record<string, string>, options: ProgramOptions = {}): Promise<ProgramRun> {
    const copy = copyExample("typescript-plugin");
    try {
      const own = Object.entries({ accountId: ACCOUNT, ...config }).map(([name, value]) => [`tested:${name}`, value]);
      const all = { ...options, env: sdk.env, config: Object.fromEntries(own) };
      return await runProgram(path.join(copy.folder, "index.ts"), all);
    } finally {
      copy.remove();
    }
  }

  it("declares one account with the default provider and calls no function", async () => {
    const { resources, calls, outputs } = await play({});
    expect(resources).toEqual([expect.objectContaining({ type: TYPE, name: "ai-gateway-credits", provider: "" })]);
    expect(resources[0]?.inputs).toEqual({ accountId: ACCOUNT, ...remote });
    expect([calls, outputs]).toEqual([[], expect.objectContaining(remote)]);
  });

  it("gives a second login an explicit provider with a token and a cap of its own", async () => {
    const config = { otherAccountId: OTHER, otherToken: "second-token" };
    const { resources } = await play(config, { secrets: ["tested:otherToken"] });
    const provider = resources.find(({ type }) => type === "pulumi:providers:cloudflare-ai-gateway-billing");
    expect(provider?.inputs).toMatchObject({ maxAmount: expect.anything(), apiToken: expect.anything() });
    const other = resources.find(({ name, type }) => type === TYPE && name === "other");
    expect(other?.inputs).toEqual({ accountId: OTHER, ...remote });
    expect(other?.provider).toContain("pulumi:providers:cloudflare-ai-gateway-billing::other");
  });

  it("asks for the balance and the charges only if the configuration says so", async () => {
    const { calls } = await play({ report: "true" });
    expect(calls.map((token) => token.split(":").at(-1)).sort()).toEqual(["getCreditBalance", "getTopupCharges"]);
  });

  it("ends on an amount that is no number, and hands a zero on to the provider, which refuses it", async () => {
    await expect(play({ amount: "abc" })).rejects.toThrow("'amount' must be a whole number of US cents; got 'abc'");
    const [resource] = (await play({ amount: "0" })).resources;
    expect(resource?.inputs.amount).toBe(0);
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

  it("previews without a warning or a request: it has no setting that YAML does not know, and no function", () => {
    const { config, variables } = readYaml(path.join(ROOT, "examples/yaml/Pulumi.yaml")) as YamlProgram;
    expect(variables).toBeUndefined();
    // What pulumi-yaml reads of a configuration value; it warns of every other key in every run.
    const settings = new Set(Object.values(config).flatMap(Object.keys));
    expect([...settings].filter((key) => !["type", "default", "secret", "value", "name"].includes(key))).toEqual([]);
  });
});

describe("an amount in the configuration that cannot be read", () => {
  const cli = findCli("that the example of each language ends on an amount that it cannot read");

  (cli ? it : it.skip).each([
    ["typescript-plugin", "must be a whole number of US cents; got '12,5'"],
    ["yaml", "must be of type 'integer'"],
    ["go", "'amount' must be a whole number of US cents:"],
    ["python", "'12,5' is not a valid 'int'"],
  ])(
    "ends the preview of the %s example, with the plugin installed from its file",
    async (example, unreadable) => {
      const program = copyExample(example);
      const env = { ...sdk.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
      const stack = await openStack({
        program: program.folder,
        env,
        config: { accountId: ACCOUNT },
      });
      const run = async (...args: string[]) => {
        const { exitCode, lines } = await stack.run(args);
        return [exitCode === 0, lines.join("\n")];
      };
      const preview = async (amount: string) => {
        await run("config", "set", "amount", amount, "--stack", "dev");
        return run("preview", "--stack", "dev");
      };
      try {
        const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
        const plugin = ["cloudflare-ai-gateway-billing", version, "--file", EXECUTABLE];
        expect(await run("plugin", "install", "resource", ...plugin)).toEqual([true, expect.any(String)]);
        // TypeScript's SDK is stood in for: a link into the repository stands where `pulumi install` would write.
        if (/go|python/.test(example)) expect(await run("install")).toEqual([true, expect.any(String)]);
        expect(await preview("12,5")).toEqual([false, expect.stringContaining(unreadable)]);
        expect(await preview("0")).toEqual([false, expect.stringContaining("got 0 cents")]);
        expect(await preview("4000")).toEqual([true, expect.stringMatching(/amount *: 4000/)]);
      } finally {
        await stack.dispose();
        program.remove();
      }
    },
    300_000,
  );
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
