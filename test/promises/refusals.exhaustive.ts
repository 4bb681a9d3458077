// The refusals of refusals.test.ts, and what comes after them, as whole runs of the local engine show them: through each provider by itself,
// since a run ends at its first refusal.
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { LocalStack } from "../../provider/testing";
import { A, AMOUNTS, messages, openPlayground, type Playground, requestsOf, stepsOf } from "../support/play";
import { PROVIDERS } from "../support/providers";

const late = { standIn: { create: () => ({ id: "late", outputs: { amount: 20, account: "short" } }) } };
const X = `new AutoTopupConfig("x", { accountId: A, ${AMOUNTS} });`;

describe.each(PROVIDERS)("through %s", (provider) => {
  let ground: Playground;
  let stack: LocalStack;

  beforeAll(async () => {
    ground = await openPlayground(provider);
  });
  afterAll(() => ground.close());
  beforeEach(() => {
    ground.cloudflare.reset();
    stack = ground.open({ providers: { late } });
  });

  describe("values", () => {
    it("in wrong units are refused in the preview, with property, rule, cents and dollars, all at once (promise 10)", async () => {
      ground.declare('new AutoTopupConfig("x", { accountId: "x", amount: 20, threshold: 499 });');
      const preview = await stack.preview();
      const errors = messages(preview, "error").join("\n");
      expect(errors).toMatch(/property accountId value \{x\} has a problem: .*32 hexadecimal digits/);
      expect(errors).toMatch(
        /property amount value \{20\} has a problem: .*1000 cents \(\$10\.00\); got 20 cents \(\$0\.20\)/,
      );
      expect(errors).toMatch(
        /property threshold value \{499\} has a problem: .*500 cents \(\$5\.00\); got 499 cents \(\$4\.99\)/,
      );
      expect(preview.requests).toEqual([]);
    });

    it("that are not known yet pass the preview and are checked again before any request (promise 8)", async () => {
      ground.declare(`const late = new pulumi.CustomResource("late:index:T", "late", { amount: undefined, account: undefined });
      new AutoTopupConfig("x", { accountId: late.account, amount: late.amount, threshold: late.amount });`);
      expect((await stack.preview()).ok).toBe(true);
      const up = await stack.up();
      expect(messages(up, "error").join()).toContain("got 20 cents ($0.20)");
      expect(up.requests).toEqual([]);
    });
  });

  describe("settings", () => {
    const misspelt: Record<string, string> = {
      maxamount: "'cloudflare-ai-gateway-billing:maxAmount'",
      "deadline-seconds": "'cloudflare-ai-gateway-billing:deadlineSeconds'",
      apitoken: "'cloudflare:apiToken'",
    };

    it("that are misspelt are refused in the preview, with the nearest known one, instead of being ignored (promise 23)", async () => {
      ground.declare(`new AutoTopupConfig("x", { accountId: A, ${AMOUNTS} });`);
      const config = ground.settings({ baseUrl: ground.cloudflare.url });
      const wrong = Object.fromEntries(
        Object.keys(misspelt).map((name) => [`cloudflare-ai-gateway-billing:${name}`, "4000"]),
      );
      const refused = ground.open({
        config: { ...config, ...wrong },
        env: { CLOUDFLARE_API_TOKEN: ground.cloudflare.apiToken },
      });
      const preview = await refused.preview();
      expect([preview.ok, stepsOf(preview), requestsOf(await refused.up())]).toEqual([false, [], []]);
      const errors = messages(preview, "error").join("\n");
      for (const [name, meant] of Object.entries(misspelt)) {
        const known = provider === "the plugin" ? meant.replace(/^'.*:/, "'") : meant;
        expect(errors).toMatch(new RegExp(`${name}\\b.* is not a setting of .* Did you mean ${known}\\?`));
      }
      expect(preview.lines.join("\n")).not.toMatch(/^\s+at /m);
    });
  });

  describe("the cap", () => {
    it("refuses an amount in the preview, and one that was unknown there right before the write (promise 19)", async () => {
      const address = ground.settings({ baseUrl: ground.cloudflare.url });
      const config = { "cloudflare-ai-gateway-billing:maxAmount": "6000", ...address };
      const late = { standIn: { create: () => ({ id: "late", outputs: { amount: 700000 } }) } };
      const env = { CLOUDFLARE_API_TOKEN: ground.cloudflare.apiToken };
      const capped = ground.open({ config, env, providers: { late } });
      ground.declare('new AutoTopupConfig("x", { accountId: A, amount: 6001, threshold: 1000 });');
      expect(messages(await capped.preview(), "error").join()).toContain("at most 6000 cents ($60.00)");
      ground.declare(`const late = new pulumi.CustomResource("late:index:Amount", "late", { amount: undefined });
      new AutoTopupConfig("x", { accountId: A, amount: late.amount, threshold: 1000 });`);
      expect((await capped.preview()).ok).toBe(true);
      const up = await capped.up();
      expect(messages(up, "error").join()).toContain("at most 6000 cents ($60.00)");
      expect(requestsOf(up)).toEqual([]);
    });

    it("never keeps a card from no longer being charged: what is above it can be switched off, not on (promise 19)", async () => {
      const dear = "accountId: A, amount: 700000, threshold: 1000";
      const stateFile = path.join(ground.program.folder, "capped.json");
      ground.declare(`new AutoTopupConfig("x", { ${dear} });`);
      await ground.open({ stateFile }).up();
      const limit = { "cloudflare-ai-gateway-billing:maxAmount": "6000" };
      const connection = ground.settings({ apiToken: ground.cloudflare.apiToken, baseUrl: ground.cloudflare.url });
      const late = { standIn: { create: () => ({ id: "late", outputs: { enabled: true } }) } };
      const capped = ground.open({ stateFile, config: { ...limit, ...connection }, providers: { late } });
      ground.declare(`new AutoTopupConfig("x", { ${dear}, enabled: false });`);
      expect(requestsOf(await capped.up())).toEqual(["DELETE 200"]);
      ground.declare(`const late = new pulumi.CustomResource("late:index:Switch", "late", { enabled: undefined });
      new AutoTopupConfig("x", { ${dear}, enabled: late.enabled });`);
      const up = await capped.up();
      expect(messages(up, "error").join()).toContain("at most 6000 cents ($60.00)");
      expect([requestsOf(up), ground.cloudflare.config(A)]).toEqual([[], null]);
    });
  });

  describe("a second resource for an account", () => {
    it.each(["amount: 7000, threshold: 1000, adopt: true", AMOUNTS])(
      "with %s is refused in the preview, both are named, and nothing is written (promise 24)",
      async (values) => {
        const stack = ground.open();
        ground.declare(`${X} new AutoTopupConfig("b", { accountId: A, ${values} });`);
        const preview = await stack.preview();
        expect(preview.ok).toBe(false);
        expect(messages(preview, "error").join()).toMatch(/is declared twice in this stack, by '[xb]' and by '[xb]'/);
        ground.declare(X);
        await stack.up();
        ground.declare(`${X} new AutoTopupConfig("b", { accountId: A, ${values} });`);
        expect(requestsOf(await stack.up())).toEqual([]);
        expect(ground.cloudflare.config(A)).toEqual({ amount: 5000, threshold: 1000 });
      },
    );
  });

  describe("an existing config", () => {
    it("with other values is left alone and shown, unless 'adopt' is true (promise 11)", async () => {
      ground.cloudflare.setConfig(A, { amount: 7000, threshold: 700 });
      ground.declare(X);
      const refused = await stack.up();
      expect(requestsOf(refused)).toEqual(["GET 200"]);
      expect(messages(refused, "error").join()).toMatch(
        /7000 cents \(\$70\.00\)[\s\S]*5000 cents \(\$50\.00\)[\s\S]*adopt: true/,
      );
      expect(ground.cloudflare.config(A)).toEqual({ amount: 7000, threshold: 700 });
      ground.declare(`new AutoTopupConfig("x", { accountId: A, ${AMOUNTS}, adopt: true });`);
      expect(requestsOf(await stack.up())).toEqual(["GET 200", "POST 200"]);
    });
  });

  describe("a config that nobody declares any more", () => {
    it("is switched off also where everything is refreshed first (promise 2)", async () => {
      stack = await ground.applied(X);
      ground.declare("");
      expect(requestsOf(await stack.up({ refresh: true }))).toEqual(["GET 200", "DELETE 200"]);
      stack = await ground.applied(X);
      expect(requestsOf(await stack.destroy({ refresh: true }))).toEqual(["GET 200", "DELETE 200"]);
    });
  });

  describe("a write whose answer is lost", () => {
    it("and not applied is an error that the next up heals (promise 16)", async () => {
      ground.cloudflare.fault({ kind: "reset", method: "POST", times: 3 });
      ground.declare(X);
      const up = await stack.up();
      expect(up.ok).toBe(false);
      expect(stack.state().deployment.resources.filter(({ type }) => type.endsWith(":AutoTopupConfig"))).toEqual([]);
      expect((await stack.up()).ok).toBe(true);
      expect(ground.cloudflare.changes(A)).toBe(1);
    });
  });

  describe("a write of which nobody knows whether it was applied", () => {
    const DEAR = 'new AutoTopupConfig("x", { accountId: A, amount: 80000, threshold: 1000, adopt: true });';
    const loseAll = (reads: number) => {
      ground.cloudflare.fault({ kind: "reset", apply: true, method: "POST", times: 3 });
      ground.cloudflare.fault({ kind: "reset", method: "GET", skip: reads, times: 3 });
    };

    it("is taken back with the change in the program, though the state holds what is declared again (promise 16)", async () => {
      const body = `new AutoTopupConfig("x", { accountId: A, ${AMOUNTS} });`;
      stack = await ground.applied(body);
      ground.declare(DEAR);
      loseAll(0);
      expect(messages(await stack.up(), "error").join()).toContain(
        "The state keeps the resource with an initialization error",
      );
      expect(ground.cloudflare.config(A)?.amount).toBe(80000);
      ground.declare(body);
      expect(stepsOf(await stack.preview())).toEqual(["update x"]);
      expect(requestsOf(await stack.up())).toEqual(["POST 200"]);
      expect(ground.cloudflare.config(A)).toEqual({ amount: 5000, threshold: 1000 });
      expect(requestsOf(await stack.up())).toEqual([]);
    });

    it("is taken back with the resource that it was to create (promise 16)", async () => {
      ground.declare(DEAR);
      loseAll(1);
      expect((await stack.up()).ok).toBe(false);
      expect(ground.cloudflare.config(A)?.amount).toBe(80000);
      ground.declare("");
      expect(requestsOf(await stack.up())).toEqual(["DELETE 200"]);
      expect(ground.cloudflare.config(A)).toBeNull();
    });
  });
});
