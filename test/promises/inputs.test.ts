// Owns the promises about what programs pass in: wrong units, unknowns, secrets, credentials, and what is stored of them.
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { LocalStack } from "../../provider/testing";
import { AMOUNTS, messages, openPlayground, type Playground, requestsOf, stepsOf } from "../support/play";
import { PROVIDERS } from "../support/providers";

const late = { standIn: { create: () => ({ id: "late", outputs: { sum: 20, account: "short" } }) } };

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
      ground.declare(`const late = new pulumi.CustomResource("late:index:T", "late", { sum: undefined, account: undefined });
      new AutoTopupConfig("x", { accountId: late.account, amount: late.sum, threshold: late.sum });`);
      expect((await stack.preview()).ok).toBe(true);
      const up = await stack.up();
      expect(messages(up, "error").join()).toContain("got 20 cents ($0.20)");
      expect(up.requests).toEqual([]);
    });

    it("that are secret stay secret in state and diff (promise 9)", async () => {
      ground.declare('new AutoTopupConfig("x", { accountId: A, amount: pulumi.secret(771100), threshold: 1000 });');
      await stack.up();
      expect(JSON.stringify(stack.state())).not.toContain("771100");
      ground.declare('new AutoTopupConfig("x", { accountId: A, amount: pulumi.secret(772200), threshold: 1000 });');
      const preview = await stack.preview();
      expect(preview.steps.find(({ op }) => op === "update")?.diff).toEqual({
        amount: { old: "[secret]", new: "[secret]" },
      });
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
        expect(errors).toMatch(new RegExp(`${name}\\b.* is no setting of .* Did you mean ${known}\\?`));
      }
      expect(preview.lines.join("\n")).not.toMatch(/^\s+at /m);
    });
  });

  describe("credentials", () => {
    it("are nowhere: not in state, provider, outputs, messages or printed lines (promise 3)", async () => {
      const canary = "canary-token-0123456789";
      ground.cloudflare.acceptToken(canary);
      const config = ground.settings({ apiToken: canary, baseUrl: ground.cloudflare.url });
      const watched = ground.open({ config });
      ground.declare(`new AutoTopupConfig("x", { accountId: A, ${AMOUNTS} });`);
      const results = [await watched.up(), await watched.preview()];
      ground.cloudflare.revokeToken(canary);
      results.push(await watched.refresh());
      expect(results.map(({ ok }) => ok)).toEqual([true, true, false]);
      expect(JSON.stringify([results, watched.state()])).not.toContain(canary);
    });

    it("can be rotated: up with one token, refresh and destroy with only another in the environment (promise 4)", async () => {
      ground.declare(`new AutoTopupConfig("x", { accountId: A, ${AMOUNTS} });`);
      const stateFile = path.join(ground.program.folder, "rotated.json");
      const address = { CLOUDFLARE_BASE_URL: ground.cloudflare.url };
      const first = ground.settings({ apiToken: ground.cloudflare.apiToken });
      expect((await ground.open({ stateFile, config: first, env: address }).up()).ok).toBe(true);
      ground.cloudflare.acceptToken("token-B");
      ground.cloudflare.revokeToken(ground.cloudflare.apiToken);
      const second = ground.open({ stateFile, config: {}, env: { ...address, CLOUDFLARE_API_TOKEN: "token-B" } });
      expect((await second.refresh()).ok).toBe(true);
      // What the last up stored is tried first, as the engine hands it over.
      expect(requestsOf(await second.destroy())).toEqual(["DELETE 401", "DELETE 200"]);
      ground.cloudflare.acceptToken(ground.cloudflare.apiToken);
    });
  });
});
