// One stack from its first preview to its destroy, on good days and bad ones, with every resource through both providers: what the promises
// say about runs as a whole. The tests go on from one another. What fails a run at once is in refusals.test.ts.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Fault, LocalStack } from "../../provider/testing";
import { messages } from "../support/play";
import { openSideBySide, type SideBySide } from "../support/sideBySide";

const SET = { amount: 5000, threshold: 1000 };
const DYNAMIC_TYPE = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";

/** A resource whose output is not known before it is created. */
const LATE = { standIn: { create: () => ({ id: "late", outputs: { amount: 6000 } }) } };
/** Answers that prove nothing about the config. */
const DOUBTS: Record<string, Fault> = {
  "doubt 401": { kind: "envelope", status: 401, errors: [{ code: 10000, message: "Authentication error" }], times: 9 },
  "doubt 403": { kind: "envelope", status: 403, times: 9 },
  "doubt 404": { kind: "envelope", status: 404, times: 9 },
  "doubt 500": { kind: "envelope", status: 500, times: 9 },
  "doubt reset": { kind: "reset", times: 9 },
  "doubt HTML": { kind: "raw", status: 200, body: "<html>", times: 9 },
  "doubt failure": { kind: "envelope", status: 200, success: false, times: 9 },
  "doubt null": { kind: "envelope", status: 200, success: true, result: null, times: 9 },
};
const KEPT = `
  topup("drift");
  topup("failing");
  for (const name of ${JSON.stringify(Object.keys(DOUBTS))}) topup(name);`;
const FIRST = `
  topup("taken over");
  topup("lost answer");
  topup("secret", { amount: pulumi.secret(771100) });
  topup("late", { amount: late.amount });
  topup("to rename");
  topup("to move");
  topup("to turn off");
  ${KEPT}`;
const LATER = `
  topup("taken over");
  topup("lost answer");
  topup("secret", { amount: pulumi.secret(772200) });
  topup("renamed", { accountId: account("to rename") });
  topup("to move", { accountId: account("moved") });
  topup("to turn off", { enabled: false });
  ${KEPT}`;
const MOVING = "{ accountId: 'a'.repeat(32), amount: 5000, threshold: 1000 }";
const BEFORE_MOVE = `const late = new pulumi.CustomResource("late:index:T", "late", { amount: undefined });
new Dynamic("moving", ${MOVING});`;
const AFTER_MOVE = `const topup = new Plugin("moving", ${MOVING}, { aliases: [{ type: "${DYNAMIC_TYPE}" }] });`;
const WITH_HEALTH = `${LATER}
  const { error, disabledReason, lastFailedAt } = new Topup(side + " exported", { accountId: account("exported"), amount: 5000, threshold: 1000 });
  exports[side] = [error, disabledReason, lastFailedAt];`;

let both: SideBySide;
let stack: LocalStack;

beforeAll(async () => {
  both = await openSideBySide();
  stack = both.open({ providers: { late: LATE } });
});
afterAll(() => both.close());

describe("the first run", () => {
  it("is previewed without a credential and without a request, values that are not known yet among them (promises 1 and 8)", async () => {
    both.declare(FIRST, BEFORE_MOVE);
    const bare = both.open({ config: {}, env: { CLOUDFLARE_API_TOKEN: undefined }, providers: { late: LATE } });
    const preview = await bare.preview();
    expect([preview.ok, preview.requests]).toEqual([true, []]);
    expect(both.stepsOf(preview, "late")).toEqual([{ op: "create", diff: {} }]);
  });

  it("is refused in the preview where a setting is misspelt, with the nearest known one (promise 23)", async () => {
    const misspelt = { maxamount: "maxAmount", "deadline-seconds": "deadlineSeconds" };
    const names = Object.keys(misspelt).map((name) => [`cloudflare-ai-gateway-billing:${name}`, "4000"]);
    const preview = await both.open({ config: Object.fromEntries(names), providers: { late: LATE } }).preview();
    expect([preview.ok, preview.requests]).toEqual([false, []]);
    for (const [name, meant] of Object.entries(misspelt)) {
      expect(messages(preview, "error").join("\n")).toMatch(
        new RegExp(`${name}\\b.* is not a setting of .* Did you mean '.*${meant}'\\?`),
      );
    }
  });

  it("reads before it writes, and takes over without a write what is set as declared, as after a crash (promises 11, 12 and 16)", async () => {
    both.setRemote("taken over", SET);
    both.fault("lost answer", { kind: "reset", apply: true, method: "POST", times: 3 });
    const up = await stack.up();
    expect(messages(up, "error")).toEqual([]);
    expect(both.requestsOf(up, "taken over")).toBe("GET");
    expect(both.requestsOf(up, "drift")).toBe("GET POST");
    expect([both.requestsOf(up, "late"), both.remoteOf("late")]).toEqual(["GET POST", { ...SET, amount: 6000 }]);
    expect(both.requestsOf(up, "lost answer")).toBe("GET POST POST POST GET");
    const changes = both.accountsOf("lost answer").map((account) => both.cloudflare.changes(account));
    expect(changes).toEqual([1, 1]);
  });

  it("keeps a secret value secret in the state (promise 9)", () => {
    expect(both.remoteOf("secret")).toEqual({ ...SET, amount: 771100 });
    expect(JSON.stringify(stack.state())).not.toContain("771100");
  });
});

describe("a changed program", () => {
  it("is applied: a rename switches nothing off, another account replaces, off is off (promises 2, 11 and 18)", async () => {
    both.declare(LATER, AFTER_MOVE);
    const up = await stack.up();
    expect(messages(up, "error")).toEqual([]);
    expect(
      both
        .stepsOf(up, "renamed")
        .concat(both.stepsOf(up, "to rename"))
        .map(({ op }) => op),
    ).toEqual(["create", "delete"]);
    expect([both.requestsOf(up, "to rename"), both.remoteOf("to rename")]).toEqual(["GET", SET]);
    const kept = messages(up, "warning").filter((text) =>
      /was not removed: '\w+ renamed' declares the same/.test(text),
    );
    expect(kept).toHaveLength(2);
    expect([both.requestsOf(up, "moved"), both.remoteOf("moved")]).toEqual(["GET POST", SET]);
    expect([both.requestsOf(up, "to move"), both.remoteOf("to move")]).toEqual(["DELETE", null]);
    // The new account is set before the old one is switched off.
    expect(both.stepsOf(up, "to move").map(({ op }) => op)).toEqual([
      "create-replacement",
      "replace",
      "delete-replaced",
    ]);
    expect([both.requestsOf(up, "to turn off"), both.remoteOf("to turn off")]).toEqual(["DELETE", null]);
    expect([both.requestsOf(up, "late"), both.remoteOf("late")]).toEqual(["DELETE", null]);
    expect(both.requestsOf(up, "drift")).toBe("");
    const hidden = { amount: { old: "[secret]", new: "[secret]" } };
    expect(both.stepsOf(up, "secret")).toEqual([{ op: "update", diff: hidden }]);
    expect(up.requests.filter((request) => (request as { accountId: string }).accountId === "a".repeat(32))).toEqual(
      [],
    );
    expect(up.steps.filter(({ name }) => name === "moving").map(({ op }) => op)).toEqual(["same"]);
  });
});

describe("changes in the dashboard", () => {
  const drift = { threshold: { old: 70000, new: 1000 } };

  it("are shown by a preview that refreshes, each as exactly that property, off like any other, and nothing is written (promises 1, 2 and 14)", async () => {
    both.setRemote("drift", { ...SET, threshold: 70000 });
    both.setRemote("to turn off", SET);
    for (const account of both.accountsOf("failing")) {
      both.cloudflare.setHealth(account, { error: "card_declined", lastFailedAt: 1790000000 });
    }
    const preview = await stack.preview({ refresh: true });
    expect(preview.ok).toBe(true);
    expect(updatesOf(both.stepsOf(preview, "drift"))).toEqual([drift]);
    expect(updatesOf(both.stepsOf(preview, "to turn off"))).toEqual([{ enabled: { old: true, new: false } }]);
    expect(updatesOf(both.stepsOf(preview, "failing"))).toEqual([]);
    const failing = messages(preview, "warning").filter((text) =>
      /is failing, last on 2026-09-21.*card_declined/.test(text),
    );
    expect(failing).toHaveLength(2);
    const shown = await stack.refresh({ previewOnly: true });
    expect(methodsOf(preview, shown)).toEqual(["GET"]);
    expect([both.remoteOf("drift"), both.remoteOf("to turn off")]).toEqual([{ ...SET, threshold: 70000 }, SET]);
  });
});

describe("a refresh", () => {
  it("that fails keeps the state, and says once for each account what was attempted, what Cloudflare said and what to do (promises 13 and 17)", async () => {
    const before = Object.keys(DOUBTS).map((name) => both.storedOf(name));
    for (const [name, fault] of Object.entries(DOUBTS)) both.fault(name, fault);
    const refresh = await stack.refresh();
    both.cloudflare.clearFaults();
    expect([refresh.ok, Object.keys(DOUBTS).map((name) => both.storedOf(name))]).toEqual([false, before]);
    for (const account of Object.keys(DOUBTS).flatMap((name) => both.accountsOf(name))) {
      const about = messages(refresh, "error").filter((text) => text.includes(account));
      expect(about).toEqual([expect.stringMatching(`^Reading the auto top-up config of account ${account} failed\\.`)]);
    }
    const refused = messages(refresh, "error").filter((text) => text.includes("Cloudflare answered 401"));
    const parts = /Cloudflare answered 401: Authentication error \(code 10000\) \(request id .+\)\.\n.+token/;
    expect(refused).toEqual([expect.stringMatching(parts), expect.stringMatching(parts)]);
    expect(refresh.lines.join("\n")).not.toMatch(/^\s+at /m);
  });

  it("takes only what is proven unset out of the state (promise 13)", async () => {
    both.setRemote("doubt 404", null);
    expect((await stack.refresh()).ok).toBe(true);
    expect(both.storedOf("doubt 404")).toBeNull();
    for (const name of Object.keys(DOUBTS).filter((one) => one !== "doubt 404")) {
      expect(both.storedOf(name)).toMatchObject({ inputs: SET, outputs: SET });
    }
  });

  it("leaves the change of the dashboard to be shown by the next preview, which sends nothing (promises 1 and 14)", async () => {
    const preview = await stack.preview();
    expect(updatesOf(both.stepsOf(preview, "drift"))).toEqual([{ threshold: { old: 70000, new: 1000 } }]);
    expect(preview.requests).toEqual([]);
  });
});

describe("the next up", () => {
  it("puts everything back as declared, and a top-up that is failing is an output and no update (promises 2 and 15)", async () => {
    both.setRemote("exported", SET);
    for (const account of both.accountsOf("exported")) {
      both.cloudflare.setHealth(account, {
        error: "card_declined",
        disabledReason: "payment_failed",
        lastFailedAt: 1790000000,
      });
    }
    both.declare(WITH_HEALTH, AFTER_MOVE);
    const up = await stack.up();
    expect(messages(up, "error")).toEqual([]);
    expect([both.requestsOf(up, "drift"), both.remoteOf("drift")]).toEqual(["POST", SET]);
    expect([both.requestsOf(up, "to turn off"), both.remoteOf("to turn off")]).toEqual(["DELETE", null]);
    expect([both.requestsOf(up, "doubt 404"), both.remoteOf("doubt 404")]).toEqual(["GET POST", SET]);
    expect([both.requestsOf(up, "failing"), both.stepsOf(up, "failing")]).toEqual(["", [{ op: "same", diff: {} }]]);
    const health = ["card_declined", "payment_failed", "2026-09-21T14:13:20.000Z"];
    expect(up.outputs).toEqual({ dynamic: health, plugin: health });
  });
});

describe("the end", () => {
  it("is a destroy that refreshes first, with another token than the stack's, which was revoked (promises 2 and 4)", async () => {
    both.cloudflare.acceptToken("rotated-token");
    both.cloudflare.revokeToken(both.cloudflare.apiToken);
    const env = { CLOUDFLARE_API_TOKEN: "rotated-token" };
    const destroy = await both.open({ config: {}, env }).destroy({ refresh: true });
    expect(messages(destroy, "error")).toEqual([]);
    const names = [
      "taken over",
      "lost answer",
      "secret",
      "to rename",
      "moved",
      "drift",
      "failing",
      ...Object.keys(DOUBTS),
    ];
    expect(names.map((name) => both.remoteOf(name))).toEqual(names.map(() => null));
    expect(JSON.stringify([destroy, stack.state()])).not.toContain("rotated-token");
  });
});

function updatesOf(steps: ReturnType<SideBySide["stepsOf"]>) {
  return steps.filter(({ op }) => op === "update").map(({ diff }) => diff);
}

/** The methods of all requests, each once. */
function methodsOf(...runs: { requests: readonly unknown[] }[]): string[] {
  return [
    ...new Set(runs.flatMap(({ requests }) => requests.map((request) => (request as { method: string }).method))),
  ];
}
