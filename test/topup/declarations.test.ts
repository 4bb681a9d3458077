// What is remembered of a run, where it is easier seen here than through the lifecycle.
import { expect, it } from "@jest/globals";
import { Declarations } from "../../provider/topup/declarations";
import type { Declaration } from "../../provider/topup/model";

const account = "a".repeat(32);
const resource = { key: "urn:x", name: "x" };
const state = { accountId: account, amount: 5000, threshold: 1000, enabled: true, adopt: false };
const healthy = { error: null, disabledReason: null, lastFailedAt: null };

it("publishes every step of a declaration to the other processes", () => {
  const published: Declaration[] = [];
  const run = new Declarations({ publish: (_, declaration) => published.push(declaration), find: () => null });
  run.check(account, resource);
  run.store(account, { ...state, ...healthy }, null);
  run.created(account, "failed");
  expect(published.map(({ progress }) => progress)).toEqual(["checked", "stored", "failed"]);
  expect(new Set(published.map(({ key }) => key))).toEqual(new Set(["urn:x"]));
});

it("knows the amounts in the state only of a resource that the program declares and that is on", () => {
  const run = new Declarations();
  run.store(account, { ...state, ...healthy }, null);
  expect(run.isInState(account, state)).toBe(false);
  run.check(account, resource);
  run.store(account, { ...state, ...healthy }, null);
  expect([run.isInState(account, state), run.isInState(account, { ...state, amount: 6000 })]).toEqual([true, false]);
  const off = new Declarations();
  off.check(account, resource);
  off.store(account, { ...state, ...healthy, enabled: false }, null);
  expect(off.isInState(account, state)).toBe(false);
});

it("takes a check that names no resource for the one that was there", () => {
  const run = new Declarations();
  expect([run.check(account, resource), run.check(account, null)]).toEqual([null, null]);
  expect(run.find(account)?.name).toBe("x");
});

it("takes a diff that is about another resource for no proof that the state holds this one", () => {
  const run = new Declarations();
  run.check(account, resource);
  run.store(account, { ...state, ...healthy }, "urn:old");
  expect(run.find(account)?.progress).toBe("checked");
});
