// Pulumi's URNs, urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME, and which types are ours. Knows no plan and no state.

const DYNAMIC = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";
const PLUGIN = "cloudflare-ai-gateway-billing:index:AutoTopupConfig";

/** Whether it is an AutoTopupConfig, of the dynamic provider or of the plugin. */
export function isOurs(urn: string): boolean {
  return [DYNAMIC, PLUGIN].includes(typeOf(urn));
}

/** Which of the two providers an AutoTopupConfig belongs to, for a reader. */
export function providerOf(urn: string): string {
  return typeOf(urn) === PLUGIN ? "the plugin" : "the dynamic provider";
}

/** Whether it is the stack itself. */
export function isStack(urn: string): boolean {
  return typeOf(urn) === "pulumi:pulumi:Stack";
}

/** Whether it is the engine's own bookkeeping: the stack, or a provider. */
export function isEngines(urn: string): boolean {
  return isStack(urn) || typeOf(urn).startsWith("pulumi:providers:");
}

/** The resource's name in the program; it may contain "::". */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The name of the stack that the URN belongs to; empty where the text is no URN. */
export function stackOf(urn: string): string {
  return /^urn:pulumi:(.+?)::/.exec(urn)?.[1] ?? "";
}

/** The resource's own type, without its parents'. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
