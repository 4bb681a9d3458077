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

describe("an account is bounded", () => {
  it("by an enabled cost rule on all traffic of its gateway, whether the gateway changes or not", () => {
    for (const op of ["same", "create", "update"]) {
      expect(judged(plan("amount", [{ spendLimits: spendLimits(rule()), op }]))).toEqual(bounded(`${DAILY} a day`));
    }
  });

  it.each([
    [3600, "an hour"],
    [60, "a minute"],
    [30 * DAY, "in 30 days"],
    [7200, "in 2 hours"],
    [90, "in 90 seconds"],
  ])("over a window of %d seconds", (window, words) => {
    expect(judged(plan("amount", [{ spendLimits: spendLimits(rule({ window })) }]))).toEqual(
      bounded(`${DAILY} ${words}`),
    );
  });

  it("by the tightest rule of each gateway, and by all its gateways together", () => {
    const tight = spendLimits(rule(), rule({ limit: 12.5 }), rule({ limit: 9000, window: 30 * DAY }));
    const others = [
      { name: "agents", spendLimits: spendLimits(rule({ limit: 100 })) },
      { name: "monthly", spendLimits: spendLimits(rule({ limit: 10, window: 30 * DAY })) },
      { name: "strange", accountId: OTHER },
      { name: "gone", op: "delete" },
    ];
    expect(judged(plan("amount", [{ spendLimits: tight }, ...others]))).toEqual(
      bounded("$112.50 of credits ($118.13 on the card) a day plus $10.00 of credits ($10.50 on the card) in 30 days"),
    );
  });
});

describe("an account is not bounded", () => {
  const text = "not bounded: gateway assistants has no spend limit that covers all of its traffic";

  it("by a gateway beside one without a limit, of which an interrupted replacement left something to delete", () => {
    const gateways = [{}, { op: "delete" }, { name: "limited", spendLimits: spendLimits(rule()) }];
    expect(judged(plan("amount", gateways))).toEqual(open(text));
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
  ])("by %s", (_, limits) => expect(judged(plan("amount", [{ spendLimits: limits }]))).toEqual(open(text)));

  it("where one of its gateways is without limit", () => {
    const pair = [{ spendLimits: spendLimits(rule()) }, { name: "second" }];
    expect(judged(plan("amount", pair))).toEqual(open(text.replace("assistants", "second")));
  });

  it("where the stack has no gateway of its own", () => {
    expect(judged(plan("amount", []))).toEqual(open("no spend limit in this stack"));
    expect(judged(plan("amount", [{ accountId: OTHER, spendLimits: spendLimits(rule()) }])).exitCode).toBe(
      EXIT.unbounded,
    );
  });
});

describe("whether an account is bounded is not known", () => {
  const why = (text: string) => open(`it is not known whether a spend limit bounds it: ${text}`);

  it.each([
    ["is known only during 'pulumi up'", UNKNOWN],
    ["is known only during 'pulumi up'", spendLimits(rule({ limit: UNKNOWN }))],
    ["is known only during 'pulumi up'", { enabled: UNKNOWN, rules: [rule()] }],
    ["is secret", "[secret]"],
    ["is secret", spendLimits(rule({ window: "[secret]" }))],
    ["cannot be read", spendLimits(rule({ limit: -1 }))],
    ["does not say 'enabled: true'", { rules: [rule()] }],
    ["does not say 'enabled: true'", spendLimits(rule({ enabled: undefined }))],
  ])("where the limit %s: %j", (words, limits) => {
    expect(judged(plan("amount", [{ spendLimits: limits }]))).toEqual(
      why(`the spend limit of gateway assistants ${words}`),
    );
  });

  it("if the plan does with the gateway what is not known", () => {
    const gateway = { spendLimits: spendLimits(rule()), op: "frobnicate" };
    expect(judged(plan("amount", [gateway]))).toEqual(why("the spend limit of gateway assistants cannot be read"));
  });

  it("where a gateway's account is not known, or its own", () => {
    const words = "the preview does not show which account gateway assistants belongs to";
    expect(judged(plan("amount", [{ accountId: UNKNOWN, spendLimits: spendLimits(rule()) }]))).toEqual(why(words));
    const { said, exitCode } = judged(plan("unknownAccount", [{ spendLimits: spendLimits(rule()), op: "create" }]));
    expect([said.at(-1), exitCode]).toEqual([expect.stringContaining(words), EXIT.unbounded]);
  });
});

it("nothing is said of an account that is or goes off, and nothing asked of it", () => {
  for (const name of ["switchedOff", "delete", "createOff", "deleteOff"]) {
    expect(judged(plan(name, []))).toEqual({ said: [], exitCode: 0 });
  }
});

it("an unchanged account is asked for its limit, too, where the preview shows it", () => {
  expect(judged(plan("same", []))).toEqual({ said: [], exitCode: EXIT.unbounded });
});
