// Names of resources (URNs), references to providers, and the former names that an alias gives. It knows their grammar
// and finds by name; what a name stands for is none of its business.
// https://www.pulumi.com/docs/iac/concepts/resources/names/#urns and
// https://www.pulumi.com/docs/iac/concepts/options/aliases/

export const rootStackType = "pulumi:pulumi:Stack";
const providerPrefix = "pulumi:providers:";

/** Where a stack's resources live. */
export interface Scope {
  readonly project: string;
  readonly stack: string;
}

/** What gives a resource its URN. */
export interface Named {
  readonly type: string;
  readonly name: string;
  /** The parent's URN, empty for none. */
  readonly parent: string;
}

/** The URN of a resource, whose type carries the types of its parents, the stack excepted. */
export function makeUrn({ stack, project }: Scope, { parent, type, name }: Named): string {
  const parentType = parent === "" ? "" : qualifiedType(parent);
  const chain = parentType === "" || parentType === rootStackType ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
}

/** The real engine's rule and message. Throws where the text is no URN. */
export function demandUrn(what: string, text: string): string {
  if (text === "") throw new Error(`invalid ${what}: missing required URN`);
  if (!text.startsWith("urn:pulumi:") || text.split("::").length < 4) {
    throw new Error(`invalid ${what}: invalid URN "${text}"`);
  }
  return text;
}

/** The type with those of its parents before it: `parent$child`. */
function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

export function typeOf(urn: string): string {
  return qualifiedType(urn).split("$").at(-1) ?? "";
}

/** A name may hold "::" itself. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The same resource below another parent. */
export function movedTo(parent: string, urn: string): string {
  const [, , stack = "", project = ""] = urn.split(/::|:/);
  return makeUrn({ stack, project }, { parent, type: typeOf(urn), name: nameOf(urn) });
}

export function packageOf(token: string): string {
  return token.split(":")[0] ?? "";
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

/** How a resource names its provider: the URN and the id of the provider resource. */
export function makeReference({ urn, id }: { urn: string; id: string }): string {
  return `${urn}::${id}`;
}

export function parseReference(reference: string): { urn: string; id: string } {
  const at = reference.lastIndexOf("::");
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}

/** A former name: a whole URN, or the parts in which it differed. */
export type AliasSpec =
  | { readonly urn: string }
  | (Scope & {
      readonly name: string;
      readonly type: string;
      /** Undefined means the present parent, empty none. */
      readonly parent: string | undefined;
    });

/** The old state of a resource, with the former name it was found by. `problem` is set where names clash. */
export interface Found<T> {
  readonly old: T | null;
  readonly alias: string | null;
  readonly problem: string | null;
}

/** Who has which name in one run. */
export class Names {
  /** Everything registered so far. */
  readonly #seen = new Set<string>();
  /** Former name to present one, for names that were found in the old state. */
  readonly #renamed = new Map<string, string>();
  /** Present name to the former one that it was found by. */
  readonly #formerOf = new Map<string, string>();

  constructor(private readonly scope: Scope) {}

  urnOf(named: Named): string {
    return makeUrn(this.scope, named);
  }

  /** Takes a name, once. */
  claim(named: Named): string {
    const urn = this.urnOf(named);
    if (named.parent !== "" && !this.#seen.has(named.parent)) {
      throw new Error(`could not find parent resource ${named.parent}`);
    }
    if (this.#seen.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    this.#seen.add(urn);
    return urn;
  }

  /** The present name of what the state knows by this one. */
  present(urn: string): string {
    return this.#renamed.get(urn) ?? urn;
  }

  /** True if the program has spoken of the resource, by this name or a later one. */
  isTaken(urn: string): boolean {
    return this.#seen.has(this.present(urn));
  }

  /** Finds what a registration means in the old state: by its own name, or by a former one, its parents' included. */
  findOld<T>(olds: ReadonlyMap<string, T>, urn: string, named: Named, aliases: readonly AliasSpec[]): Found<T> {
    const claimed = this.#renamed.get(urn);
    const clash = `Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${claimed}'`;
    const problem = claimed === undefined ? null : clash;
    const own = olds.get(urn);
    if (own !== undefined) return { old: own, alias: null, problem };
    for (const alias of this.#formerNames(named, aliases)) {
      const old = olds.get(alias);
      if (old === undefined || alias === urn) continue;
      return { old, alias, problem: this.#rename(alias, urn) ?? problem };
    }
    return { old: null, alias: null, problem };
  }

  #rename(alias: string, urn: string): string | null {
    const other = this.#seen.has(alias) ? urn : this.#renamed.get(alias);
    this.#renamed.set(alias, urn);
    this.#formerOf.set(urn, alias);
    if (other === undefined) return null;
    return (
      `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' ` +
      `conflicting with resource with URN '${other}'`
    );
  }

  #formerNames(named: Named, aliases: readonly AliasSpec[]): Set<string> {
    const own = aliases.map((alias) => this.#spell(named, alias));
    const formerParent = this.#formerOf.get(named.parent);
    if (formerParent === undefined) return new Set(own);
    const inherit = (type: string, name: string): string => this.#inherited(named.parent, formerParent, type, name);
    const inherited = own.map((alias) => inherit(typeOf(alias), nameOf(alias)));
    return new Set([...own, inherit(named.type, named.name), ...inherited]);
  }

  #spell(named: Named, alias: AliasSpec): string {
    if ("urn" in alias) return alias.urn;
    const parent = alias.parent === undefined ? named.parent : (this.#formerOf.get(alias.parent) ?? alias.parent);
    const scope = { project: alias.project || this.scope.project, stack: alias.stack || this.scope.stack };
    return makeUrn(scope, { parent, type: alias.type || named.type, name: alias.name || named.name });
  }

  /** A child named after its parent, such as `app-bucket` of `app`, was renamed along with it. */
  #inherited(parent: string, formerParent: string, type: string, name: string): string {
    const parentName = nameOf(parent);
    const formerName = name.startsWith(parentName) ? nameOf(formerParent) + name.slice(parentName.length) : name;
    return makeUrn(this.scope, { parent: formerParent, type, name: formerName });
  }
}
