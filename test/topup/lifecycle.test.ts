// What each operation asks of Cloudflare and stores, on ordinary days. Bad days are in lifecycleFaults.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { type Declaration, UNKNOWN } from "../../provider/topup/model";
import {
  account,
  declared,
  methods,
  off,
  otherAccount,
  others,
  type Run,
  remote,
  startRun,
  stored,
  withSimulator,
} from "../support/core";
import { failureOf } from "../support/rejection";

let simulator: BillingSimulator;
let run: Run;

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => {
  simulator.reset();
  run = startRun(simulator);
});
afterAll(() => simulator.close());

describe("create", () => {
  it("reads first and then writes once", async () => {
    expect(await run.create(declared)).toEqual(stored);
    expect(methods(simulator)).toBe("GET POST");
    expect(simulator.requests[1]?.body).toEqual(remote);
    expect(simulator.config(account)).toEqual(remote);
  });

  const adopted = { ...declared, adopt: true };
  it.each<[string, typeof remote | null, object, object, string]>([
    ["takes over what is set as declared, without writing (promise 11)", remote, declared, stored, "GET"],
    ["replaces other remote values with 'adopt: true'", others, adopted, { ...stored, adopt: true }, "GET POST"],
    ["declared off writes nothing if nothing is set", null, off, { ...stored, enabled: false }, "GET"],
    [
      "declared off switches a remote config off with 'adopt: true'",
      ...([others, { ...off, adopt: true }, { ...stored, enabled: false, adopt: true }, "GET DELETE"] as const),
    ],
  ])("%s", async (_, live, news, state, requests) => {
    simulator.setConfig(account, live);
    expect(await run.create({ ...news })).toEqual(state);
    expect(methods(simulator)).toBe(requests);
    expect(simulator.config(account)).toEqual("enabled" in news ? null : remote);
  });

  it("refuses to replace other remote values, shows both and changes nothing (promise 11)", async () => {
    simulator.setConfig(account, others);
    const message = await failureOf(run.create(declared));
    expect(message).toContain("remote:    amount 2000 cents ($20.00), threshold 700 cents ($7.00)");
    expect(message).toContain("declared:  amount 5000 cents ($50.00), threshold 1000 cents ($10.00)");
    expect(message).toContain("'adopt: true'");
    expect(methods(simulator)).toBe("GET");
    expect(simulator.config(account)).toEqual(others);
  });

  it("declared off refuses to switch a remote config off", async () => {
    simulator.setConfig(account, remote);
    expect(await failureOf(run.create(off))).toContain("declared:  off (not set)");
    expect(simulator.config(account)).toEqual(remote);
  });

  it("stores the health that it saw, and warns of a top-up that fails", async () => {
    simulator.setConfig(account, remote);
    simulator.setHealth(account, { error: "card declined" });
    expect(await run.create(declared)).toEqual({ ...stored, error: "card declined" });
    expect(run.warnings.join()).toContain(`Auto top-up of account ${account} is failing (error: card declined)`);
  });

  it("and update check values and cap again before any request", async () => {
    run = startRun(simulator, { maxAmount: 5000 });
    const news = { ...declared, amount: 5001, threshold: 1 };
    for (const call of [() => run.create(news), () => run.update(stored, news)])
      expect(await failureOf(call())).toMatch(
        /^'threshold' must be a whole number.*\n'amount' must be at most 5000 cents/,
      );
    expect(await failureOf(run.create({}))).toContain("'threshold' must be");
    expect(simulator.requests).toEqual([]);
  });
});

describe("update", () => {
  it.each<[string, typeof remote | null, object, object, string]>([
    ["writes new values", others, { ...stored, ...others }, declared, "POST"],
    ["switches off", remote, stored, off, "DELETE"],
    ["switches on again", null, { ...stored, enabled: false }, declared, "POST"],
    ["changes what is kept for later while off", null, { ...stored, ...others, enabled: false }, off, "DELETE"],
  ])("%s with one request", async (_, live, olds, news, request) => {
    simulator.setConfig(account, live);
    expect(await run.update(olds, { ...news })).toEqual({ ...stored, ...news });
    expect(methods(simulator)).toBe(request);
    expect(simulator.config(account)).toEqual(news === off ? null : remote);
  });

  it("keeps the health of the last read", async () => {
    const failing = { error: "declined", disabledReason: "card", lastFailedAt: "2026-01-01T00:00:00.000Z" };
    const updated = await run.update({ ...stored, ...failing }, { ...declared, amount: 6000 });
    expect(updated).toEqual({ ...stored, amount: 6000, ...failing });
  });

  it("heals a damaged state", async () => {
    expect(await run.update({ amount: "5000" }, declared)).toEqual(stored);
  });
});

describe("read", () => {
  const isOff = { ...stored, enabled: false };
  const found = { ...stored, ...others };
  it.each<[string, typeof remote | null, object, object]>([
    ["returns the remote values", others, stored, found],
    ["finds a config that is declared off and not set as declared", null, isOff, isOff],
    ["shows a config that is declared off and yet found switched on, with its values", others, isOff, found],
    ["keeps 'adopt', which Cloudflare does not know", others, { ...stored, adopt: true }, { ...found, adopt: true }],
    ["of an account without a state returns the remote values", others, {}, found],
  ])("%s", async (_, live, state, expected) => {
    simulator.setConfig(account, live);
    expect(await run.read(account, state)).toEqual(expected);
    expect(methods(simulator)).toBe("GET");
  });

  it.each(["nulls", "zeros"] as const)("takes a config that is not set (%s) for gone", async (unset) => {
    expect(await withSimulator({ unset }, (own) => startRun(own).read(account, stored))).toBeNull();
  });

  it("of an account without a state wants its id in lower case, as the engine compares ids by their letters", async () => {
    simulator.setConfig(account, remote);
    const shouted = account.toUpperCase();
    expect(await failureOf(run.read(shouted, {}))).toContain(`use ${account} instead of ${shouted}`);
    expect(simulator.requests).toEqual([]);
  });

  it("of an account without a state and without a config says so", async () => {
    expect(await failureOf(run.read(account, {}))).toContain("has no auto top-up config, so there is nothing to read");
  });

  it.each(["", "x", "../../user/tokens", `${account}0`])(
    "or delete of %j, which is not an id, sends nothing",
    async (id) => {
      for (const call of [run.read(id, {}), run.delete(id)])
        expect(await failureOf(call)).toContain(`'${id}' is not a Cloudflare account id`);
      expect(simulator.requests).toEqual([]);
    },
  );

  it("takes a state that has only lost its amount, or only its account, for a state: what is unset is gone, and a delete goes on", async () => {
    for (const damaged of [
      { ...stored, amount: null },
      { ...stored, accountId: null },
    ]) {
      expect(await run.read(account, damaged)).toBeNull();
    }
    simulator.setConfig(account, remote);
    await run.delete(account, { ...stored, amount: null });
    expect(simulator.config(account)).toBeNull();
  });

  it("warns of a top-up that fails, once in a run however often it is seen", async () => {
    simulator.setConfig(account, remote);
    simulator.setHealth(account, { disabledReason: "3 failures", lastFailedAt: "2026-05-04T03:02:01Z" });
    const state = await run.read(account, stored);
    expect(state).toEqual({ ...stored, disabledReason: "3 failures", lastFailedAt: "2026-05-04T03:02:01Z" });
    await run.read(account, state);
    await run.create(declared);
    expect(run.warnings).toHaveLength(1);
    expect(run.warnings[0]).toContain("is failing, last on 2026-05-04T03:02:01Z (disabled: 3 failures)");
  });

  it("does not warn of a failure that is over", async () => {
    simulator.setConfig(account, remote);
    simulator.setHealth(account, { lastFailedAt: "2026-05-04T03:02:01Z" });
    await run.read(account, stored);
    expect(run.warnings).toEqual([]);
  });
});

describe("delete", () => {
  it.each([remote, null])("unsets with one request, whatever is set: %j", async (live) => {
    simulator.setConfig(account, live);
    await run.delete(account);
    expect(methods(simulator)).toBe("DELETE");
    expect(simulator.config(account)).toBeNull();
  });
});

const one = { key: "urn:one", name: "one" };
const two = { key: "urn:two", name: "two" };

describe("an id that is not the stored account", () => {
  it("is refused by read, update and delete before anything is sent", async () => {
    const state = { ...stored, accountId: otherAccount };
    for (const call of [run.read(account, state), run.update(state, declared), run.delete(account, state)])
      expect(await failureOf(call)).toContain(`its id is ${account}, and its 'accountId' is ${otherAccount}`);
    expect(simulator.requests).toEqual([]);
  });
});

describe("two resources for one account", () => {
  it.each([
    ["with other values", { ...declared, amount: 9000 }],
    ["with equal values", declared],
    ["with the id in upper case", { ...declared, accountId: account.toUpperCase() }],
  ])("%s: the check of the second is refused and names both", async (_, second) => {
    expect((await run.check(declared, one)).failures).toEqual([]);
    expect((await run.check(second, two)).failures).toEqual([
      {
        property: "accountId",
        reason: expect.stringContaining(`${account} is declared twice in this stack, by 'one' and by 'two'`),
      },
    ]);
  });

  it("of the same name are kept apart by their keys", async () => {
    await run.check(declared, one);
    expect((await run.check(declared, { ...two, name: "one" })).failures[0]?.reason).toContain(
      "by 'urn:one' and by 'urn:two'",
    );
  });

  it("of two processes are refused as well", async () => {
    const otherProcesses = { answer() {}, find: async () => ({ ...one, progress: "checked" as const }) };
    const second = await startRun(simulator, { otherProcesses }).check(declared, two);
    expect(second.failures[0]?.reason).toContain("by 'one' and by 'two'");
  });

  it("are one if the engine checks the same resource again", async () => {
    await run.check(declared, one);
    expect((await run.check({ ...declared, amount: 9000 }, one)).failures).toEqual([]);
  });

  it("are not seen if one of the accounts is not known yet", async () => {
    await run.check(declared, one);
    expect((await run.check({ ...declared, accountId: UNKNOWN }, two)).failures).toEqual([]);
  });
});

/** Both ways in which a delete reaches the rules: with the URN, as the plugin gets it, and without, as the dynamic provider does. */
describe.each([
  ["that knows which resource it is about", "urn:old"],
  ["that does not know which resource it is about", null],
])("a delete that is %s", (_, key) => {
  beforeEach(() => simulator.setConfig(account, remote));

  it("is skipped with a warning if a resource was created for the account, as in a rename", async () => {
    await run.check(declared, one);
    await run.create(declared);
    await run.delete(account.toUpperCase(), stored, key);
    expect(methods(simulator)).toBe("GET");
    expect(run.warnings).toEqual([expect.stringContaining("was not removed: 'one' declares the same account now")]);
  });

  it("is skipped with a warning if a resource stays that has the account, even if its update failed", async () => {
    await run.check({ ...declared, amount: 6000 }, one);
    run.diff(stored, { ...stored, amount: 6000 });
    simulator.fault({ kind: "envelope", status: 400, method: "POST" });
    await failureOf(run.update(stored, { ...declared, amount: 6000 }));
    await run.delete(account, stored, key);
    expect(methods(simulator)).toBe("POST");
    expect(run.warnings).toHaveLength(1);
  });

  it("is refused if the create for the account failed: the state that knows the account stays", async () => {
    await run.check({ ...declared, amount: 6000 }, one);
    await failureOf(run.create({ ...declared, amount: 6000 }));
    expect(await failureOf(run.delete(account, stored, key))).toContain(
      "'one', which declares the same account now, could not",
    );
    expect(methods(simulator)).toBe("GET");
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["the check for the account failed", () => run.check({ ...declared, amount: 1 }, one), "could not be created"],
    [
      "the create never came, as its dependencies failed",
      () => run.check(declared, one),
      "was not created in this run",
    ],
    [
      "the program reads the account that it no longer manages",
      () => run.read(account, {}),
      "also reads it with 'get'",
    ],
    [
      "the program reads the account under another spelling",
      () => failureOf(run.read(account.toUpperCase(), {})),
      "this program also reads it with 'get'",
    ],
  ])("is refused if %s", async (_, before, expected) => {
    await before();
    expect(await failureOf(run.delete(account, stored, key))).toContain(expected);
    expect(simulator.config(account)).toEqual(remote);
  });

  it("is done after a refresh, which compares everything in the state, also if another account is declared", async () => {
    run.diff(stored, { ...stored });
    await run.check({ ...declared, accountId: otherAccount }, one);
    await run.create({ ...declared, accountId: otherAccount });
    await run.delete(account, stored, key);
    expect([simulator.config(account), simulator.config(otherAccount)]).toEqual([null, remote]);
    expect(run.warnings).toEqual([]);
  });

  it("follows what the other processes of the run declare", async () => {
    let progress: Declaration["progress"] = "created";
    run = startRun(simulator, { otherProcesses: { answer() {}, find: async () => ({ ...one, progress }) } });
    await run.delete(account, stored, key);
    expect(run.warnings).toHaveLength(1);
    progress = "failed";
    expect(await failureOf(run.delete(account, stored, key))).toContain("could not be created");
    expect(simulator.requests).toEqual([]);
  });
});

describe("a replacement that keeps the account", () => {
  const dearer = { ...declared, amount: 6000 };

  // The engine checks once more where a diff has become a replacement.
  beforeEach(async () => {
    simulator.setConfig(account, remote);
    await run.check(dearer, one);
    run.diff(stored, { ...stored, ...dearer }, one.key);
    await run.check(dearer, one);
  });

  it("writes the new values over those in the state, and skips the delete", async () => {
    await run.create(dearer);
    await run.delete(account, stored, one.key);
    expect(methods(simulator)).toBe("GET POST");
    expect(simulator.config(account)).toEqual({ ...remote, amount: 6000 });
  });

  it("is spared if the delete comes in a later run, which finds the resource unchanged", async () => {
    run = startRun(simulator);
    await run.check(declared, one);
    run.diff(stored, { ...stored }, one.key);
    await run.delete(account, stored, one.key);
    expect(simulator.requests).toEqual([]);
    expect(run.warnings).toHaveLength(1);
  });

  it("that deletes first, removes and sets again", async () => {
    await run.delete(account, stored, one.key);
    await run.create(dearer);
    expect(methods(simulator)).toBe("DELETE GET POST");
    expect(simulator.config(account)).toEqual({ ...remote, amount: 6000 });
    expect(run.warnings).toEqual([]);
  });

  it("writes nothing over values that the state does not know", async () => {
    simulator.setConfig(account, others);
    expect(await failureOf(run.create(dearer))).toContain(
      "already has auto top-up set, with other values than declared",
    );
    expect(await failureOf(run.delete(account, stored, one.key))).toContain("was not removed");
    expect(simulator.config(account)).toEqual(others);
  });
});

describe("a replacement that an option asks for, which comes without a diff", () => {
  const dearer = { ...declared, amount: 6000 };
  const inputsInState = { ...declared, enabled: true, adopt: false };

  beforeEach(() => simulator.setConfig(account, remote));

  it("writes the new values over those that the state has as this resource's inputs, and skips the delete", async () => {
    await run.check(dearer, one, inputsInState);
    await run.check(dearer, one);
    await run.create(dearer);
    await run.delete(account, stored, one.key);
    expect(methods(simulator)).toBe("GET POST");
    expect(simulator.config(account)).toEqual({ ...remote, amount: 6000 });
  });

  it.each([
    ["the remote values are not those of the state", { ...inputsInState, amount: 4000 }],
    ["the state has them for another account", { ...inputsInState, accountId: otherAccount }],
    ["the state has it switched off", { ...inputsInState, enabled: false }],
    ["the engine names no inputs, as for a tainted resource or with `--replace`", {}],
  ])("is refused if %s", async (_, olds) => {
    await run.check(dearer, one, olds);
    await run.check(dearer, one);
    expect(await failureOf(run.create(dearer))).toContain("with other values than declared");
    expect(simulator.config(account)).toEqual(remote);
  });
});

describe("a run that has switched off one account before the create for the next one fails", () => {
  beforeEach(async () => {
    simulator.setConfig(account, remote);
    simulator.setConfig(otherAccount, others);
    await run.delete(account, stored, one.key);
  });

  it("says that nothing was changed for this account, what was switched off, and what brings it back", async () => {
    const refusal = await failureOf(run.create({ ...declared, accountId: otherAccount }));
    expect(refusal).toContain("Nothing was changed for this account.");
    expect(run.warnings).toEqual([
      `This run had already switched off auto top-up of account ${account} when the create for account ${otherAccount} failed. It stays off. ` +
        "To bring it back, declare that account in the program again, as before, and run `pulumi up`.",
    ]);
  });

  it("says so whatever the failure is, and once", async () => {
    simulator.fault({ kind: "envelope", status: 400, method: "GET", times: 2 });
    await failureOf(run.create({ ...declared, accountId: otherAccount }));
    await failureOf(run.create({ ...declared, accountId: otherAccount }));
    expect(run.warnings).toHaveLength(1);
  });
});
