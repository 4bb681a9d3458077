// Arbitrary inputs, stored states, answers and settings against the core, over the real SDK and real sockets, in this process.
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { resolveConnection } from "../../provider/cloudflare/credentials";
import { SettingsError } from "../../provider/cloudflare/errors";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { checkInputs } from "../../provider/topup/check";
import { diffTopup, planUpdate } from "../../provider/topup/diff";
import { explainError } from "../../provider/topup/errors";
import { INPUT_NAMES, parsePriorState } from "../../provider/topup/model";
import { startRun } from "../support/core";
import { faultOf, type Lie, lies, provesUnset } from "./answers";
import { declaredBy, unasked } from "./money";
import { type Outcome, outcomeOf } from "./outcome";
import { holds, PROPERTIES } from "./property";
import { flawsOf } from "./rules";
import kept from "./seeds.json";
import { account, amounts, hostileText, inputs, type Json, type JsonObject, revive, state } from "./values";

type Properties = Record<string, unknown>;
type Amounts = { amount: number; threshold: number };
const CALLS = ["create", "update", "read", "delete"] as const;
const STATE = [...INPUT_NAMES, "error", "disabledReason", "lastFailedAt"].sort();
const REFUSALS = [201, 202, 204, 299, 302, 304, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 599];
const STATUSES = [...Array<number>(REFUSALS.length).fill(200), ...REFUSALS];

let cloudflare: BillingSimulator;
beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(() => cloudflare.close());

/** Makes a call of a run of its own; what the account had, and what Cloudflare lies about, is arranged before. */
async function play(
  call: (typeof CALLS)[number],
  news: Properties,
  olds: unknown,
  live: Amounts | null,
  told: Lie[] = [],
) {
  cloudflare.reset();
  const id = typeof news.accountId === "string" ? news.accountId : "no id at all";
  if (/^[0-9a-f]{32}$/i.test(id)) cloudflare.setConfig(id, live);
  for (const lie of told) cloudflare.fault(faultOf(lie));
  const run = startRun(cloudflare, { pacing: { deadlineMs: 60 } });
  const calls = {
    create: () => run.create(news),
    update: () => run.update(olds, news),
    read: () => run.read(id, olds),
    delete: () => run.delete(id),
  };
  const outcome = await outcomeOf<unknown>(calls[call]);
  const declared = call === "create" || call === "update" ? declaredBy(news) : null;
  const found = call === "create" && told.length === 0 ? live : undefined;
  const removed = call === "delete" ? id : null;
  return {
    outcome,
    flaws: [
      ...flawsOfOutcome(outcome),
      ...run.warnings.flatMap(flawsOf),
      ...unasked(cloudflare.requests, { declared, removed, found }),
    ],
  };
}

function flawsOfOutcome(outcome: Outcome<unknown>): string[] {
  if ("hung" in outcome) return ["it hangs"];
  if ("error" in outcome) return flawsOf(explainError(outcome.error));
  return outcome.value ? flawsOfState(outcome.value) : [];
}

function flawsOfState(value: object): string[] {
  const complete = isDeepStrictEqual(Object.keys(value).sort(), STATE);
  const safe = Object.values(value).every(
    (one) => one === null || /^(string|boolean)$/.test(typeof one) || Number.isFinite(one),
  );
  return complete && safe ? [] : [`a state that is not whole or no JSON: ${JSON.stringify(value)}`];
}

describe("whatever a program declares", () => {
  holds("a check names a property for everything it refuses, and nothing but valid amounts is ever sent", {
    name: "inputs",
    cases: fc.record({
      news: inputs,
      live: fc.option(amounts),
      call: fc.constantFrom("create" as const, "update" as const),
    }),
    runs: 100,
    async flaws({ news: sent, live, call }: { news: JsonObject; live: Amounts | null; call: "create" | "update" }) {
      const news = revive(sent) as Properties;
      const { failures } = checkInputs(news, null);
      const valid = declaredBy(news) !== null;
      const { outcome, flaws } = await play(call, news, {}, live);
      return [
        ...failures
          .filter(({ property }) => !isNamed(property, news))
          .map(({ property }) => `no property: '${property}'`),
        ...failures.flatMap(({ reason }) => flawsOf(reason)),
        ...(valid === (failures.length === 0)
          ? []
          : [`valid: ${valid}, but the check says ${JSON.stringify(failures)}`]),
        ...("value" in outcome && !valid ? ["it was applied, though it is not valid"] : []),
        ...flaws,
      ];
    },
  });
});

function isNamed(property: string, news: Properties): boolean {
  return INPUT_NAMES.some((name) => name === property) || Object.keys(news).includes(property);
}

describe("whatever has become of a stored state", () => {
  holds("it is compared, updated, read and deleted without a crash, and what is stored afterwards is whole", {
    name: "state",
    cases: fc.record({ olds: state, news: inputs, live: fc.option(amounts), call: fc.constantFrom(...CALLS) }),
    runs: 100,
    async flaws({
      olds: stored,
      news: sent,
      live,
      call,
    }: {
      olds: Json;
      news: JsonObject;
      live: Amounts | null;
      call: (typeof CALLS)[number];
    }) {
      const [olds, news] = [revive(stored), revive(sent) as Properties];
      const { inputs: checked } = checkInputs(news, null);
      if (checked) {
        diffTopup(parsePriorState(olds), checked);
        planUpdate(olds, checked);
        const { replaces, updates } = diffTopup(parsePriorState({ ...checked }), checked);
        if (replaces.length + updates.length > 0) return ["what was just stored counts as changed"];
      }
      return (await play(call, news, olds, live)).flaws;
    },
  });
});

describe("whatever Cloudflare answers", () => {
  holds("it is reported in a readable message, nothing undeclared is sent, and no doubt counts as gone", {
    name: "answers",
    cases: fc.record({
      call: fc.constantFrom("read", ...CALLS),
      news: fc.record({ accountId: account, enabled: fc.boolean(), adopt: fc.boolean(), amounts }),
      live: fc.option(amounts),
      told: fc.array(lies(STATUSES), { minLength: 1, maxLength: 3 }),
    }),
    runs: 100,
    async flaws({ call, news, live, told }) {
      const { amounts, ...rest } = news;
      const { outcome, flaws } = await play(call, { ...rest, ...amounts }, { ...rest, ...amounts }, live, told);
      const gone = call === "read" && "value" in outcome && outcome.value === null;
      const proven = live === null || told.some(provesUnset);
      return gone && !proven ? [...flaws, "a config is taken for gone without a proof"] : flaws;
    },
  });
});

describe("whatever is configured", () => {
  const NAMES = ["apiToken", "apiKey", "email", "baseUrl"] as const;
  const canary = "canary-0123456789";
  const URLS = [
    "https://me@127.0.0.1",
    `https://me:${canary}@127.0.0.1`,
    `https://:${canary}@a.example`,
    "http://127.0.0.1:1",
  ];
  const OTHERS = [
    `http://${canary}.example`,
    `ftp://${canary}`,
    "http://127.0.0.1.example",
    "http://localhost.example/127.0.0.1",
  ];
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(canary, ` ${canary}\n`) },
    hostileText,
    hostileText.map((one) => `${canary}${one}`),
  );
  const url = fc.oneof(fc.constantFrom(...URLS, ...OTHERS), text, fc.webUrl());
  const settings: fc.Arbitrary<JsonObject> = fc.record(
    { apiToken: text, apiKey: text, email: text, baseUrl: url },
    { requiredKeys: [] },
  );

  holds("it leads to a connection that is fit to be used, or to a message about a setting without its value", {
    name: "configuration",
    cases: fc.record({ config: settings, env: settings }),
    runs: 200,
    flaws({ config, env }) {
      const find = (from: JsonObject) => (name: string) =>
        name in from ? String(revive(from[name] ?? null)) : undefined;
      try {
        const { baseUrl, credentials } = resolveConnection(find(config), find(env), (name) => `label:${name}`);
        const { protocol, username, hostname } = new URL(baseUrl);
        const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
        const fit = (protocol === "https:" || (protocol === "http:" && local)) && username === "";
        const sendable = Object.values(credentials).every((value) => /^[\x21-\x7e]+$/.test(value));
        return fit && sendable ? [] : ["a connection that must not be used"];
      } catch (error) {
        if (!(error instanceof SettingsError)) return [`threw ${String(error)}`];
        const named = NAMES.some((name) => name === error.property);
        const shown = error.message.includes(canary);
        return [
          ...flawsOf(error.message),
          ...(named ? [] : ["no setting is named"]),
          ...(shown ? ["a value is shown"] : []),
        ];
      }
    },
  });
});

describe("kept cases", () => {
  it("all belong to a property that is still tried", () => {
    expect(PROPERTIES).toEqual(expect.arrayContaining(Object.keys(kept)));
  });
});
