// What bounds an account's spending, from the preview alone: the spend limits of the stack's gateways, the one brake that Cloudflare has. Past it,
// requests get 429 instead of using up credits.
//
// Units: `limit` is documented as a budget in dollars (https://developers.cloudflare.com/ai-gateway/features/spend-limits/).
// `window` is typed as a number without a unit by the API's reference, the SDK and @pulumi/cloudflare; it is seconds in the published
// configurations that name both (86400 for a day, 2592000 for 30 days), and so it is read here.
import * as z from "zod/mini";
import { counted, type Quote } from "../command/safeText";
import { GATEWAY_TYPE, nameOf, typeOf } from "../pulumi/urn";
import { cardCharge, formatUsd } from "../topup/money";
import type { Terms } from "./changes";
import { type Hidden, known, type Preview, shown } from "./preview";

/** A budget for all traffic of a gateway, in US cents. */
type SpendLimit = { readonly cents: number; readonly seconds: number };

/** A gateway's tightest; null if it has none. */
type Limit = SpendLimit | null | { readonly hidden: Why };

/** Why a limit is not known; `unsaid`: nothing says that it is enabled, and no default is documented. */
type Why = Hidden | "unsaid";

/** A gateway of the stack, as it will be once the plan is applied. */
export type Gateway = ReturnType<typeof boundsIn>[number];

/** Whether an account's spending is bounded, and how; only `isBounded` is proof. The gateways add up: each has a budget of its own. */
export function boundOf({ accountId }: Terms, gateways: readonly Gateway[], quote: Quote) {
  const open = (text: string) => ({ isBounded: false, text });
  const account = known(accountId);
  const own = gateways.filter((gateway) => account !== null && known(gateway.accountId)?.toLowerCase() === account);
  const limitless = own.find(({ limit }) => limit === null);
  if (limitless)
    return open(`not bounded: gateway ${quote(limitless.name)} has no spend limit that covers all of its traffic`);
  const stranger = gateways.find((gateway) => account === null || known(gateway.accountId) === null);
  if (stranger)
    return open(`${NOT_KNOWN}: the preview does not show which account gateway ${quote(stranger.name)} belongs to`);
  for (const { name, limit } of own) {
    if (limit !== null && "hidden" in limit)
      return open(`${NOT_KNOWN}: the spend limit of gateway ${quote(name)} ${WHY[limit.hidden]}`);
  }
  if (own.length === 0) return open("no spend limit in this stack");
  const limits = own.flatMap(({ limit }) => (limit !== null && "cents" in limit ? [limit] : []));
  const text = `the gateways of this stack are limited to ${addUp(limits)}; others, such as \`default\`, are not seen`;
  return { isBounded: true, text };
}

const NOT_KNOWN = "it is not known whether a spend limit bounds it";

const WHY: Readonly<Record<Why, string>> = {
  unknown: "is known only during 'pulumi up'",
  secret: "is secret",
  unreadable: "cannot be read",
  unsaid: "does not say 'enabled: true'",
};

function addUp(limits: readonly SpendLimit[]): string {
  const windows = [...new Set(limits.map(({ seconds }) => seconds))].sort((one, other) => one - other);
  const total = (window: number) =>
    limits.filter(({ seconds }) => seconds === window).reduce((cents, limit) => cents + limit.cents, 0);
  const onCard = (cents: number) => `${formatUsd(cents)} of credits (${formatUsd(cardCharge(cents))} on the card)`;
  return windows.map((window) => `${onCard(total(window))} ${describeWindow(window)}`).join(" plus ");
}

function describeWindow(seconds: number): string {
  const [name, length] = UNITS.find(([, length]) => seconds % length === 0) ?? ["second", 1];
  if (seconds === length) return `${name === "hour" ? "an" : "a"} ${name}`;
  return `in ${counted(seconds / length, name)}`;
}

const UNITS = [["day", 86_400] as const, ["hour", 3600] as const, ["minute", 60] as const];

/** Every gateway that there will be, as far as the plan shows them. */
export function boundsIn({ steps }: Preview) {
  // A replacement ends with the delete of the old one, perhaps only in the next run.
  const passing = ["delete", "delete-replaced", "refresh"];
  const own = steps.filter(({ op, urn }) => typeOf(urn) === GATEWAY_TYPE && !passing.includes(op));
  const last = [...new Map(own.map((step) => [step.urn, step])).values()];
  return last.flatMap(({ op, urn, new: after }) => {
    if (!after?.custom) return [];
    const { accountId, spendLimits } = after.inputs;
    // Of a gateway that is only read, the plan shows no limits.
    const isShown = !after.external && UNDERSTOOD.includes(op);
    const limit: Limit = isShown ? limitOf(spendLimits) : { hidden: "unreadable" };
    return [{ name: nameOf(urn), accountId: shown(accountId, z.string()), limit }];
  });
}

const UNDERSTOOD: readonly string[] = ["same", "create", "update", "replace", "create-replacement", "import"];

const flag = z.nullish(z.boolean());
const limitsSchema = z.object({ enabled: flag, rules: z.nullish(z.array(z.unknown())) });
const positive = z.number().check(z.positive());
const any = z.nullish(z.unknown());
const scopeSchema = z.object({ model: any, aiGatewayProvider: any, metadata: any, limitType: any, enabled: any });
const budgetSchema = z.object({ limitType: z.literal("cost"), limit: positive, window: positive, enabled: flag });

function limitOf(spendLimits: unknown): Limit {
  if (spendLimits === undefined || spendLimits === null) return null;
  const limits = shown(spendLimits, limitsSchema);
  if ("hidden" in limits) return limits;
  const { enabled, rules } = limits.value;
  if (!enabled) return enabled === false ? null : { hidden: "unsaid" };
  const found = (rules ?? []).map(ruleOf);
  const known = found.filter((limit) => limit !== null && "cents" in limit);
  const rate = ({ cents, seconds }: SpendLimit) => cents / seconds;
  if (known.length > 0) return known.reduce((one, other) => (rate(other) < rate(one) ? other : one));
  return found.find((limit) => limit !== null) ?? null;
}

// A rule bounds a gateway only if all its traffic counts together: not by model, by provider or by metadata, a split by value included.
function ruleOf(rule: unknown): Limit {
  const scope = shown(rule, scopeSchema);
  if ("hidden" in scope) return scope;
  const { enabled: flagged, limitType, ...filters } = scope.value;
  const isPart = Object.values(filters).some((filter) => filter !== undefined && filter !== null);
  const kind = known(shown(limitType, z.string()));
  // Certain, whatever the numbers are.
  if (isPart || flagged === false || (kind !== null && kind !== "cost")) return null;
  const budget = shown(rule, budgetSchema);
  if ("hidden" in budget) return budget;
  const { enabled, limit, window } = budget.value;
  return enabled ? { cents: limit * 100, seconds: window } : { hidden: "unsaid" };
}
