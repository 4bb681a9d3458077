// What is remembered of a run, where it is easier seen here than through the lifecycle.
import { expect, it } from "@jest/globals";
import { Declarations } from "../../provider/topup/declarations";
import type { Declaration } from "../../provider/topup/model";
import { account, stored } from "../support/core";

const resource = { key: "urn:x", name: "x" };

it("answers the other processes with how far a declaration has come", async () => {
  let answer = (_accountId: string): Declaration | null => null;
  const run = new Declarations({
    answer(find) {
      answer = find;
    },
    find: async () => null,
  });
  expect(answer(account)).toBeNull();
  await run.declare(account, resource);
  expect(answer(account)).toEqual({ ...resource, progress: "checked" });
  run.keep(account, stored, null);
  expect(answer(account)?.progress).toBe("stored");
  run.settle(account, "failed");
  expect(answer(account)).toEqual({ ...resource, progress: "failed" });
});

it("is remembered before the other processes are asked, so that of two checks at once at least one sees the other", async () => {
  const answers: ((accountId: string) => Declaration | null)[] = [];
  const both = [0, 1].map(
    (own) =>
      new Declarations({
        answer(find) {
          answers[own] = find;
        },
        find: async (id) => answers[1 - own]?.(id) ?? null,
      }),
  );
  const found = await Promise.all(
    both.map((run, index) => run.declare(account, { key: `urn:${index}`, name: `${index}` })),
  );
  expect(found.filter(Boolean).length).toBeGreaterThan(0);
});

it("knows the amounts in the state only of a resource that the program declares and that is on", async () => {
  const run = new Declarations();
  run.keep(account, stored, null);
  expect(run.isInState(account, stored)).toBe(false);
  await run.declare(account, resource);
  run.keep(account, stored, null);
  expect([run.isInState(account, stored), run.isInState(account, { ...stored, amount: 6000 })]).toEqual([true, false]);
  const off = new Declarations();
  await off.declare(account, resource);
  off.keep(account, { ...stored, enabled: false }, null);
  expect(off.isInState(account, stored)).toBe(false);
});

it("takes a check that names no resource for the one that was there", async () => {
  const run = new Declarations();
  expect([await run.declare(account, resource), await run.declare(account, null)]).toEqual([null, null]);
  expect((await run.find(account))?.name).toBe("x");
});

it("takes a diff that is about another resource for no proof that the state holds this one", async () => {
  const run = new Declarations();
  await run.declare(account, resource);
  run.keep(account, stored, "urn:old");
  expect((await run.find(account))?.progress).toBe("checked");
});
