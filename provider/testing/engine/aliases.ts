// Finds the resource in the old state that a registration means, by its own name or by a former one, its parents' former
// names included. https://www.pulumi.com/docs/iac/concepts/options/aliases/
import type { AliasSpec, Goal } from "./goal";
import type { ResourceState } from "./state";
import { makeUrn, nameOf, type Scope, typeOf } from "./urn";

/** Who has which name in this run. */
export class Names {
  /** Everything registered so far. */
  readonly seen = new Set<string>();
  /** Former name to present one, for names that were found in the old state. */
  readonly renamed = new Map<string, string>();
  /** Present name to the former one that it was found by. */
  readonly formerOf = new Map<string, string>();
}

/** The old state of a resource, with the former name it was found by. `problem` is set where names clash. */
export interface Found {
  readonly old: ResourceState | null;
  readonly alias: string | null;
  readonly problem: string | null;
}

export function findOld(
  names: Names,
  olds: ReadonlyMap<string, ResourceState>,
  scope: Scope,
  urn: string,
  goal: Pick<Goal, "type" | "name" | "parent" | "aliases">,
): Found {
  const claimed = names.renamed.get(urn);
  const problem =
    claimed === undefined
      ? null
      : `Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${claimed}'`;
  const own = olds.get(urn);
  if (own !== undefined) return { old: own, alias: null, problem };
  for (const alias of formerNames(names, scope, goal)) {
    const old = olds.get(alias);
    if (old !== undefined && alias !== urn) return claim(names, urn, alias, old, problem);
  }
  return { old: null, alias: null, problem };
}

function claim(names: Names, urn: string, alias: string, old: ResourceState, problem: string | null): Found {
  const other = names.seen.has(alias) ? urn : names.renamed.get(alias);
  const clash = `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${other}'`;
  names.renamed.set(alias, urn);
  names.formerOf.set(urn, alias);
  return { old, alias, problem: other === undefined ? problem : clash };
}

function formerNames(
  names: Names,
  scope: Scope,
  goal: Pick<Goal, "type" | "name" | "parent" | "aliases">,
): Set<string> {
  const own = goal.aliases.map((alias) => spell(names, scope, goal, alias));
  const formerParent = names.formerOf.get(goal.parent);
  if (formerParent === undefined) return new Set(own);
  const inherit = (type: string, name: string): string => inherited(scope, goal.parent, formerParent, type, name);
  return new Set([...own, inherit(goal.type, goal.name), ...own.map((alias) => inherit(typeOf(alias), nameOf(alias)))]);
}

function spell(names: Names, scope: Scope, goal: Pick<Goal, "type" | "name" | "parent">, alias: AliasSpec): string {
  if ("urn" in alias) return alias.urn;
  const given = alias.parent === undefined ? goal.parent : (names.formerOf.get(alias.parent) ?? alias.parent);
  const at = { project: alias.project || scope.project, stack: alias.stack || scope.stack };
  return makeUrn(at, given, alias.type || goal.type, alias.name || goal.name);
}

/** A child named after its parent, such as `app-bucket` of `app`, was renamed along with it. */
function inherited(scope: Scope, parent: string, formerParent: string, type: string, name: string): string {
  const parentName = nameOf(parent);
  const formerName = name.startsWith(parentName) ? nameOf(formerParent) + name.slice(parentName.length) : name;
  return makeUrn(scope, formerParent, type, formerName);
}
