// Names of resources (URNs) and references to providers, as text. It knows their grammar and no state.
// https://www.pulumi.com/docs/iac/concepts/resources/names/#urns

export const rootStackType = "pulumi:pulumi:Stack";
const providerPrefix = "pulumi:providers:";

/** Where a stack's resources live. */
export interface Scope {
  readonly project: string;
  readonly stack: string;
}

/** The URN of a resource, whose type carries the types of its parents, the stack excepted. */
export function makeUrn(scope: Scope, parent: string, type: string, name: string): string {
  const parentType = parent === "" ? "" : qualifiedType(parent);
  const chain = parentType === "" || parentType === rootStackType ? type : `${parentType}$${type}`;
  return `urn:pulumi:${scope.stack}::${scope.project}::${chain}::${name}`;
}

/** The type with those of its parents before it: `parent$child`. */
export function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

export function typeOf(urn: string): string {
  return qualifiedType(urn).split("$").at(-1) ?? "";
}

/** A name may hold "::" itself. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

export function packageOf(type: string): string {
  return type.split(":")[0] ?? "";
}

export function isProviderType(type: string): boolean {
  return type.startsWith(providerPrefix);
}

/** The package that a provider resource serves. */
export function providedPackage(type: string): string {
  return type.slice(providerPrefix.length);
}

export function providerType(packageName: string): string {
  return `${providerPrefix}${packageName}`;
}

/** The CLI neither shows nor counts default providers. */
export function isDefaultProvider(urn: string): boolean {
  return isProviderType(typeOf(urn)) && /^default(_|$)/.test(nameOf(urn));
}

export function makeReference(urn: string, id: string): string {
  return `${urn}::${id}`;
}

export function parseReference(reference: string): { urn: string; id: string } {
  const at = reference.lastIndexOf("::");
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}
