// Owns the promises about bad days: errors are told once and in words, state stays, interrupted writes heal.
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Fault, LocalStack } from "../../provider/testing";
import { A, AMOUNTS, messages, openPlayground, type Playground, requestsOf, stepsOf } from "../support/play";
import { PROVIDERS } from "../support/providers";

describe.each(PROVIDERS)("through %s", (provider) => {
  let ground: Playground;
  let stack: LocalStack;

  beforeAll(async () => {
    ground = await openPlayground(provider);
  });
  afterAll(() => ground.close());
  beforeEach(() => {
    ground.cloudflare.reset();
    ground.declare(`const x = new AutoTopupConfig("x", { accountId: A, ${AMOUNTS} });
    exports.health = [x.error, x.disabledReason, x.lastFailedAt];`);
    stack = ground.open();
  });

  function topupsOf(opened: LocalStack) {
    const topups = opened.state().deployment.resources.filter(({ type }) => type.endsWith(":AutoTopupConfig"));
    return topups
      .map(({ id, inputs, outputs }) => ({ id, inputs, outputs }))
      .sort((one, two) => (String(one.id) < String(two.id) ? -1 : 1));
  }

  describe("state", () => {
    const doubtful: [string, Fault][] = [
      ["401", { kind: "envelope", status: 401, times: 9 }],
      ["403", { kind: "envelope", status: 403, times: 9 }],
      ["404", { kind: "envelope", status: 404, times: 9 }],
      ["500", { kind: "envelope", status: 500, times: 9 }],
      ["a lost connection", { kind: "reset", times: 9 }],
      ["HTML", { kind: "raw", status: 200, body: "<html>", times: 9 }],
      ["success: false", { kind: "envelope", status: 200, success: false, times: 9 }],
      ["result: null", { kind: "envelope", status: 200, success: true, result: null, times: 9 }],
    ];

    it("is never dropped because of an error: only a proven unset config is gone (promise 13)", async () => {
      const accounts = doubtful.map((_, index) => `${index}`.repeat(32));
      const resources = accounts.map((id) => `new AutoTopupConfig("x${id[0]}", { accountId: "${id}", ${AMOUNTS} });`);
      ground.declare(resources.join("\n"));
      await stack.up();
      const before = topupsOf(stack);
      accounts.forEach((accountId, index) => {
        ground.cloudflare.fault({ ...(doubtful[index]?.[1] as Fault), accountId });
      });
      const refresh = await stack.refresh();
      expect([refresh.ok, topupsOf(stack)]).toEqual([false, before]);
      for (const id of accounts) expect(messages(refresh, "error").join()).toContain(`of account ${id} failed`);
      ground.cloudflare.clearFaults();
      ground.cloudflare.setConfig(accounts[0] ?? "", null);
      expect((await stack.refresh()).ok).toBe(true);
      expect(topupsOf(stack)).toEqual(before.slice(1));
    });
  });

  describe("a failing top-up", () => {
    it("is an output and one warning per run, and never an update (promise 15)", async () => {
      await stack.up();
      ground.cloudflare.setHealth(A, {
        error: "card_declined",
        disabledReason: "payment_failed",
        lastFailedAt: 1790000000,
      });
      const refresh = await stack.refresh();
      expect(messages(refresh, "warning")).toEqual([
        expect.stringMatching(/is failing, last on 2026-09-21.*card_declined/),
      ]);
      const up = await stack.up();
      expect(up.outputs).toEqual({ health: ["card_declined", "payment_failed", "2026-09-21T14:13:20.000Z"] });
      expect(requestsOf(up)).toEqual([]);
    });
  });

  describe("a write whose answer is lost", () => {
    it("is settled by a look: applied means done (promise 16)", async () => {
      ground.cloudflare.fault({ kind: "reset", apply: true, method: "POST", times: 3 });
      const up = await stack.up();
      expect(up.ok).toBe(true);
      expect(requestsOf(up)).toEqual(["GET 200", "POST null", "POST null", "POST null", "GET 200"]);
      expect(ground.cloudflare.changes(A)).toBe(1);
    });

    it("and not applied is an error that the next up heals (promise 16)", async () => {
      ground.cloudflare.fault({ kind: "reset", method: "POST", times: 3 });
      const up = await stack.up();
      expect(up.ok).toBe(false);
      expect(topupsOf(stack)).toEqual([]);
      expect((await stack.up()).ok).toBe(true);
      expect(ground.cloudflare.changes(A)).toBe(1);
    });
  });

  describe("a write of which nobody knows whether it was applied", () => {
    const DEAR = 'new AutoTopupConfig("x", { accountId: A, amount: 80000, threshold: 1000, adopt: true });';
    const loseAll = (looks: number) => {
      ground.cloudflare.fault({ kind: "reset", apply: true, method: "POST", times: 3 });
      ground.cloudflare.fault({ kind: "reset", method: "GET", skip: looks, times: 3 });
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

  describe("a crash between the write and the state", () => {
    it("is healed by the next up, which takes over what is live: one effective change in all (promise 16)", async () => {
      const stateFile = path.join(ground.program.folder, "crashed.json");
      await ground.open({ stateFile }).up();
      rmSync(stateFile);
      const again = await ground.open({ stateFile }).up();
      expect(requestsOf(again)).toEqual(["GET 200"]);
      expect(ground.cloudflare.changes(A)).toBe(1);
    });
  });

  describe("an error", () => {
    it("says what was attempted, for which account, Cloudflare's words and what to do, once and without a stack (promise 17)", async () => {
      await stack.up();
      ground.cloudflare.revokeToken(ground.cloudflare.apiToken);
      const refresh = await stack.refresh();
      ground.cloudflare.acceptToken(ground.cloudflare.apiToken);
      const told = refresh.diagnostics.filter(({ message }) => message.includes("Reading the auto top-up config"));
      expect(told).toHaveLength(1);
      expect(told[0]?.message).toMatch(
        new RegExp(
          `account ${A} failed\\. Cloudflare answered 401: Authentication error \\(code 10000\\) \\(request id .+\\)\\.\\n.+token`,
        ),
      );
      expect(refresh.lines.join("\n")).not.toMatch(/^\s+at /m);
    });
  });
});
