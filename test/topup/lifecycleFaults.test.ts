// What each operation makes of bad days: refused writes, lost answers, answers that prove nothing. State must survive them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import type { Fault, FaultAction } from "../../provider/testing/simulator/faults";
import { UnconfirmedError } from "../../provider/topup/errors";
import { Lifecycle } from "../../provider/topup/lifecycle";
import { account, declared, methods, off, openApi, others, type Run, remote, startRun, stored } from "../support/core";
import { failureOf, rejectionOf } from "../support/rejection";

let simulator: BillingSimulator;
let run: Run;

const byHand = "the Cloudflare dashboard (AI > AI Gateway > Credits Available > Manage > auto top-up)";

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => {
  simulator.reset();
  simulator.dashboardOnly = false;
  run = startRun(simulator);
});
afterAll(() => simulator.close());

function always(method: "GET" | "POST" | "DELETE", fault: FaultAction): void {
  simulator.fault({ ...fault, method, times: Number.POSITIVE_INFINITY } as Fault);
}

describe("if only dashboard sessions may write", () => {
  beforeEach(() => {
    simulator.dashboardOnly = true;
  });

  it("a create ends with one read, and says what is set, what is declared and where to set it by hand", async () => {
    simulator.setConfig(account, others);
    const message = await failureOf(run.create({ ...declared, adopt: true }));
    expect(methods(simulator)).toBe("GET POST GET");
    expect(message).toContain("Setting the auto top-up config");
    expect(message).toContain("Cloudflare answered 403: Authentication error (code 10000) (request id ");
    expect(message).toContain("remote:    amount 2000 cents ($20.00), threshold 700 cents ($7.00)");
    expect(message).toContain("wanted:    amount 5000 cents ($50.00), threshold 1000 cents ($10.00)");
    expect(message).toContain(byHand);
    expect(simulator.config(account)).toEqual(others);
  });

  it.each<[string, object | null, (run: Run) => Promise<unknown>, string]>([
    ["an update", remote, (run) => run.update({ ...stored, ...others }, declared), "POST GET"],
    ["an update that switches off", null, (run) => run.update(stored, off), "DELETE GET"],
    ["a delete", null, (run) => run.delete(account), "DELETE GET"],
  ])("%s to what is set already succeeds after one read", async (_, live, call, requests) => {
    simulator.setConfig(account, live as typeof remote | null);
    await call(run);
    expect(methods(simulator)).toBe(requests);
  });

  it.each<[string, (run: Run) => Promise<unknown>, string]>([
    ["an update", (run) => run.update(stored, declared), "POST GET"],
    ["an update that switches off", (run) => run.update(stored, off), "DELETE GET"],
    ["a create that switches off", (run) => run.create({ ...off, adopt: true }), "GET DELETE GET"],
    ["a delete", (run) => run.delete(account), "DELETE GET"],
  ])("%s to what is not set fails after one read, with the way out", async (_, call, requests) => {
    simulator.setConfig(account, others);
    const message = await failureOf(call(run));
    expect(methods(simulator)).toBe(requests);
    expect(message).toContain("remote:    amount 2000 cents ($20.00)");
    expect(message).toContain(byHand);
    expect(message).toContain("then the same command succeeds unchanged");
    expect(simulator.config(account)).toEqual(others);
  });

  it("a write says what 403 means if the read is refused as well", async () => {
    always("GET", { kind: "envelope", status: 403, errors: [{ code: 10000, message: "Authentication error" }] });
    const message = await failureOf(run.update(stored, declared));
    expect(message).toContain('has the permission "AI Gateway Write"');
    expect(message).not.toContain("remote:");
  });

  it("a token that may only read is treated alike", async () => {
    simulator.dashboardOnly = false;
    simulator.setConfig(account, remote);
    const setup = { connection: { credentials: { apiToken: simulator.readOnlyToken } } };
    expect(await startRun(simulator, setup).update(stored, declared)).toEqual(stored);
    const message = await failureOf(startRun(simulator, setup).delete(account));
    expect(message).toContain('lacks the permission "AI Gateway Write"');
  });
});

describe("a write whose answer was lost", () => {
  it("is settled by a read, with one effective change", async () => {
    always("POST", { kind: "reset", apply: true });
    expect(await run.create(declared)).toEqual(stored);
    expect(methods(simulator)).toBe("GET POST POST POST GET");
    expect(simulator.changes()).toBe(1);
  });

  it.each([
    { kind: "raw", body: "<html>", apply: true },
    { kind: "envelope", result: null, apply: true },
    { kind: "redirect", location: "https://login.example/", apply: true },
  ] satisfies FaultAction[])("is settled by a read at once if another answer came: %j", async (fault) => {
    always("POST", fault);
    expect(await run.update({ ...stored, ...others }, declared)).toEqual(stored);
    expect(methods(simulator)).toBe("POST GET");
  });

  it("is settled by a read for a delete, too", async () => {
    simulator.setConfig(account, remote);
    always("DELETE", { kind: "reset", apply: true });
    await run.delete(account);
    expect(methods(simulator)).toBe("DELETE DELETE DELETE GET");
    expect(simulator.changes()).toBe(1);
  });

  it("and that did not happen is an error that shows the remote values", async () => {
    simulator.setConfig(account, others);
    always("POST", { kind: "reset" });
    const message = await failureOf(run.update({ ...stored, ...others }, declared));
    expect(message).toContain("Cloudflare could not be reached");
    expect(message).toContain("remote:    amount 2000 cents ($20.00)");
    expect(message).toContain("The write was not applied; run the same command again.");
  });

  it("if the read fails as well is an error that has the state keep the resource with an initialization error", async () => {
    always("POST", { kind: "reset", apply: true });
    simulator.fault({ kind: "reset", method: "GET", skip: 1, times: Number.POSITIVE_INFINITY });
    const created = await rejectionOf(run.create(declared));
    expect(created).toBeInstanceOf(UnconfirmedError);
    expect(created).toMatchObject({ accountId: account, state: stored });
    const updated = await rejectionOf(run.update({ ...stored, amount: 7000 }, declared));
    expect(updated).toMatchObject({ accountId: account, state: { ...stored, amount: 7000 } });
    expect(String(updated)).toContain("The write may have been applied all the same");
  });

  it("if the read after a delete fails as well is an error that says that it may be off, and how to keep it", async () => {
    simulator.setConfig(account, remote);
    always("DELETE", { kind: "reset", apply: true });
    always("GET", { kind: "reset" });
    const shown = await rejectionOf(run.delete(account));
    expect(shown).toMatchObject({ name: "ApiError" });
    expect(String(shown)).toMatch(/may be off already.*to keep the resource after all, run `pulumi up --refresh`/);
    expect(String(shown)).not.toContain("Nothing stored was changed");
    expect(simulator.config(account)).toBeNull();
  });

  it.each([401, 404])("is settled by a read, though the second attempt was answered with %d", async (status) => {
    simulator.fault({ kind: "reset", apply: true, method: "POST" });
    simulator.fault({ kind: "envelope", status, method: "POST" });
    expect(await run.update({ ...stored, ...others }, declared)).toEqual(stored);
    expect(methods(simulator)).toBe("POST POST GET");
  });

  it("is not settled by a read if the rate limit is used up by then, and keeps the resource with an initialization error", async () => {
    simulator.fault({ kind: "reset", apply: true, method: "POST" });
    simulator.fault({ kind: "envelope", status: 429, headers: { "retry-after": "86400" }, method: "POST" });
    const shown = await rejectionOf(run.update({ ...stored, ...others }, declared));
    expect(shown).toBeInstanceOf(UnconfirmedError);
    expect(methods(simulator)).toBe("POST POST");
  });

  it("is not settled by a read if Cloudflare plainly refused it", async () => {
    always("POST", { kind: "envelope", status: 400, errors: [{ code: 1000, message: "NO_MANUAL_TOPUP" }] });
    expect(await failureOf(run.update(stored, declared))).toContain("This account never bought credits");
    expect(methods(simulator)).toBe("POST");
  });
});

it("a create that could not read writes nothing", async () => {
  always("GET", { kind: "envelope", result: null });
  await failureOf(run.create({ ...declared, adopt: true }));
  expect(methods(simulator)).toBe("GET");
});

describe("missing settings", () => {
  it("fail the calls that need them and none after", async () => {
    const { api } = openApi(simulator);
    let asked = 0;
    const lifecycle = new Lifecycle({
      api: () => {
        asked += 1;
        if (asked === 1) throw new Error("no credentials yet");
        return api;
      },
      caps: () => null,
      warn: () => {},
    });
    expect(await failureOf(lifecycle.create(declared))).toBe("no credentials yet");
    expect(simulator.requests).toEqual([]);
    expect(await lifecycle.create(declared)).toEqual(stored);
  });

  it("do not fail what needs none: a delete that is skipped", async () => {
    const lifecycle = new Lifecycle({
      api: () => {
        throw new Error("no credentials");
      },
      caps: () => null,
      warn: () => {},
    });
    await lifecycle.check(declared, { key: "urn:x", name: "x" });
    lifecycle.diff(stored, { ...stored }, null);
    await lifecycle.delete(account, stored, null);
    expect(simulator.requests).toEqual([]);
  });
});
