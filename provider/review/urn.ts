// Reads Pulumi's URNs, urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME, and knows which types are ours.
// It must not know what a plan does with them.

/** Door 1 and door 2: a program in TypeScript or JavaScript, and the plugin. */
export const TYPES: readonly string[] = [
  "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig",
  "cloudflare-ai-gateway-billing:index:AutoTopupConfig",
];

/** Whether it is an AutoTopupConfig, of either door. */
export function isOurs(urn: string): boolean {
  return TYPES.includes(typeOf(urn));
}

/** Whether it is the stack itself. */
export function isStack(urn: string): boolean {
  return typeOf(urn) === "pulumi:pulumi:Stack";
}

/** Whether it is the engine's own bookkeeping: the stack, or a provider. */
export function isEngines(urn: string): boolean {
  return isStack(urn) || typeOf(urn).startsWith("pulumi:providers:");
}

/** The resource's name in the program; it may hold "::" itself. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The stack that the URN belongs to; empty where it is no URN. */
export function stackOf(urn: string): string {
  return /^urn:pulumi:(.+?)::/.exec(urn)?.[1] ?? "";
}

/** The resource's own type, without its parents'. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
