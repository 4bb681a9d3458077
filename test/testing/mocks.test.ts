// The resource class as a program uses it, with the SDK's own mocks in place of an engine.
import { beforeEach, describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, type AutoTopupConfigArgs, usd } from "../../provider";

const account = "0123456789abcdef0123456789abcdef";
const args: AutoTopupConfigArgs = { accountId: account, amount: usd(50), threshold: usd(10) };
const provider = 'exports.handler=()=>require("pulumi-cloudflare-ai-gateway-billing/dynamic")';

let registered: pulumi.runtime.MockResourceArgs[] = [];

beforeEach(async () => {
  registered = [];
  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource(resource) {
        registered.push(resource);
        const health = { error: "card declined", disabledReason: null, lastFailedAt: null };
        const defaults = { enabled: true, adopt: false };
        return { id: resource.id || account, state: { ...defaults, ...resource.inputs, ...health } };
      },
    },
    "project",
    "dev",
    false,
  );
});

function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/** What the engine was sent for the only resource, once it has been registered. */
async function sentFor(resource: AutoTopupConfig): Promise<pulumi.runtime.MockResourceArgs> {
  await known(resource.urn);
  expect(registered).toHaveLength(1);
  return registered[0] as pulumi.runtime.MockResourceArgs;
}

describe("the resource class", () => {
  it("sends exactly what is declared, which resource declares it, and the constant provider", async () => {
    const { inputs } = await sentFor(new AutoTopupConfig("credits", args));
    const __resource = expect.stringMatching(/^dynamic \w+ 1\|credits$/);
    expect(inputs).toEqual({ accountId: account, amount: 5000, threshold: 1000, __resource, __provider: provider });
  });

  it("sends the options that are declared, too", async () => {
    const { inputs } = await sentFor(new AutoTopupConfig("credits", { ...args, enabled: false, adopt: true }));
    expect(inputs).toMatchObject({ enabled: false, adopt: true });
  });

  it("has the type that the state of every stack holds", async () => {
    const resource = new AutoTopupConfig("credits", args);
    const { type, name } = await sentFor(resource);
    expect({ type, name }).toEqual({
      type: "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig",
      name: "credits",
    });
    expect(await known(resource.urn)).toBe(
      "urn:pulumi:dev::project::pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig::credits",
    );
  });

  it("has an output for each input and for the health", async () => {
    const resource = new AutoTopupConfig("credits", args);
    const { accountId, amount, threshold, enabled, adopt, error, disabledReason, lastFailedAt } = resource;
    const outputs = { accountId, amount, threshold, enabled, adopt, error, disabledReason, lastFailedAt };
    expect(await known(pulumi.output(outputs))).toEqual({
      accountId: account,
      amount: 5000,
      threshold: 1000,
      enabled: true,
      adopt: false,
      error: "card declined",
      disabledReason: null,
      lastFailedAt: null,
    });
    expect(await known(resource.id)).toBe(account);
  });

  it("accepts outputs of other resources as inputs", async () => {
    const later = {
      accountId: pulumi.output(Promise.resolve(account)),
      amount: pulumi.output(usd(20)),
      threshold: 500,
    };
    const { inputs } = await sentFor(new AutoTopupConfig("credits", later));
    expect(inputs).toMatchObject({ accountId: account, amount: 2000, threshold: 500 });
  });

  it("keeps a secret input secret in its output", async () => {
    const resource = new AutoTopupConfig("credits", { ...args, amount: pulumi.secret(5000) });
    await sentFor(resource);
    expect(await known(resource.amount)).toBe(5000);
    expect(await pulumi.isSecret(resource.amount)).toBe(true);
    expect(await pulumi.isSecret(resource.threshold)).toBe(false);
  });

  it("can have a parent component, as any resource", async () => {
    class Team extends pulumi.ComponentResource {
      readonly topup: AutoTopupConfig;
      constructor(name: string) {
        super("example:index:Team", name);
        this.topup = new AutoTopupConfig(`${name}-credits`, args, { parent: this });
      }
    }
    const { topup } = new Team("team");
    expect(await known(topup.urn)).toContain("example:index:Team$pulumi-nodejs:dynamic/");
  });

  it("does not compile with a property that it does not have", () => {
    // @ts-expect-error a misspelt option must not compile, since it would be charged for
    const misspelt: AutoTopupConfigArgs = { ...args, enabld: false };
    expect(misspelt).toHaveProperty("enabld");
  });
});

describe("get", () => {
  it("reads the account's remote config without managing it", async () => {
    const resource = AutoTopupConfig.get("live", account);
    const { id, inputs, custom } = await sentFor(resource);
    expect({ id, inputs, custom }).toEqual({ id: account, inputs: { __provider: provider }, custom: true });
    expect(await known(resource.error)).toBe("card declined");
  });

  it("takes an account id that another resource has yet to provide", async () => {
    const { id } = await sentFor(AutoTopupConfig.get("live", pulumi.output(Promise.resolve(account))));
    expect(id).toBe(account);
  });
});
