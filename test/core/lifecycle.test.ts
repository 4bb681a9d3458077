// What each operation asks of Cloudflare and stores, on ordinary days. Bad days are in lifecycleFaults.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { TopupState } from "../../provider/core/model";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, declared, methods, otherAccount, type Run, startRun, withSimulator } from "../support/core";
import { failureOf } from "../support/rejection";

let simulator: BillingSimulator;
let run: Run;

const live = { amount: 5000, threshold: 1000 };
const others = { amount: 2000, threshold: 700 };
const off = { ...declared, enabled: false };
const healthy = { error: null, disabledReason: null, lastFailedAt: null };
const stored: TopupState = { ...declared, enabled: true, adopt: false, ...healthy };

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => {
  simulator.reset();
  run = startRun(simulator);
});
afterAll(() => simulator.close());

describe("create", () => {
  it("looks first and then writes once", async () => {
    expect(await run.create(declared)).toEqual(stored);
    expect(methods(simulator)).toBe("GET POST");
    expect(simulator.requests[1]?.body).toEqual(live);
    expect(simulator.config(account)).toEqual(live);
  });

  it("takes over what is live as declared, without writing", async () => {
    simulator.setConfig(account, live);
    expect(await run.create(declared)).toEqual(stored);
    expect(methods(simulator)).toBe("GET");
  });

  it("refuses to replace other live values, shows both and changes nothing", async () => {
    simulator.setConfig(account, others);
    const message = await failureOf(run.create(declared));
    expect(message).toContain("live:      amount 2000 cents ($20.00), threshold 700 cents ($7.00)");
    expect(message).toContain("declared:  amount 5000 cents ($50.00), threshold 1000 cents ($10.00)");
    expect(message).toContain("'adopt: true'");
    expect(methods(simulator)).toBe("GET");
    expect(simulator.config(account)).toEqual(others);
  });

  it("replaces other live values with 'adopt: true'", async () => {
    simulator.setConfig(account, others);
    expect(await run.create({ ...declared, adopt: true })).toEqual({ ...stored, adopt: true });
    expect(methods(simulator)).toBe("GET POST");
    expect(simulator.config(account)).toEqual(live);
  });

  it("declared off writes nothing where nothing is set, and keeps the sums for later", async () => {
    expect(await run.create(off)).toEqual({ ...stored, enabled: false });
    expect(methods(simulator)).toBe("GET");
  });

  it("declared off refuses to switch a live config off", async () => {
    simulator.setConfig(account, live);
    expect(await failureOf(run.create(off))).toContain("declared:  off (not set)");
    expect(methods(simulator)).toBe("GET");
    expect(simulator.config(account)).toEqual(live);
  });

  it("declared off switches a live config off with 'adopt: true'", async () => {
    simulator.setConfig(account, others);
    await run.create({ ...off, adopt: true });
    expect(methods(simulator)).toBe("GET DELETE");
    expect(simulator.config(account)).toBeNull();
  });

  it("stores the health that it saw, and warns of a top-up that fails", async () => {
    simulator.setConfig(account, live);
    simulator.setHealth(account, { error: "card declined" });
    expect(await run.create(declared)).toEqual({ ...stored, error: "card declined" });
    expect(run.warnings.join()).toContain(`Auto top-up of account ${account} is failing (error: card declined)`);
  });

  it("stores an account id given in upper case in lower case", async () => {
    const state = await run.create({ ...declared, accountId: account.toUpperCase() });
    expect(state.accountId).toBe(account);
  });

  it.each([
    [{ ...declared, amount: 20 }, "'amount' must be a whole number"],
    [{ ...declared, accountId: "x" }, "'accountId' must be"],
    [{}, "'threshold' must be"],
  ])("checks the real values again before any request: %j", async (news, words) => {
    expect(await failureOf(run.create(news))).toContain(words);
    expect(simulator.requests).toEqual([]);
  });

  it("holds the stack's cap again before any request", async () => {
    run = startRun(simulator, { maxAmount: 4999 });
    expect(await failureOf(run.create(declared))).toContain("'amount' must be at most 4999 cents ($49.99)");
    expect(simulator.requests).toEqual([]);
  });
});

describe("update", () => {
  it("writes once", async () => {
    simulator.setConfig(account, others);
    expect(await run.update({ ...stored, ...others }, declared)).toEqual(stored);
    expect(methods(simulator)).toBe("POST");
    expect(simulator.config(account)).toEqual(live);
  });

  it("switches off with one request", async () => {
    simulator.setConfig(account, live);
    expect(await run.update(stored, off)).toEqual({ ...stored, enabled: false });
    expect(methods(simulator)).toBe("DELETE");
    expect(simulator.config(account)).toBeNull();
  });

  it("switches on again with one request", async () => {
    expect(await run.update({ ...stored, enabled: false }, declared)).toEqual(stored);
    expect(methods(simulator)).toBe("POST");
    expect(simulator.config(account)).toEqual(live);
  });

  it("keeps the health of the last look", async () => {
    const failing = { error: "declined", disabledReason: "card", lastFailedAt: "2026-01-01T00:00:00.000Z" };
    expect(await run.update({ ...stored, ...failing }, { ...declared, amount: 6000 })).toEqual({
      ...stored,
      amount: 6000,
      ...failing,
    });
  });

  it("heals a damaged state", async () => {
    expect(await run.update({ amount: "5000" }, declared)).toEqual(stored);
  });

  it("checks values and cap again before any request", async () => {
    run = startRun(simulator, { maxAmount: 5000 });
    const message = await failureOf(run.update(stored, { ...declared, amount: 5001, threshold: 1 }));
    expect(message.split("\n")).toHaveLength(2);
    expect(simulator.requests).toEqual([]);
  });
});

describe("read", () => {
  it("returns the live values with one request", async () => {
    simulator.setConfig(account, others);
    expect(await run.read(account, stored)).toEqual({ ...stored, ...others });
    expect(methods(simulator)).toBe("GET");
  });

  it.each(["nulls", "zeros"] as const)("takes a config that is not set (%s) for gone", async (unset) => {
    expect(await withSimulator({ unset }, (own) => startRun(own).read(account, stored))).toBeNull();
  });

  it("finds a config that is declared off and not set as declared", async () => {
    expect(await run.read(account, { ...stored, enabled: false })).toEqual({ ...stored, enabled: false });
  });

  it("shows a config that is declared off and yet live as switched on, with its values", async () => {
    simulator.setConfig(account, others);
    expect(await run.read(account, { ...stored, enabled: false })).toEqual({ ...stored, ...others, enabled: true });
  });

  it("keeps 'adopt', which Cloudflare does not know", async () => {
    simulator.setConfig(account, live);
    expect((await run.read(account, { ...stored, adopt: true }))?.adopt).toBe(true);
  });

  it("of an account that nothing is stored of returns what is live", async () => {
    simulator.setConfig(account, others);
    expect(await run.read(account.toUpperCase(), {})).toEqual({ ...stored, ...others });
  });

  it("of an account that nothing is stored of and nothing is set for says so", async () => {
    expect(await failureOf(run.read(account, {}))).toContain("has no auto top-up config, so there is nothing to read");
  });

  it.each(["", "x", "../../user/tokens", `${account}0`])(
    "of an id that is no account id, %j, asks nobody",
    async (id) => {
      expect(await failureOf(run.read(id, {}))).toContain(`'${id}' is not a Cloudflare account id`);
      expect(simulator.requests).toEqual([]);
    },
  );

  it("warns of a top-up that fails, once in a run however often it is seen", async () => {
    simulator.setConfig(account, live);
    simulator.setHealth(account, { disabledReason: "3 failures", lastFailedAt: "2026-05-04T03:02:01Z" });
    const state = await run.read(account, stored);
    expect(state).toEqual({ ...stored, disabledReason: "3 failures", lastFailedAt: "2026-05-04T03:02:01Z" });
    await run.read(account, state);
    await run.create(declared);
    expect(run.warnings).toHaveLength(1);
    expect(run.warnings[0]).toContain("is failing, last on 2026-05-04T03:02:01Z (disabled: 3 failures)");
  });

  it("warns for each account that fails", async () => {
    for (const id of [account, otherAccount]) {
      simulator.setConfig(id, live);
      simulator.setHealth(id, { error: "declined" });
      await run.read(id, { ...stored, accountId: id });
    }
    expect(run.warnings).toHaveLength(2);
  });

  it("does not warn of a failure that is over", async () => {
    simulator.setConfig(account, live);
    simulator.setHealth(account, { lastFailedAt: "2026-05-04T03:02:01Z" });
    await run.read(account, stored);
    expect(run.warnings).toEqual([]);
  });
});

describe("delete", () => {
  it("unsets with one request", async () => {
    simulator.setConfig(account, live);
    await run.delete(account);
    expect(methods(simulator)).toBe("DELETE");
    expect(simulator.config(account)).toBeNull();
  });

  it("of what is not set any more is done", async () => {
    await run.delete(account);
    expect(methods(simulator)).toBe("DELETE");
  });

  it("of an id that is no account id asks nobody", async () => {
    expect(await failureOf(run.delete("../x"))).toContain("'../x' is not a Cloudflare account id");
    expect(simulator.requests).toEqual([]);
  });
});

describe("two resources of one run", () => {
  it("for one account: the second is refused, with both told apart, and changes nothing", async () => {
    await run.create(declared);
    const message = await failureOf(run.create({ ...declared, amount: 9000, adopt: true }));
    expect(message).toContain(`Account ${account} is declared by two resources in this run`);
    expect(message).toContain("the first declares:  amount 5000 cents ($50.00)");
    expect(message).toContain("this one declares:   amount 9000 cents ($90.00)");
    expect(methods(simulator)).toBe("GET POST");
    expect(simulator.config(account)).toEqual(live);
  });

  it("for one account at the same moment: only one is written, even in another case", async () => {
    const upper = { ...declared, accountId: account.toUpperCase(), amount: 9000 };
    const outcomes = await Promise.allSettled([run.create(declared), run.create(upper)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(simulator.changes()).toBe(1);
    expect(simulator.config(account)).toEqual(live);
  });

  it("for one account: the second is refused for an update, too", async () => {
    await run.update(stored, { ...declared, amount: 6000 });
    expect(await failureOf(run.create(declared))).toContain("declared by two resources");
    expect(await failureOf(run.update(stored, declared))).toContain("declared by two resources");
    expect(methods(simulator)).toBe("POST");
  });

  it("for one account: the second may have it where the first failed", async () => {
    simulator.setConfig(account, others);
    await failureOf(run.create(declared));
    await run.create({ ...declared, adopt: true });
    expect(simulator.config(account)).toEqual(live);
  });

  it("for two accounts do not meet", async () => {
    await Promise.all([run.create(declared), run.create({ ...declared, accountId: otherAccount, amount: 9000 })]);
    expect(simulator.config(account)).toEqual(live);
    expect(simulator.config(otherAccount)).toEqual({ ...live, amount: 9000 });
  });

  it("for one account: in the next run it is free again", async () => {
    await run.create(declared);
    await startRun(simulator).create(declared);
    expect(methods(simulator)).toBe("GET POST GET");
  });
});

describe("a renamed resource", () => {
  it("never ends with the config deleted: the new name takes it over, the old name's delete is skipped with a warning", async () => {
    simulator.setConfig(account, live);
    await run.create(declared);
    await run.delete(account);
    expect(methods(simulator)).toBe("GET");
    expect(simulator.config(account)).toEqual(live);
    expect(run.warnings).toEqual([expect.stringContaining(`config of account ${account} was not removed`)]);
  });

  it("keeps its config where the id under the old name was given in upper case", async () => {
    simulator.setConfig(account, live);
    await run.create(declared);
    await run.delete(account.toUpperCase());
    expect(simulator.config(account)).toEqual(live);
  });

  it("keeps its config where the new name's create failed", async () => {
    simulator.setConfig(account, others);
    await failureOf(run.create(declared));
    await run.delete(account);
    expect(simulator.config(account)).toEqual(others);
  });

  it("keeps its config where the new name was an update of another resource", async () => {
    simulator.setConfig(account, live);
    await run.update(stored, { ...declared, amount: 6000 });
    await run.delete(account);
    expect(simulator.config(account)).toEqual({ ...live, amount: 6000 });
  });

  it("is not mistaken for a replacement by another account: there the old config goes and the new one stays", async () => {
    simulator.setConfig(account, live);
    await run.create({ ...declared, accountId: otherAccount });
    await run.delete(account);
    expect(simulator.config(account)).toBeNull();
    expect(simulator.config(otherAccount)).toEqual(live);
    expect(run.warnings).toEqual([]);
  });

  it("is not mistaken for a delete before a create of the same account", async () => {
    simulator.setConfig(account, live);
    await run.delete(account);
    await run.create(declared);
    expect(methods(simulator)).toBe("DELETE GET POST");
    expect(simulator.config(account)).toEqual(live);
  });
});
