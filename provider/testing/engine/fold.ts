// What a run has done to the state so far, as a list of small entries that can be replayed over the state file. Pure: it
// knows neither files nor encryption.
import type { DeployedResource, PendingOperation } from "./deployed";
import { makeUrn, nameOf, parseReference, qualifiedType, rootStackType, typeOf } from "./urn";

/** One change: `b<n>` are the keys of the resources that were there, `n<n>` those of the run's own. */
export type Entry =
  | { readonly put: string; readonly resource: DeployedResource }
  | { readonly drop: string }
  | { readonly keep: string }
  | { readonly begin: string; readonly type: PendingOperation["type"]; readonly resource: DeployedResource }
  | { readonly end: string }
  | { readonly rebase: readonly DeployedResource[]; readonly pending: readonly PendingOperation[] };

/** The state under change. The run's own resources come first, in the order in which they were finished. */
export class Fold {
  #base = new Map<string, DeployedResource>();
  readonly #news = new Map<string, DeployedResource>();
  readonly #running = new Map<string, PendingOperation>();
  #pending: readonly PendingOperation[];

  constructor(resources: readonly DeployedResource[], pending: readonly PendingOperation[]) {
    for (const [index, resource] of resources.entries()) this.#base.set(`b${index}`, resource);
    this.#pending = pending;
  }

  apply(entry: Entry): void {
    if ("put" in entry) (this.#base.has(entry.put) ? this.#base : this.#news).set(entry.put, entry.resource);
    else if ("drop" in entry) this.#drop(entry.drop);
    else if ("keep" in entry) this.#keep(entry.keep);
    else if ("begin" in entry) this.#running.set(entry.begin, { resource: entry.resource, type: entry.type });
    else if ("end" in entry) this.#running.delete(entry.end);
    else this.#rebase(entry.rebase, entry.pending);
  }

  get resources(): DeployedResource[] {
    return normalize([...this.#news.values(), ...this.#base.values()]);
  }

  /** A create of an earlier run stays until somebody has looked into it; other operations show themselves in a refresh. */
  get pending(): PendingOperation[] {
    return [...this.#running.values(), ...this.#pending.filter((each) => each.type === "creating")];
  }

  #drop(key: string): void {
    this.#base.delete(key);
    this.#news.delete(key);
  }

  #keep(key: string): void {
    const resource = this.#base.get(key);
    if (resource === undefined) return;
    this.#base.delete(key);
    this.#news.set(key, resource);
  }

  #rebase(resources: readonly DeployedResource[], pending: readonly PendingOperation[]): void {
    this.#base = new Map(resources.map((resource, index) => [`b${index}`, resource]));
    this.#pending = pending;
  }
}

/** Points whatever refers to a resource by a former name to its new one, and forgets the former names. */
function normalize(resources: DeployedResource[]): DeployedResource[] {
  const renamed = new Map<string, string>();
  for (const { urn, parent, aliases } of resources) {
    for (const alias of aliases ?? []) renamed.set(alias, urn);
    const newParent = parent === undefined ? undefined : renamed.get(parent);
    if (newParent === undefined || qualifiedType(newParent) === rootStackType) continue;
    const [, , stack = "", project = ""] = urn.split(/::|:/);
    renamed.set(urn, makeUrn({ stack, project }, newParent, typeOf(urn), nameOf(urn)));
  }
  return renamed.size === 0 ? resources : resources.map((resource) => rename(resource, renamed));
}

function rename(resource: DeployedResource, renamed: ReadonlyMap<string, string>): DeployedResource {
  const to = (urn: string): string => renamed.get(urn) ?? urn;
  const { aliases: _, parent, provider, dependencies, propertyDependencies, deletedWith, ...rest } = resource;
  const reference = provider === undefined ? null : parseReference(provider);
  const byProperty = Object.entries(propertyDependencies ?? {}).map(([key, urns]) => [key, urns.map(to)]);
  return {
    ...rest,
    urn: to(resource.urn),
    ...(parent === undefined ? {} : { parent: to(parent) }),
    ...(reference === null ? {} : { provider: `${to(reference.urn)}::${reference.id}` }),
    ...(dependencies === undefined ? {} : { dependencies: dependencies.map(to) }),
    ...(propertyDependencies === undefined ? {} : { propertyDependencies: Object.fromEntries(byProperty) }),
    ...(deletedWith === undefined ? {} : { deletedWith: to(deletedWith) }),
  };
}
