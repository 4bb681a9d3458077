// The example programs compile and do what they are there to show.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type BillingSimulator,
  type LocalStack,
  type LocalStackOptions,
  openLocalStack,
  startSimulator,
} from "../provider/testing";
import { copyExample, type Program, ROOT } from "./support/program";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const CREATED = "c0ffee00c0ffee00c0ffee00c0ffee00";

describe("the example programs", () => {
  it.each(["basic", "accounts", "gateway"])("%s type-checks with its own tsconfig", async (name) => {
    const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", path.join(ROOT, "examples", name)]);
    expect(stdout).toBe("");
  });
});

describe("played by the local engine", () => {
  let cloudflare: BillingSimulator;
  let program: Program | undefined;
  let stack: LocalStack | undefined;

  beforeEach(async () => {
    cloudflare = await startSimulator();
  });

  afterEach(async () => {
    await stack?.dispose();
    program?.remove();
    await cloudflare.close();
  });

  function open(name: string, options: Partial<LocalStackOptions> = {}): LocalStack {
    program = copyExample(name);
    const env = {
      CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
      CLOUDFLARE_BASE_URL: cloudflare.url,
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
    stack = openLocalStack({ program: program.folder, env, requests: cloudflare, ...options });
    return stack;
  }

  it("basic sets the account's config, and destroy switches it off", async () => {
    const stack = open("basic", { config: { accountId: ACCOUNT } });
    const up = await stack.up();
    expect(up.outputs).toEqual({ amount: 5000, threshold: 1000, lastError: null });
    expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 5000, threshold: 1000 });
    expect((await stack.destroy()).ok).toBe(true);
    expect(cloudflare.config(ACCOUNT)).toBeNull();
  });

  it("accounts sets every row of its table, the standard where a row names nothing else, and protects production", async () => {
    const stack = open("accounts");
    const up = await stack.up();
    expect(up.ok).toBe(true);
    const remote = [1, 2, 3, 4].map((row) => cloudflare.config(`a000000000000000000000000000000${row}`));
    expect(remote).toEqual([
      { amount: 50000, threshold: 10000 },
      { amount: 5000, threshold: 1000 },
      { amount: 12050, threshold: 1000 },
      null,
    ]);
    // Production is protected: destroy refuses, and everything stays.
    const destroy = await stack.destroy();
    expect(destroy.ok).toBe(false);
    expect(cloudflare.config("a0000000000000000000000000000001")).toEqual({ amount: 50000, threshold: 10000 });
  });

  it("gateway previews with an account id that is not known yet, and sets the created account's config", async () => {
    const official = {
      standIn: {
        create: ({ type, inputs }: { type: string; inputs: Record<string, unknown> }) => ({
          id: type === "cloudflare:index/account:Account" ? CREATED : "assistants",
          outputs: inputs,
        }),
      },
    };
    const stack = open("gateway", { providers: { cloudflare: official } });
    const preview = await stack.preview();
    expect(preview.ok).toBe(true);
    expect(preview.requests).toEqual([]);
    expect(preview.outputs).toMatchObject({ accountId: "[unknown]", chargedAtEachTopup: 10000 });
    const up = await stack.up();
    expect(up.outputs).toMatchObject({ accountId: CREATED, gatewayId: "assistants", chargedAtEachTopup: 10000 });
    expect(cloudflare.config(CREATED)).toEqual({ amount: 10000, threshold: 2500 });
  });
});
