// Owns what a plan says about the gateways' spend limits, the one brake that Cloudflare has: past it, requests get 429 instead of using up
// credits. It must not know auto top-up, nor how a bound is worded.
//
// The units, looked up: `limit` is documented as a budget in dollars (https://developers.cloudflare.com/ai-gateway/features/spend-limits/).
// `window` is typed as a number without a unit by the API's reference, the SDK and @pulumi/cloudflare; it is seconds in the published
// configurations that name both (86400 for a day, 2592000 for 30 days), and so it is read here.
import { type Fields, fieldsOf, listOf } from "./fields";
import type { Preview } from "./preview";
import { type Shown, shown } from "./terms";
import { nameOf, typeOf } from "./urn";

const GATEWAY = "cloudflare:index/aiGateway:AiGateway";

/** A budget for all traffic of a gateway. */
export interface SpendLimit {
  /** US cents. */
  readonly cents: number;
  readonly seconds: number;
}

/** A gateway of the stack, as it is once the plan is applied. `limit` is its tightest; null where it has none. */
export interface Gateway {
  readonly name: string;
  readonly accountId: Shown<string>;
  readonly limit: SpendLimit | null | { readonly hidden: Why };
}

/** Why a limit cannot be told; `unsaid`: nothing says that it is enabled, and no default is documented. */
export type Why = "unknown" | "secret" | "unreadable" | "unsaid";

/** Every gateway that the plan shows. */
export function gatewaysIn({ steps }: Preview): readonly Gateway[] {
  const last = new Map(steps.filter(({ urn }) => typeOf(urn) === GATEWAY).map((step) => [step.urn, step]));
  return [...last.values()].flatMap(({ op, urn, new: after }) =>
    after === null || op.startsWith("delete") ? [] : [gatewayOf(nameOf(urn), after.inputs)],
  );
}

function gatewayOf(name: string, { accountId, spendLimits }: Fields): Gateway {
  return { name, accountId: shown(accountId, isText), limit: limitOf(spendLimits) };
}

function limitOf(spendLimits: unknown): Gateway["limit"] {
  if (spendLimits === undefined || spendLimits === null) return null;
  const limits = shown(spendLimits, isFields);
  if ("hidden" in limits) return limits;
  const enabled = enabledIn(limits.value);
  if (enabled !== true) return enabled === false ? null : { hidden: enabled };
  const rules = shown(limits.value.rules ?? [], Array.isArray);
  if ("hidden" in rules) return rules;
  const found = listOf(rules.value).map(ruleOf);
  const known = found.filter((limit) => limit !== null && "cents" in limit);
  if (known.length > 0) return known.reduce((one, other) => (rate(other) < rate(one) ? other : one));
  return found.find((limit) => limit !== null) ?? null;
}

// A rule bounds a gateway only where all its traffic counts together: not by model, by provider or by metadata, a split by value included.
function ruleOf(rule: unknown): Gateway["limit"] {
  const fields = shown(rule, isFields);
  if ("hidden" in fields) return fields;
  const { model, aiGatewayProvider, metadata } = fields.value;
  if ([model, aiGatewayProvider, metadata].some((filter) => filter !== undefined && filter !== null)) return null;
  const kind = shown(fields.value.limitType, isText);
  if ("value" in kind && kind.value !== "cost") return null;
  const enabled = enabledIn(fields.value);
  if (enabled === false) return null;
  const [limit, window] = [shown(fields.value.limit, isPositive), shown(fields.value.window, isPositive)];
  for (const value of [kind, limit, window]) if ("hidden" in value) return value;
  if (enabled !== true) return { hidden: enabled };
  return "value" in limit && "value" in window ? { cents: limit.value * 100, seconds: window.value } : null;
}

function enabledIn({ enabled }: Fields): boolean | Why {
  if (enabled === undefined || enabled === null) return "unsaid";
  const flag = shown(enabled, (value) => typeof value === "boolean");
  return "value" in flag ? flag.value : flag.hidden;
}

function rate({ cents, seconds }: SpendLimit): number {
  return cents / seconds;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isFields = (value: unknown): value is Fields => fieldsOf(value) !== null;
const isPositive = (value: unknown): value is number => typeof value === "number" && value > 0;
