// The example programs compile and do what they are there to show: with the package's mocks everywhere, and with the real CLI where one is found.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { runtime } from "@pulumi/pulumi";
import { billingMocks, openStack, startSimulator } from "../provider/testing";
import { findCli } from "./support/cli";
import { copyExample, ROOT } from "./support/program";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const ROWS = [1, 2, 3, 4].map((row) => `a000000000000000000000000000000${row}`);
const DECLARED = [
  { amount: 50000, threshold: 10000 },
  { amount: 5000, threshold: 1000 },
  { amount: 12050, threshold: 1000 },
  null,
];

describe("the example programs", () => {
  it.each(["basic", "accounts", "gateway"])("%s type-checks with its own tsconfig", async (name) => {
    const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", path.join(ROOT, "examples", name)]);
    expect(stdout).toBe("");
  });
});

describe("with the package's mocks", () => {
  beforeEach(() => void jest.resetModules());

  /** Runs an example's program, and returns what it exports. */
  async function run(name: string, others?: runtime.Mocks) {
    const pulumi = await import("@pulumi/pulumi");
    const mocks = billingMocks(others && { others });
    await pulumi.runtime.setMocks(mocks, "project", "stack", false);
    pulumi.runtime.setAllConfig({ "project:accountId": ACCOUNT });
    const outputs = pulumi.output(await import(path.join(ROOT, "examples", name, "index.ts")));
    await pulumi.runtime.disconnect();
    return { mocks, outputs: await new Promise((resolve) => outputs.apply(resolve)) };
  }

  it("basic sets the account's config", async () => {
    const { mocks, outputs } = await run("basic");
    expect(outputs).toEqual({ amount: 5000, threshold: 1000, lastError: null });
    expect(mocks.config(ACCOUNT)).toEqual({ amount: 5000, threshold: 1000 });
  });

  it("accounts sets every row of its table, with the standard values if a row has no others", async () => {
    const { mocks } = await run("accounts");
    expect(ROWS.map((id) => mocks.config(id))).toEqual(DECLARED);
  });

  it("gateway limits every gateway of the account, `default` included, beside its config", async () => {
    const gateways: unknown[] = [];
    const official: runtime.Mocks = {
      newResource({ name, inputs }) {
        gateways.push(inputs);
        return { id: `${name}-id`, state: inputs };
      },
      call: ({ inputs }) => inputs,
    };
    const { mocks, outputs } = await run("gateway", official);
    expect(outputs).toEqual({ gatewayIds: ["default", "assistants"], boughtAtEachTopup: 10000, lastError: null });
    expect(mocks.config(ACCOUNT)).toEqual({ amount: 10000, threshold: 2500 });
    const rules = [{ enabled: true, limitType: "cost", limit: 300, window: 86_400, technique: "sliding" }];
    expect(gateways).toMatchObject([
      { spendLimits: { enabled: true, rules } },
      { spendLimits: { enabled: true, rules } },
    ]);
  });
});

const cli = findCli("examples/basic and examples/accounts with a real engine");

const live = [
  ["basic", { accountId: ACCOUNT }, [ACCOUNT], [{ amount: 5000, threshold: 1000 }]],
  ["accounts", {}, ROWS, DECLARED],
] as const;

(cli === null ? describe.skip : describe)("with the real CLI", () => {
  it.each(live)("%s sets every account, and destroy refuses what is protected", async (name, config, ids, declared) => {
    const cloudflare = await startSimulator();
    const program = copyExample(name);
    const credentials = { CLOUDFLARE_API_TOKEN: cloudflare.apiToken, CLOUDFLARE_BASE_URL: cloudflare.url };
    const env = { ...credentials, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
    const stack = await openStack({ program: program.folder, config, env });
    try {
      expect(await stack.up()).toMatchObject({ ok: true });
      expect(ids.map((id) => cloudflare.config(id))).toEqual(declared);
      expect(await stack.destroy()).toMatchObject({ ok: false });
      expect(cloudflare.config(ids[0])).toEqual(declared[0]);
    } finally {
      await stack.dispose();
      program.remove();
      await cloudflare.close();
    }
  });
});
