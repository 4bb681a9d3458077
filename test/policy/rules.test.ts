// The rules and the policies of examples/policy, without an engine and without the policy SDK.
import { describe, expect, it } from "@jest/globals";
import { policies, type Validated } from "../../examples/policy/policies";
import { amountCap, leastAmount, protection, spendLimit, type Topup, thresholdCap } from "../../examples/policy/rules";
import { stackPolicies } from "../../examples/policy/stackPolicies";

const usual: Topup = { amount: 5000, threshold: 1000, enabled: true, protect: false, stack: "dev" };
const DYNAMIC = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";
const PLUGIN = "cloudflare-ai-gateway-billing:index:AutoTopupConfig";

function violations(
  type: string,
  props: object,
  config: object = {},
  { protect = false, stack = "dev", only = "" } = {},
): string[] {
  const urn = `urn:pulumi:${stack}::billing::${type}::topup`;
  const validated = { type, urn, props, opts: { protect }, getConfig: () => config } as unknown as Validated;
  const asked = policies.filter(({ name }) => name.includes(only));
  return asked.flatMap(({ name, validateResource }) => {
    const found: string[] = [];
    validateResource(validated, (message) => found.push(`${name}: ${message}`));
    return found;
  });
}

describe("the rules", () => {
  it.each([
    ["cap the amount", amountCap, "amount", 50_000, 50_001, /^'amount' is \$500\.01, more than the \$500\.00 /],
    [
      ...(["cap the threshold, and say what a high one does", thresholdCap, "threshold", 50_000, 50_001] as const),
      /^'threshold' is \$500\.01, more than the \$500\.00 .* charged until the balance is above it/,
    ],
    [
      ...(["ask for a least amount, and say how often a card is charged", leastAmount, "amount", 2000, 1999] as const),
      /^'amount' is \$19\.99, less than the \$20\.00 .* charged once for every \$19\.99 that is spent/,
    ],
  ] as const)("%s: exactly the bound is fine", (_, rule, property, bound, beyond, message) => {
    expect(rule({ ...usual, [property]: bound }, bound)).toBeNull();
    expect(rule({ ...usual, [property]: beyond }, bound)).toMatch(message);
    expect(rule({ ...usual, [property]: beyond, enabled: false }, bound)).toBeNull();
  });

  it("ask for protection on production stacks only, also by their full names", () => {
    expect(protection(usual, ["production"])).toBeNull();
    expect(protection({ ...usual, stack: "production" }, ["production"])).toContain("{ protect: true }");
    expect(protection({ ...usual, stack: "acme/billing/production" }, ["production"])).not.toBeNull();
    expect(protection({ ...usual, stack: "production", protect: true }, ["production"])).toBeNull();
  });
});

describe("the policies", () => {
  it.each([DYNAMIC, PLUGIN])("apply to %s", (type) => {
    const broken = (amount: number) =>
      violations(type, { amount, threshold: 1000 }, {}, { stack: "production" }).map((text) => text.split(":")[0]);
    expect(broken(60_000)).toEqual(["auto-topup-amount-cap", "auto-topup-protection"]);
    expect(broken(1000)).toEqual(["auto-topup-least-amount", "auto-topup-protection"]);
    expect(violations(type, { amount: 5000, threshold: 1000 })).toEqual([]);
    expect(violations(type, { amount: 5000, threshold: 100_000_000 })).toEqual([
      expect.stringMatching(/^auto-topup-threshold-cap: /),
    ]);
  });

  it("do not compare amount with threshold: the balance after a top-up is about both together", () => {
    expect(violations(DYNAMIC, { amount: 2000, threshold: 50_000 })).toEqual([]);
  });

  it("leave other resources alone", () => {
    expect(
      violations("cloudflare:index/record:Record", { amount: 10 ** 9, threshold: 0 }, {}, { stack: "production" }),
    ).toEqual([]);
  });

  it.each([
    { maxAmount: 4999, minAmount: 5000, stacks: [] },
    { maxThreshold: 999 },
    { minAmount: 5001 },
    { stacks: ["dev"] },
  ])("take their settings from the pack's configuration: %j", (config) => {
    expect(violations(DYNAMIC, { amount: 5000, threshold: 1000 }, config)).toHaveLength(1);
  });

  it("ask for protection even if the amounts are not known yet", () => {
    const unknown = {
      get amount(): number {
        throw new Error("can't be known during preview");
      },
    };
    const found = violations(DYNAMIC, unknown, {}, { stack: "production", only: "auto-topup-protection" });
    expect(found).toHaveLength(1);
  });
});

describe("the rule for spend limits", () => {
  const rule = { enabled: true, limitType: "cost", limit: 300, window: 86_400 };
  const limits = (...rules: unknown[]) => ({ enabled: true, rules });

  it("is content with one enabled cost rule on all traffic, whatever others there are", () => {
    expect(spendLimit({ name: "g", spendLimits: limits({ ...rule, model: { mode: "filter" } }, rule) })).toBeNull();
  });

  it.each([
    [undefined],
    [null],
    [{ rules: [rule] }],
    [{ enabled: false, rules: [rule] }],
    [limits()],
    [limits({ ...rule, enabled: false })],
    [limits({ ...rule, enabled: undefined })],
    [limits({ ...rule, limitType: "tokens" })],
    [limits({ ...rule, model: { mode: "filter", values: ["x"] } })],
    [limits({ ...rule, aiGatewayProvider: { mode: "filter", values: ["x"] } })],
    [limits({ ...rule, metadata: { user: { mode: "partition" } } })],
  ])("is not content with %j", (spendLimits) => {
    expect(spendLimit({ name: "agents", spendLimits })).toMatch(/^Gateway 'agents' has no enabled spend limit on all /);
  });

  const stack = (topup: object | null) => {
    const found: string[] = [];
    const gateway = (name: string, props: object) => ({
      type: "cloudflare:index/aiGateway:AiGateway",
      urn: `urn:${name}`,
      name,
      props,
    });
    const resources = [
      ...(topup ? [{ type: DYNAMIC, urn: "urn:topup", name: "topup", props: topup }] : []),
      gateway("bounded", { spendLimits: limits(rule) }),
      gateway("open", {}),
      { type: "cloudflare:index/record:Record", urn: "urn:record", name: "record", props: {} },
    ] as never;
    for (const { validateStack } of stackPolicies) validateStack({ resources }, (_, urn) => found.push(urn ?? ""));
    return found;
  };

  it("applies to every gateway of a stack that declares auto top-up, and to none if that is off or missing", () => {
    expect(stack({ enabled: true })).toEqual(["urn:open"]);
    expect(stack({})).toEqual(["urn:open"]);
    expect(stack({ enabled: false })).toEqual([]);
    expect(stack(null)).toEqual([]);
  });
});
