// The rules as plain functions: what an account's auto top-up may be set to. policies.ts and stackPolicies.ts make Pulumi's policies of them;
// nothing here needs Pulumi, so that you can read, change and test a rule alone.

/** What a rule judges. Amounts are US cents. */
export interface Topup {
  readonly amount: number;
  readonly threshold: number;
  readonly enabled: boolean;
  readonly protect: boolean;
  readonly stack: string;
}

/** A rule's answer: what is wrong and what to do, or null. */
export type Verdict = string | null;

/** No top-up may buy more than this. */
export function amountCap({ amount, enabled }: Topup, maxAmount: number): Verdict {
  if (!enabled || amount <= maxAmount) return null;
  return `'amount' is ${usd(amount)}, more than the ${usd(maxAmount)} that this organization allows. Lower it, or have the policy's 'maxAmount' raised.`;
}

/** The balance is topped up until it is above the threshold: raised to $5,000.00, a threshold has 50 charges of $100.00 follow at once. */
export function thresholdCap({ threshold, enabled }: Topup, maxThreshold: number): Verdict {
  if (!enabled || threshold <= maxThreshold) return null;
  return (
    `'threshold' is ${usd(threshold)}, more than the ${usd(maxThreshold)} that this organization allows: the card is charged until the balance ` +
    "is above it. Lower it, or have the policy's 'maxThreshold' raised."
  );
}

/**
 * No top-up may buy less than this. After a top-up the balance is about threshold plus amount, and the next one comes at the threshold: the card is
 * charged once for every 'amount' that is spent, whatever the threshold.
 */
export function leastAmount({ amount, enabled }: Topup, minAmount: number): Verdict {
  if (!enabled || amount >= minAmount) return null;
  return (
    `'amount' is ${usd(amount)}, less than the ${usd(minAmount)} that this organization asks for: the card is charged once for every ` +
    `${usd(amount)} that is spent. Raise it, or have the policy's 'minAmount' lowered.`
  );
}

/** On a production stack, deleting the resource must not be able to switch auto top-up off. */
export function protection({ protect, stack }: Topup, production: readonly string[]): Verdict {
  if (protect || !production.includes(stackName(stack))) return null;
  return `Stack '${stack}' is a production stack, so this resource needs the option { protect: true }: deleting it would switch auto top-up off.`;
}

/** A gateway, with its spend limits as they are declared. */
export interface Gateway {
  readonly name: string;
  readonly spendLimits: unknown;
}

/**
 * What bounds how much is charged is a spend limit. One that counts a model, a provider or each user by itself leaves the rest of the traffic
 * unbounded, so one rule must count everything.
 */
export function spendLimit({ name, spendLimits }: Gateway): Verdict {
  const { enabled, rules } = Object(spendLimits) as { enabled?: unknown; rules?: unknown };
  if (enabled === true && Array.isArray(rules) && rules.some(countsEverything)) return null;
  return (
    `Gateway '${name}' has no enabled spend limit on all of its traffic, so nothing bounds how often auto top-up charges. ` +
    'Add spendLimits: { enabled: true, rules: [{ enabled: true, limitType: "cost", limit: 300, window: 86400 }] }, in dollars and seconds.'
  );
}

function countsEverything(rule: unknown): boolean {
  const { enabled, limitType, model, aiGatewayProvider, metadata } = Object(rule) as Record<string, unknown>;
  return enabled === true && limitType === "cost" && !model && !aiGatewayProvider && !metadata;
}

// A stack of Pulumi Cloud may be named organization/project/stack.
function stackName(stack: string): string {
  return stack.split("/").at(-1) ?? stack;
}

function usd(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
