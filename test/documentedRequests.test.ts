// Holds sentences of docs/reference.md about inputs, outputs and requests that were wrong once: each is played here, in the rules that both
// providers share.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../provider/testing/simulator";
import { account, declared, methods, off, others, type Run, startRun, stored } from "./support/core";
import { section } from "./support/readme";

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

function says(...sentences: string[]): void {
  for (const sentence of sentences)
    expect(section("AutoTopupConfig", "docs/reference.md").replace(/\s+/g, " ")).toContain(sentence);
}

describe("the documented resource", () => {
  it("sends a DELETE for every update while off, not only for the one that switches off", async () => {
    says("one write (DELETE if `enabled` is `false`, else POST)");
    const state = await run.create(off);
    const seen = simulator.requests.length;
    await startRun(simulator).update(state, { ...off, amount: 9000 });
    expect(simulator.requests.slice(seen).map(({ method }) => method)).toEqual(["DELETE"]);
  });

  it("adopts in every create, not just in the first", async () => {
    says("`adopt: true` lets every create replace remote values other than the declared ones");
    await run.create({ ...declared, adopt: true });
    simulator.setConfig(account, others);
    await startRun(simulator).create({ ...declared, adopt: true });
    expect(simulator.config(account)).toEqual({ amount: declared.amount, threshold: declared.threshold });
  });

  it("refuses other remote values in a create only: an update and a delete do not read first", async () => {
    says("a create refuses those before it writes, an update and a delete do not read first");
    simulator.setConfig(account, others);
    await expect(run.create(declared)).rejects.toThrow("already has auto top-up set, with other values than declared");
    const seen = simulator.requests.length;
    await startRun(simulator).update(stored, { ...declared, amount: 9000 });
    simulator.setConfig(account, others);
    await startRun(simulator).delete(account);
    expect(simulator.requests.slice(seen).map(({ method }) => method)).toEqual(["POST", "DELETE"]);
    expect(simulator.config(account)).toBeNull();
  });

  it("reads the remote values into its outputs, but 'adopt', and the amounts while off, stay as declared", async () => {
    says("`adopt`, and `amount` and `threshold` while auto top-up is off, are always as declared");
    const state = await run.create({ ...off, adopt: true });
    expect(await run.read(account, state)).toMatchObject({ ...off, adopt: true });
    simulator.setConfig(account, others);
    expect(await run.read(account, state)).toMatchObject({ ...others, enabled: true, adopt: true });
    expect(methods(simulator)).toBe("GET GET GET");
  });
});
