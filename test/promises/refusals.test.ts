// What must be refused before anything is written, through both providers' own processes: one process of each for most tests, one more for
// other settings. An engine would stop at the first refusal, so each is a call of its own here.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { methods } from "../support/core";
import { Plugin } from "../support/plugin";
import { openProvider, PROVIDERS, type ProviderProcess } from "../support/providers";
import { failureOf } from "../support/rejection";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const inputs = { accountId: ACCOUNT, amount: 5000, threshold: 1000, enabled: true, adopt: false };
const dear = { ...inputs, amount: 700000 };

let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
});
beforeEach(() => cloudflare.reset());
afterAll(() => cloudflare.close());

describe.each(PROVIDERS)("through %s", (name) => {
  let provider: ProviderProcess;
  let capped: ProviderProcess;

  beforeAll(async () => {
    const { apiToken, url: baseUrl } = cloudflare;
    [provider, capped] = await Promise.all([
      openProvider(name, { apiToken, baseUrl }),
      openProvider(name, { apiToken, baseUrl, maxAmount: "6000" }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([provider?.stop(), capped?.stop()]);
  });

  it("values in wrong units are refused by the check, all at once, each with its property, the rule, cents and dollars (promise 10)", async () => {
    const { failures } = await provider.check({ ...inputs, accountId: "x", amount: 20, threshold: 499 });
    expect(failures).toEqual([
      expect.stringMatching(/^accountId: .*32 hexadecimal digits/),
      expect.stringMatching(/^amount: .*1000 cents \(\$10\.00\); got 20 cents \(\$0\.20\)/),
      expect.stringMatching(/^threshold: .*500 cents \(\$5\.00\); got 499 cents \(\$4\.99\)/),
    ]);
    expect(cloudflare.requests).toEqual([]);
  });

  it.each([999, 1000.5, "1000", Number.NaN, -1])("%p is refused as an amount (promise 10)", async (amount) => {
    expect((await provider.check({ ...inputs, amount })).failures).toEqual([
      expect.stringMatching(/^amount: 'amount' must be/),
    ]);
  });

  it("values that were not known in the preview are checked again before any request (promise 8)", async () => {
    expect(await failureOf(provider.create({ ...inputs, amount: 20 }))).toContain("got 20 cents ($0.20)");
    expect(await failureOf(provider.update(ACCOUNT, inputs, { ...inputs, threshold: 1 }))).toContain(
      "got 1 cents ($0.01)",
    );
    expect(cloudflare.requests).toEqual([]);
  });

  it("an amount above the stack's cap is refused by the check, and again right before the write (promise 19)", async () => {
    expect((await capped.check({ ...inputs, amount: 6001 })).failures.join()).toContain("at most 6000 cents ($60.00)");
    expect(await failureOf(capped.create({ ...inputs, amount: 6001 }))).toContain("at most 6000 cents ($60.00)");
    expect(await failureOf(capped.update(ACCOUNT, inputs, dear))).toContain("at most 6000 cents ($60.00)");
    expect(cloudflare.requests).toEqual([]);
  });

  it("what is above the cap can be switched off, and not on (promise 19)", async () => {
    cloudflare.setConfig(ACCOUNT, { amount: 700000, threshold: 1000 });
    const off = await capped.update(ACCOUNT, dear, { ...dear, enabled: false });
    expect([methods(cloudflare), cloudflare.config(ACCOUNT)]).toEqual(["DELETE", null]);
    expect(await failureOf(capped.update(ACCOUNT, off, dear))).toContain("at most 6000 cents ($60.00)");
    expect(cloudflare.config(ACCOUNT)).toBeNull();
  });

  it("a write of which nobody knows whether it was applied is kept in the state, and made good by the next one (promise 16)", async () => {
    cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 1000 });
    cloudflare.fault({ kind: "reset", apply: true, method: "POST", times: 3 });
    cloudflare.fault({ kind: "reset", method: "GET", times: 3 });
    const failure = await failureOf(provider.update(ACCOUNT, inputs, { ...inputs, amount: 80000 }));
    expect(failure).toContain("The state keeps the resource with an initialization error");
    expect(cloudflare.config(ACCOUNT)?.amount).toBe(80000);
    expect(await provider.update(ACCOUNT, { ...inputs, amount: 80000 }, inputs)).toMatchObject(inputs);
    expect(cloudflare.config(ACCOUNT)?.amount).toBe(5000);
  });
});

// The dynamic provider's are refused by the program, in life.test.ts.
describe("a setting that is misspelt", () => {
  it("is refused with the nearest known one by the plugin's check of its configuration (promise 23)", async () => {
    const plugin = await Plugin.start();
    try {
      const { failures } = await plugin.checkConfig({ maxamount: "4000", "deadline-seconds": "5", apitoken: "x" });
      expect(failures.sort()).toEqual([
        expect.stringMatching(/^apitoken: .* is not a setting of .* Did you mean 'apiToken'\?/),
        expect.stringMatching(/^deadline-seconds: .* Did you mean 'deadlineSeconds'\?/),
        expect.stringMatching(/^maxamount: .* Did you mean 'maxAmount'\?/),
      ]);
    } finally {
      await plugin.stop();
    }
  });
});
