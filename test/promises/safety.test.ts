// Owns the promises about money: nothing is written that was not reviewed, nothing is lost, nothing is switched off by mistake.
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { LocalStack } from "../../provider/testing";
import { A, AMOUNTS, B, messages, openPlayground, type Playground, requestsOf, stepsOf } from "../support/play";
import { PROVIDERS } from "../support/providers";

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
    stack = ground.open();
  });

  describe("a preview", () => {
    it("sends nothing and needs no credential; with a refresh it only reads (promise 1)", async () => {
      ground.declare(X);
      const bare = ground.open({ config: {}, env: { CLOUDFLARE_API_TOKEN: undefined } });
      expect(requestsOf(await bare.preview())).toEqual([]);
      stack = await ground.applied(X);
      ground.cloudflare.setConfig(A, { amount: 9000, threshold: 1000 });
      expect(requestsOf(await stack.preview({ refresh: true }))).toEqual(["GET 200"]);
      expect(requestsOf(await stack.refresh({ previewOnly: true }))).toEqual(["GET 200"]);
      expect(ground.cloudflare.config(A)).toEqual({ amount: 9000, threshold: 1000 });
    });

    it("shows a change made in the dashboard as exactly that property, before and after a refresh (promise 14)", async () => {
      stack = await ground.applied(X);
      ground.cloudflare.setConfig(A, { amount: 5000, threshold: 70000 });
      const before = await stack.preview({ refresh: true });
      expect(before.steps.find(({ op }) => op === "update")?.diff).toEqual({ threshold: { old: 70000, new: 1000 } });
      await stack.refresh();
      const after = await stack.preview();
      expect(after.steps.find(({ op }) => op === "update")?.diff).toEqual({ threshold: { old: 70000, new: 1000 } });
    });
  });

  describe("off", () => {
    it("can be declared, is applied, and is watched for drift like any other value (promise 2)", async () => {
      stack = await ground.applied(X);
      ground.declare(`new AutoTopupConfig("x", { accountId: A, ${AMOUNTS}, enabled: false });`);
      expect(requestsOf(await stack.up())).toEqual(["DELETE 200"]);
      expect(ground.cloudflare.config(A)).toBeNull();
      ground.cloudflare.setConfig(A, { amount: 5000, threshold: 1000 });
      const drift = await stack.preview({ refresh: true });
      expect(drift.steps.find(({ op }) => op === "update")?.diff).toEqual({ enabled: { old: true, new: false } });
    });
  });

  describe("an existing config", () => {
    it("with the declared values is taken over without a write (promises 11 and 12)", async () => {
      ground.cloudflare.setConfig(A, { amount: 5000, threshold: 1000 });
      ground.declare(X);
      expect(requestsOf(await stack.up())).toEqual(["GET 200"]);
    });

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

    it("survives a rename (promise 11)", async () => {
      stack = await ground.applied(X);
      ground.declare(`new AutoTopupConfig("renamed", { accountId: A, ${AMOUNTS} });`);
      const rename = await stack.up();
      expect(stepsOf(rename)).toEqual(["create renamed", "delete x"]);
      expect(messages(rename, "warning")).toEqual([
        expect.stringContaining("was not removed: 'renamed' declares the same account now"),
      ]);
      expect(requestsOf(await stack.up())).toEqual([]);
      expect(ground.cloudflare.config(A)).toEqual({ amount: 5000, threshold: 1000 });
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

  describe("a changed account", () => {
    it("moves the config: the new account is set, the old one is off (promise 18)", async () => {
      stack = await ground.applied(X);
      ground.declare(`new AutoTopupConfig("x", { accountId: B, ${AMOUNTS} });`);
      expect(requestsOf(await stack.up())).toEqual(["GET 200", "POST 200", "DELETE 200"]);
      expect([ground.cloudflare.config(A), ground.cloudflare.config(B)]).toEqual([
        null,
        { amount: 5000, threshold: 1000 },
      ]);
    });
  });

  describe("the cap", () => {
    it("refuses a sum in the preview, and one that was unknown there right before the write (promise 19)", async () => {
      const address = ground.settings({ baseUrl: ground.cloudflare.url });
      const config = { "cloudflare-ai-gateway-billing:maxAmount": "6000", ...address };
      const late = { standIn: { create: () => ({ id: "late", outputs: { sum: 700000 } }) } };
      const env = { CLOUDFLARE_API_TOKEN: ground.cloudflare.apiToken };
      const capped = ground.open({ config, env, providers: { late } });
      ground.declare('new AutoTopupConfig("x", { accountId: A, amount: 6001, threshold: 1000 });');
      expect(messages(await capped.preview(), "error").join()).toContain("at most 6000 cents ($60.00)");
      ground.declare(`const late = new pulumi.CustomResource("late:index:Sum", "late", { sum: undefined });
      new AutoTopupConfig("x", { accountId: A, amount: late.sum, threshold: 1000 });`);
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
});
