// What the class refuses in a program before anything is registered, and that its properties reach the engine whatever a program does to them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, type AutoTopupConfigArgs } from "../../provider/dynamic/autoTopupConfig";
import { refuseFolder } from "../../provider/dynamic/refusals";
import { PROVIDER_SOURCE } from "../../provider/pulumi/urn";
import { rejectionOf } from "../support/rejection";

const args = { accountId: "a".repeat(32), amount: 5000, threshold: 1000 };
const root = path.resolve(__dirname, "../..");

let registered: pulumi.runtime.MockResourceArgs[];

beforeEach(async () => {
  registered = [];
  await pulumi.runtime.setMocks({
    newResource: (resource) => {
      registered.push(resource);
      return {
        id: resource.inputs.accountId ?? "id",
        state: { ...resource.inputs, enabled: true, adopt: false, error: "declined" },
      };
    },
    call: () => ({}),
  });
});
afterAll(() => pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }));

class NodejsProvider extends pulumi.ProviderResource {
  constructor() {
    super("pulumi-nodejs", "own", {});
  }
}

class Component extends pulumi.ComponentResource {}

/** The value of an output. */
const settled = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

/** What is said of a resource that is not registered. */
async function refusalOf(opts: () => pulumi.CustomResourceOptions): Promise<string> {
  const given = opts();
  const error = await rejectionOf(Promise.resolve().then(() => new AutoTopupConfig("credits", args, given)));
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(registered.filter(({ type }) => type.includes("AutoTopupConfig"))).toEqual([]);
  return (error as Error).message;
}

describe("a resource option that would pass the provider by", () => {
  const below = () => new Component("a:b:C", "c", {}, { providers: [new NodejsProvider()] });

  it.each<[string, () => pulumi.CustomResourceOptions, RegExp]>([
    [
      "deletedWith",
      () => ({ deletedWith: below() }),
      /: the engine would never ask for .* 'retainOnDelete: true', run/,
    ],
    ["import", () => ({ import: args.accountId }), /declare the remote values: the next `pulumi up` takes them over/],
    ["provider", () => ({ provider: new NodejsProvider() }), /neither the cap nor the token .* use a second stack, or/],
    ["provider", () => ({ parent: below() }), /neither the cap nor the token of the stack would hold.* of the plugin/],
  ])("is refused by name, a provider also if a parent hands it down: '%s'", async (option, opts, why) => {
    const message = await refusalOf(opts);
    expect(message).toContain(`AutoTopupConfig 'credits' cannot have the option '${option}': `);
    expect(message).toMatch(why);
  });

  it("does not stand in the way of a provider for other packages, or of any other option", async () => {
    class Other extends pulumi.ProviderResource {}
    const parent = new Component("a:b:C", "c", {}, { providers: [new Other("other", "o", {})] });
    const topup = new AutoTopupConfig("credits", args, {
      parent,
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["amount"],
    });
    expect(await settled(topup.id)).toBe(args.accountId);
  });
});

describe("what a program declares", () => {
  it.each<[string, () => pulumi.CustomResourceOptions]>([
    ["as it is", () => ({})],
    [
      "through a transformation that puts a copy in its place",
      () => ({ transformations: [({ props, opts }) => ({ props: { ...props }, opts })] }),
    ],
    ["below a parent", () => ({ parent: new Component("a:b:C", "parent", {}) })],
  ])("reaches the engine %s, with the provider and the resource's identity", async (_, opts) => {
    const { amount, enabled, adopt, error } = new AutoTopupConfig("credits", args, opts());
    expect(await settled(pulumi.all([amount, enabled, adopt, error]))).toEqual([5000, true, false, "declined"]);
    const { inputs } = registered.find(({ type }) => type.includes("AutoTopupConfig")) ?? {};
    expect(inputs).toEqual({
      ...args,
      __resource: expect.stringMatching(/^dynamic \w+ \d+\|credits$/),
      __provider: PROVIDER_SOURCE,
    });
  });

  it("reads an account without an identity, which would be of no use to a read", async () => {
    const found = AutoTopupConfig.get("found", args.accountId);
    expect(await settled(found.error)).toBe("declined");
    expect(registered[0]?.inputs).toEqual({ __provider: PROVIDER_SOURCE });
  });
});

describe("an output of health in a stack", () => {
  /** What a program with one resource reads, and how many outputs its resource has before it does. */
  async function played(given: AutoTopupConfigArgs, opts: pulumi.CustomResourceOptions = {}) {
    let made = 0;
    const seen: unknown[] = [];
    await pulumi.runtime.runInPulumiStack(async () => {
      const topup = new AutoTopupConfig("credits", given, opts);
      const own = Object.entries(Object.getOwnPropertyDescriptors(topup));
      made = own.filter(
        ([name, { value }]) => value && pulumi.Output.isInstance(value) && name !== "urn" && name !== "id",
      ).length;
      for (const output of [topup.error, topup.disabledReason]) {
        seen.push(await settled<unknown>(output), await pulumi.isSecret(output));
      }
      expect(Object.keys(topup)).toEqual(
        expect.arrayContaining(["enabled", "adopt", "error", "disabledReason", "lastFailedAt"]),
      );
    });
    return { made, seen };
  }

  it("is made when it is first read, and has the value that the engine has registered", async () => {
    expect(await played(args)).toEqual({ made: 5, seen: ["declined", false, undefined, false] });
  });

  it.each<[string, AutoTopupConfigArgs, pulumi.CustomResourceOptions]>([
    ["a value is an output, which may be a secret", { ...args, amount: pulumi.output(5000) }, {}],
    ["an output is to be a secret", args, { additionalSecretOutputs: ["error"] }],
    ["a transformation may change the properties", args, { transformations: [() => undefined] }],
  ])("is made at once if %s", async (_, given, opts) => {
    const { made, seen } = await played(given, opts);
    expect([made, seen[0]]).toEqual([expect.any(Number), "declined"]);
    expect(made).toBeGreaterThanOrEqual(8);
  });
});

describe("a program from whose folder this package cannot be loaded", () => {
  const host = "/app/node_modules/@pulumi/pulumi/cmd/run/index.js";
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "auto-topup-folder-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is refused in one sentence that names the folder and what to install", () => {
    expect(refuseFolder(folder, host)).toBe(
      `Pulumi loads 'pulumi-cloudflare-ai-gateway-billing' from the program's folder, ${folder}, and it is not installed there: add it to that ` +
        "folder's own dependencies (`npm install`, `pnpm add` or `yarn add`), also if the program is a bundle or uses it through another package.",
    );
  });

  it("is not refused if it can be, or if the CLI's language host did not start the program, as with mocks", () => {
    expect(refuseFolder(root, host)).toBeNull();
    expect(refuseFolder(folder, "/app/node_modules/.bin/jest")).toBeNull();
    expect(refuseFolder(folder)).toBeNull();
  });
});
