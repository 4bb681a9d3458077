// The rules as policies on single resources: which resources, which values, which settings. The engine calls them through index.js. The
// settings' defaults are here; a --policy-pack-config file or Pulumi Cloud changes them.
import { amountCap, leastAmount, protection, type Topup, thresholdCap, type Verdict } from "./rules";

/** Of the dynamic provider (programs in TypeScript and JavaScript), and of the plugin. */
export const TYPES = [
  "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig",
  "cloudflare-ai-gateway-billing:index:AutoTopupConfig",
];

/** The part of @pulumi/policy's ResourceValidationArgs that is used here. */
export interface Validated {
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: { readonly protect: boolean };
  getConfig<T extends object>(): T;
}

export type Report = (message: string) => void;

export const policies = [
  policy(
    "auto-topup-amount-cap",
    "Caps what one top-up may buy.",
    { maxAmount: { type: "number" as const, minimum: 1000, default: 50_000 } },
    (topup, { maxAmount = 50_000 }: { maxAmount?: number }) => amountCap(topup, maxAmount),
  ),
  policy(
    "auto-topup-threshold-cap",
    "Caps the balance that the card is charged to keep.",
    { maxThreshold: { type: "number" as const, minimum: 500, default: 50_000 } },
    (topup, { maxThreshold = 50_000 }: { maxThreshold?: number }) => thresholdCap(topup, maxThreshold),
  ),
  policy(
    "auto-topup-least-amount",
    "Keeps 'amount' from being so small that the card is charged all the time.",
    { minAmount: { type: "number" as const, minimum: 1000, default: 2000 } },
    (topup, { minAmount = 2000 }: { minAmount?: number }) => leastAmount(topup, minAmount),
  ),
  policy(
    "auto-topup-protection",
    "Requires { protect: true } on production stacks.",
    { stacks: { type: "array" as const, items: { type: "string" as const }, default: ["production", "prod"] } },
    (topup, { stacks = ["production", "prod"] }: { stacks?: string[] }) => protection(topup, stacks),
  ),
];

function policy<Config extends object, Schema>(
  name: string,
  description: string,
  properties: Schema,
  rule: (topup: Topup, config: Config) => Verdict,
) {
  const validateResource = (args: Validated, report: Report) => {
    if (!TYPES.includes(args.type)) return;
    const verdict = rule(topupOf(args), args.getConfig<Config>());
    if (verdict !== null) report(verdict);
  };
  return { name, description, configSchema: { properties }, validateResource };
}

// Reading a value that is not known yet makes the SDK skip the policy in a preview, with a message. So only the rule that needs a value reads it.
function topupOf({ props, opts, urn }: Validated): Topup {
  return {
    get amount() {
      return Number(props.amount);
    },
    get threshold() {
      return Number(props.threshold);
    },
    get enabled() {
      return props.enabled !== false;
    },
    protect: opts.protect,
    stack: urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "",
  };
}
