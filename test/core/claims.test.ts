import { describe, expect, it } from "@jest/globals";
import { Claims } from "../../provider/core/claims";
import { UNKNOWN } from "../../provider/core/model";

const first = { accountId: "a".repeat(32), amount: 5000, threshold: 1000, enabled: true, adopt: false };
const second = { ...first, amount: 6000 };

it("gives an account to the first resource that declares it, and tells the second who has it", () => {
  const claims = new Claims();
  expect(claims.take(first, "first")).toBeNull();
  expect(claims.take(second, "second")).toEqual(first);
  expect(claims.nameFor(first.accountId)).toBe("first");
  expect(claims.take({ ...second, accountId: "b".repeat(32) }, "second")).toBeNull();
});

it("lets a failed operation be tried again", () => {
  const claims = new Claims();
  claims.take(first);
  claims.fail(first.accountId);
  expect(claims.take(second)).toBeNull();
  expect(claims.take(first)).toEqual(second);
});

it("remembers that an account is declared even where writing it failed", () => {
  const claims = new Claims();
  expect(claims.declares(first.accountId)).toBe(false);
  claims.take(first);
  claims.fail(first.accountId);
  expect(claims.declares(first.accountId)).toBe(true);
});

it("ignores a failure for an account that nobody declared", () => {
  const claims = new Claims();
  claims.fail(first.accountId);
  expect(claims.declares(first.accountId)).toBe(false);
  expect(claims.nameFor(first.accountId)).toBeNull();
});

describe("an account that a resource keeps", () => {
  it("is spared only where the program declares it: a refresh asks for a diff of what is deleted next too", () => {
    const claims = new Claims();
    claims.keep(first);
    expect(claims.declares(first.accountId)).toBe(false);
    claims.check(first.accountId);
    claims.keep(first);
    expect([claims.keeps(first.accountId), claims.declares(first.accountId)]).toEqual([true, true]);
  });
});

it("tells a resource that stays of another one with other values, which was written or stays in the same run", () => {
  const claims = new Claims();
  claims.check(first.accountId);
  expect(claims.keep(first)).toBeNull();
  expect(claims.keep({ ...first, adopt: true })).toBeNull();
  expect(claims.keep(second)).toEqual({ ...first, adopt: true });
  claims.take({ ...first, enabled: false });
  expect(claims.keep(first)).toEqual({ ...first, enabled: false });
  expect(claims.keep({ ...first, amount: UNKNOWN })).toBeNull();
});
