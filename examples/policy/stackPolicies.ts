// The policies on a stack as a whole: what is declared beside auto top-up. The engine calls them through index.js; the rules stand in rules.ts.
import { TYPES } from "./policies";
import { spendLimit } from "./rules";

const GATEWAY = "cloudflare:index/aiGateway:AiGateway";

/** The part of @pulumi/policy's StackValidationArgs that is used here. */
export interface ValidatedStack {
  readonly resources: readonly {
    readonly type: string;
    readonly urn: string;
    readonly name: string;
    readonly props: Readonly<Record<string, unknown>>;
  }[];
}

export const stackPolicies = [
  {
    name: "auto-topup-spend-limit",
    description: "Requires a spend limit on every gateway of a stack that declares auto top-up.",
    validateStack({ resources }: ValidatedStack, report: (message: string, urn?: string) => void) {
      const isOn = resources.some(({ type, props }) => TYPES.includes(type) && props.enabled !== false);
      if (!isOn) return;
      for (const { name, urn, props } of resources.filter(({ type }) => type === GATEWAY)) {
        const verdict = spendLimit({ name, spendLimits: props.spendLimits });
        if (verdict !== null) report(verdict, urn);
      }
    },
  },
];
