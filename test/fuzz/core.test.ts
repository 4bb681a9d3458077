// Arbitrary inputs, stored states and answers against the rules and the client, over the real SDK and real sockets, in this process.
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe } from "@jest/globals";
import fc from "fast-check";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { checkInputs } from "../../provider/topup/check";
import { diffTopup, planUpdate } from "../../provider/topup/diff";
import { explainError } from "../../provider/topup/errors";
import { INPUT_NAMES, parsePriorState } from "../../provider/topup/model";
import { startRun } from "../support/core";
import { type Lie, lies, provesUnset } from "./answers";
import { type Amounts, declaredBy, unasked } from "./money";
import { flawsOf, holds, outcomeOf } from "./property";
import { account, amounts, inputs, type Properties, state } from "./values";

const CALLS = ["create", "update", "read", "delete"] as const;
type Call = (typeof CALLS)[number];
const STATE = [...INPUT_NAMES, "error", "disabledReason", "lastFailedAt"].sort();
const REFUSALS = [201, 202, 204, 299, 302, 304, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 599];

let cloudflare: BillingSimulator;
beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(() => cloudflare.close());

/** Makes a call in a run of its own, against an account with `live` set and a Cloudflare that tells `told`. */
async function play(call: Call, news: Properties, olds: unknown, live: Amounts | null, told: Lie[] = []) {
  cloudflare.reset();
  const id = typeof news.accountId === "string" ? news.accountId : "no id at all";
  if (/^[0-9a-f]{32}$/i.test(id)) cloudflare.setConfig(id, live);
  for (const lie of told) cloudflare.fault(lie);
  const run = startRun(cloudflare, { pacing: { deadlineMs: 60 } });
  const calls = {
    create: () => run.create(news),
    update: () => run.update(olds, news),
    read: () => run.read(id, olds),
    delete: () => run.delete(id),
  };
  const outcome = await outcomeOf<unknown>(calls[call]);
  const allowance = {
    declared: call === "create" || call === "update" ? declaredBy(news) : null,
    removed: call === "delete" ? id : null,
    found: call === "create" && told.length === 0 ? live : undefined,
  };
  const flaws = [...run.warnings.flatMap(flawsOf), ...unasked(cloudflare.requests, allowance)];
  if ("hung" in outcome) flaws.push("it hangs");
  else if ("error" in outcome) flaws.push(...flawsOf(explainError(outcome.error)));
  else if (outcome.value && !isWhole(outcome.value))
    flaws.push(`not whole or not JSON: ${JSON.stringify(outcome.value)}`);
  return { outcome, flaws };
}

function isWhole(value: object): boolean {
  const isPlain = (one: unknown) => one === null || /^(string|boolean)$/.test(typeof one) || Number.isFinite(one);
  return isDeepStrictEqual(Object.keys(value).sort(), STATE) && Object.values(value).every(isPlain);
}

const stored = fc.record({ olds: state, news: inputs, live: fc.option(amounts), call: fc.constantFrom(...CALLS) });
const valid = fc
  .tuple(fc.record({ accountId: account, enabled: fc.boolean(), adopt: fc.boolean() }), amounts)
  .map(([one, other]): Properties => ({ ...one, ...other }));
const statuses = [...REFUSALS.map(() => 200), ...REFUSALS];
const answered = fc.record({
  call: fc.constantFrom("read", ...CALLS),
  news: valid,
  live: fc.option(amounts),
  told: lies(statuses),
});

describe("whatever a program declares, and whatever has become of the stored state", () => {
  holds(
    "each refusal names its property, only valid amounts are sent, and the new state is whole",
    200,
    stored,
    async ({ olds, news, live, call }) => {
      const { inputs: checked, failures } = checkInputs(news, null);
      const isValid = declaredBy(news) !== null;
      const { outcome, flaws } = await play(call, news, olds, live);
      flaws.push(...failures.flatMap(({ reason }) => flawsOf(reason)));
      const names = [...INPUT_NAMES, ...Object.keys(news)];
      if (failures.some(({ property }) => !names.includes(property))) flaws.push("a failure without a property");
      if (isValid !== (checked !== null))
        flaws.push(`valid: ${isValid}, but the check says ${JSON.stringify(failures)}`);
      const isWrite = call === "create" || call === "update";
      if (isWrite && "value" in outcome && !isValid) flaws.push("it was applied, though it is not valid");
      if (checked) {
        diffTopup(parsePriorState(olds), checked);
        planUpdate(olds, checked);
        const { replaces, updates } = diffTopup(parsePriorState({ ...checked }), checked);
        if (replaces.length + updates.length > 0) flaws.push("what was just stored counts as changed");
      }
      return flaws;
    },
  );
});

describe("whatever Cloudflare answers", () => {
  holds(
    "it is reported in a readable message, only what is declared is sent, and a doubt never counts as gone",
    100,
    answered,
    async ({ call, news, live, told }) => {
      const { outcome, flaws } = await play(call, news, news, live, told);
      const isGone = call === "read" && "value" in outcome && outcome.value === null;
      const isProven = live === null || told.some(provesUnset);
      return isGone && !isProven ? [...flaws, "a config is taken for gone without a proof"] : flaws;
    },
  );
});
