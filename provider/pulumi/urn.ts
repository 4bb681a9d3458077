// Pulumi's URNs, urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME, our own types in them, and the constant that a resource of the dynamic type
// carries. The class, the plugin and the commands all read URNs here. Imports nothing, so a program may load it.
// https://www.pulumi.com/docs/iac/concepts/resources/names/#urns

/** The type of an AutoTopupConfig of the dynamic provider. */
export const DYNAMIC_TYPE = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";

/** The type of an AutoTopupConfig of the plugin. */
export const PLUGIN_TYPE = "cloudflare-ai-gateway-billing:index:AutoTopupConfig";

/** The type of an AI Gateway of @pulumi/cloudflare. */
export const GATEWAY_TYPE = "cloudflare:index/aiGateway:AiGateway";

/**
 * The provider as the host of dynamic providers wants it: the source of a module with a `handler`, stored as `__provider` with every resource
 * of the dynamic type and run again at each refresh and delete. So it holds no logic, its bytes never change, and any other bytes are not ours.
 */
export const PROVIDER_SOURCE = 'exports.handler=()=>require("pulumi-cloudflare-ai-gateway-billing/dynamic")';

/** Whether the URN is of an AutoTopupConfig, by its type alone; a component may bear that type, too. */
export function isOurs(urn: string): boolean {
  const type = typeOf(urn);
  return type === DYNAMIC_TYPE || type === PLUGIN_TYPE;
}

/** Which of the two providers an AutoTopupConfig belongs to, for a reader. */
export function providerOf(urn: string): string {
  return typeOf(urn) === PLUGIN_TYPE ? "the plugin" : "the dynamic provider";
}

/** Whether it is the stack itself. */
export function isStack(urn: string): boolean {
  return typeOf(urn) === "pulumi:pulumi:Stack";
}

/** The name of the stack that the URN belongs to; empty if the text is not a URN. */
export function stackOf(urn: string): string {
  return /^urn:pulumi:(.*)$/.exec(urn.split("::", 1)[0] ?? "")?.[1] ?? "";
}

/** The name of the project that the URN belongs to; empty if the text is not a URN. */
export function projectOf(urn: string): string {
  return stackOf(urn) === "" ? "" : (urn.split("::")[1] ?? "");
}

/** The resource's own type, without its parents'. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The resource's name in the program; it may contain "::". */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
