// The mocks that users' tests take, and the resource class as a program uses it with them.
import { beforeEach, describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, type AutoTopupConfigArgs, usd } from "../../provider";
import { DYNAMIC_TYPE, PLUGIN_TYPE } from "../../provider/pulumi/urn";
import { type BillingMocks, billingMocks } from "../../provider/testing";

const account = "0123456789abcdef0123456789abcdef";
const other = "fedcba9876543210fedcba9876543210";
const args: AutoTopupConfigArgs = { accountId: account, amount: usd(50), threshold: usd(10) };
const live = { [other.toUpperCase()]: { amount: 2000, threshold: 700 } };
let mocks: BillingMocks;

beforeEach(async () => {
  mocks = billingMocks({ live });
  await pulumi.runtime.setMocks(mocks, "project", "dev", false);
});

function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

describe("a program with the mocks", () => {
  it("sets what it declares, with an output for each input and for the health", async () => {
    const resource = new AutoTopupConfig("credits", args);
    const { accountId, amount, threshold, enabled, adopt, error, disabledReason, lastFailedAt } = resource;
    const outputs = { accountId, amount, threshold, enabled, adopt, error, disabledReason, lastFailedAt };
    const health = { error: null, disabledReason: null, lastFailedAt: null };
    expect(await known(pulumi.output(outputs))).toEqual({ ...args, enabled: true, adopt: false, ...health });
    expect(await known(resource.id)).toBe(account);
    expect(mocks.config(account)).toEqual({ amount: 5000, threshold: 1000 });
  });

  it("has resources of the type that the state of every stack holds, also below a component", async () => {
    const component = new pulumi.ComponentResource("example:index:Team", "team");
    const { urn } = new AutoTopupConfig("credits", args, { parent: component });
    expect(await known(urn)).toBe(
      "urn:pulumi:dev::project::example:index:Team$pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig::credits",
    );
  });

  it("may declare what other resources have yet to provide, and keeps a secret input secret in its output", async () => {
    const accountId = pulumi.output(Promise.resolve(account));
    const resource = new AutoTopupConfig("credits", { ...args, accountId, amount: pulumi.secret(2000) });
    expect(await known(resource.amount)).toBe(2000);
    expect(await pulumi.isSecret(resource.amount)).toBe(true);
    expect(await pulumi.isSecret(resource.threshold)).toBe(false);
    expect(mocks.config(account)).toEqual({ amount: 2000, threshold: 1000 });
  });

  it("reads a live account without managing it, also by an id that another resource has yet to provide", async () => {
    const found = AutoTopupConfig.get("live", pulumi.output(Promise.resolve(other)));
    expect(await known(pulumi.output([found.id, found.amount, found.threshold]))).toEqual([other, 2000, 700]);
  });

  it("does not compile with a property that the class does not have", () => {
    // @ts-expect-error a misspelt option must not compile, since it would be charged for
    const misspelt: AutoTopupConfigArgs = { ...args, enabld: false };
    expect(misspelt).toHaveProperty("enabld");
  });
});

describe("the mocks", () => {
  const declare = async (inputs: object, type = DYNAMIC_TYPE, name = "credits") =>
    mocks.newResource({ type, name, inputs: { ...args, ...inputs }, id: "", custom: true });

  it.each([DYNAMIC_TYPE, PLUGIN_TYPE])("refuse values that break a rule, for %s", async (type) => {
    await expect(declare({ amount: 20 }, type)).rejects.toThrow("got 20 cents ($0.20)");
    expect(mocks.config(account)).toBeNull();
  });

  it("refuse an account that is declared twice", async () => {
    await declare({});
    await expect(declare({}, DYNAMIC_TYPE, "again")).rejects.toThrow(account);
  });

  it("refuse to overwrite a live config with other values unless `adopt` is set, and switch it off if that is declared", async () => {
    await expect(declare({ accountId: other })).rejects.toThrow("already has auto top-up set, with other values");
    mocks = billingMocks({ live });
    await declare({ accountId: other, adopt: true });
    expect(mocks.config(other)).toEqual({ amount: 5000, threshold: 1000 });
    mocks = billingMocks({ live });
    await declare({ accountId: other, adopt: true, enabled: false });
    expect(mocks.config(other)).toBeNull();
  });

  it("give all other resources and functions their inputs back", async () => {
    expect(await declare({}, "a:b:C", "c")).toEqual({ id: "c-id", state: args });
    expect(mocks.call({ token: "a:b:f", inputs: { x: 1 } })).toEqual({ x: 1 });
  });
});
