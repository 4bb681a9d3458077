// What the review says of the gateways' spend limits, from the preview alone.
import { describe, expect, it } from "@jest/globals";
import { EXIT } from "../../provider/review/findings";
import { asText } from "../../provider/review/printReview";
import { ACCOUNT, fixture, judge, OTHER, reviewOfText } from "./fixture";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const DAY = 86_400;
const rule = (changes: object = {}) => ({ enabled: true, limitType: "cost", limit: 300, window: DAY, ...changes });
const spendLimits = (...rules: unknown[]) => ({ enabled: true, rules });

interface Declared {
  name?: string;
  accountId?: unknown;
  spendLimits?: unknown;
  op?: string;
}

/** A saved preview with gateways added to its plan. */
function plan(name: string, gateways: readonly Declared[]): string {
  const preview = JSON.parse(fixture(`${name}.json`));
  for (const { name: called = "assistants", accountId = ACCOUNT, op = "same", ...inputs } of gateways) {
    const urn = `urn:pulumi:production::ai-gateway-credits::cloudflare:index/aiGateway:AiGateway::${called}`;
    const type = "cloudflare:index/aiGateway:AiGateway";
    const state = { urn, type, custom: true, inputs: { accountId, ...inputs } };
    preview.steps.push({ op, urn, oldState: state, ...(op !== "delete" && { newState: state }) });
    preview.changeSummary[op] = (preview.changeSummary[op] ?? 0) + 1;
  }
  return JSON.stringify(preview);
}

function judged(text: string) {
  const said = asText(reviewOfText(text), [])
    .split("\n")
    .filter((line) => /limit/.test(line));
  const { exitCode } = judge(text, { requireSpendLimit: true });
  return { said: said.map((line) => line.replace(/^.* of credits; /, "")), exitCode };
}
const bounded = (text: string) => ({
  said: [`the gateways of this stack are limited to ${text}; others, such as \`default\`, are not seen`],
  exitCode: 0,
});
const DAILY = "$300.00 of credits ($315.00 on the card)";
const open = (text: string) => ({ said: [text], exitCode: EXIT.unbounded });
const limitless = (name: string) =>
  open(`not bounded: gateway ${name} has no spend limit that covers all of its traffic`);
const notKnown = (text: string) => open(`it is not known whether a spend limit bounds it: ${text}`);
const DAY_LIMIT = { spendLimits: spendLimits(rule()) };

describe("of an account, the review says", () => {
  const tightest = spendLimits(rule(), rule({ limit: 12.5 }), rule({ limit: 9000, window: 30 * DAY }));
  it.each<[title: string, gateways: Declared[], expected: ReturnType<typeof judged>]>([
    ["that an unchanged gateway bounds it", [DAY_LIMIT], bounded(`${DAILY} a day`)],
    ["that a new gateway bounds it", [{ ...DAY_LIMIT, op: "create" }], bounded(`${DAILY} a day`)],
    ["that a changed gateway bounds it", [{ ...DAY_LIMIT, op: "update" }], bounded(`${DAILY} a day`)],
    [
      "the tightest rule of each gateway, and all its gateways together",
      [
        { spendLimits: tightest },
        { name: "agents", spendLimits: spendLimits(rule({ limit: 100 })) },
        { name: "monthly", spendLimits: spendLimits(rule({ limit: 10, window: 30 * DAY })) },
        { name: "strange", accountId: OTHER },
        { name: "gone", op: "delete" },
      ],
      bounded("$112.50 of credits ($118.13 on the card) a day plus $10.00 of credits ($10.50 on the card) in 30 days"),
    ],
    [
      "that a gateway has none, although another one has, and an interrupted replacement left something to delete",
      [{}, { op: "delete" }, { ...DAY_LIMIT, name: "limited" }],
      limitless("assistants"),
    ],
    ["which of its gateways has none", [DAY_LIMIT, { name: "second" }], limitless("second")],
    ["that the stack has no gateway", [], open("no spend limit in this stack")],
    ["the same of another account's", [{ ...DAY_LIMIT, accountId: OTHER }], open("no spend limit in this stack")],
    [
      "that a gateway's account is not known",
      [{ ...DAY_LIMIT, accountId: UNKNOWN }],
      notKnown("the preview does not show which account gateway assistants belongs to"),
    ],
    [
      "that the plan does with the gateway what is not known",
      [{ ...DAY_LIMIT, op: "frobnicate" }],
      notKnown("the spend limit of gateway assistants cannot be read"),
    ],
  ])("%s", (_, gateways, expected) => expect(judged(plan("amount", gateways))).toEqual(expected));

  const limitsOf = (limits: unknown) => judged(plan("amount", [{ spendLimits: limits }]));

  it.each([
    [3600, "an hour"],
    [60, "a minute"],
    [30 * DAY, "in 30 days"],
    [7200, "in 2 hours"],
    [90, "in 90 seconds"],
  ])("a window of %d seconds as '%s'", (window, words) => {
    expect(limitsOf(spendLimits(rule({ window })))).toEqual(bounded(`${DAILY} ${words}`));
  });

  it.each([
    ["nothing", undefined],
    ["limits that are off", { enabled: false, rules: [rule()] }],
    ["no rules", spendLimits()],
    ["a rule that is off", spendLimits(rule({ enabled: false }))],
    ["a rule for a model", spendLimits(rule({ model: { mode: "filter", values: ["x"] } }))],
    ["a rule for a provider", spendLimits(rule({ aiGatewayProvider: { mode: "filter", values: ["x"] } }))],
    ["a rule for each user", spendLimits(rule({ metadata: { user: { mode: "partition" } } }))],
    ["a rule of another kind", spendLimits(rule({ limitType: "tokens" }))],
    ["a rule that is off, whatever its limit", spendLimits(rule({ enabled: false, limit: UNKNOWN }))],
    ["a rule for a model, whatever its limit", spendLimits(rule({ model: "x", limit: UNKNOWN, enabled: undefined }))],
    ["a rule of another kind, whatever its window", spendLimits(rule({ limitType: "tokens", window: "[secret]" }))],
  ])("that %s bounds nothing", (_, limits) => expect(limitsOf(limits)).toEqual(limitless("assistants")));

  it.each([
    ["is known only during 'pulumi up'", UNKNOWN],
    ["is known only during 'pulumi up'", spendLimits(rule({ limit: UNKNOWN }))],
    ["is known only during 'pulumi up'", { enabled: UNKNOWN, rules: [rule()] }],
    ["is secret", "[secret]"],
    ["is secret", spendLimits(rule({ window: "[secret]" }))],
    ["is secret", spendLimits(rule({ limitType: "[secret]" }))],
    ["cannot be read", spendLimits(rule({ limit: -1 }))],
    ["does not say 'enabled: true'", { rules: [rule()] }],
    ["does not say 'enabled: true'", spendLimits(rule({ enabled: undefined }))],
  ])("that the limit %s: %j", (words, limits) => {
    expect(limitsOf(limits)).toEqual(notKnown(`the spend limit of gateway assistants ${words}`));
  });

  it("that its own id is not known", () => {
    const { said, exitCode } = judged(plan("unknownAccount", [{ ...DAY_LIMIT, op: "create" }]));
    expect([said.at(-1), exitCode]).toEqual([expect.stringContaining("does not show which account"), EXIT.unbounded]);
  });

  it("nothing if it is or goes off; and it asks an unchanged one for its limit, too", () => {
    for (const name of ["switchedOff", "delete", "createOff", "deleteOff", "same"]) {
      expect(judged(plan(name, []))).toEqual({ said: [], exitCode: name === "same" ? EXIT.unbounded : 0 });
    }
  });
});
