import { expect, it } from "@jest/globals";
import { Claims } from "../../provider/core/claims";

const inputs = { accountId: "a".repeat(32), amount: 5000, threshold: 1000, enabled: true, adopt: false };
const first = { inputs, name: "first" };
const second = { inputs: { ...inputs, amount: 6000 }, name: "second" };

it("gives an account to the first resource that declares it, and tells the second who has it", () => {
  const claims = new Claims();
  expect(claims.take(first)).toBeNull();
  expect(claims.take(second)).toEqual(first);
  expect(claims.take({ inputs: { ...inputs, accountId: "b".repeat(32) }, name: "third" })).toBeNull();
});

it("lets a failed operation be tried again", () => {
  const claims = new Claims();
  claims.take(first);
  claims.fail(inputs.accountId);
  expect(claims.take(second)).toBeNull();
  expect(claims.take(first)).toEqual(second);
});

it("remembers that an account is declared even where writing it failed", () => {
  const claims = new Claims();
  expect(claims.declarerOf(inputs.accountId)).toBeNull();
  claims.take(first);
  claims.fail(inputs.accountId);
  expect(claims.declarerOf(inputs.accountId)).toEqual(first);
});

it("ignores a failure for an account that nobody declared", () => {
  const claims = new Claims();
  claims.fail(inputs.accountId);
  expect(claims.declarerOf(inputs.accountId)).toBeNull();
});
