// The providers of a run, by reference, the life cycle of the provider resources that stand for them in the state, and
// who gets which one where a program names none. It knows how a provider comes up and not what it serves.
// https://www.pulumi.com/docs/iac/concepts/resources/providers/
import { randomUUID } from "node:crypto";
import type { ConfigValue } from "./contract";
import { GrpcProvider } from "./grpcProvider";
import { makeReference, packageOf, parseReference, providedPackage, providerType, typeOf } from "./names";
import { dynamicPackage, type ProviderProcesses, type Surroundings } from "./processes";
import type { CheckAnswer, CreateAnswer, DiffAnswer, DiffRequest, Operations, Provider, ReadAnswer } from "./provider";
import { StandIn } from "./provider";
import type { ResourceState } from "./state";
import { equal, makeSecret, type Properties, unknown } from "./values";

export class Registry implements Operations {
  readonly #ready = new Map<string, Promise<Provider>>();
  /** Started and checked, waiting for their configuration to be settled; by URN. */
  readonly #unconfigured = new Map<string, Provider>();
  readonly #all: Provider[] = [];

  constructor(
    private readonly around: Surroundings,
    private readonly processes: ProviderProcesses,
    private readonly dryRun: boolean,
  ) {}

  /** The provider of a reference; null where it is not up. */
  get(reference: string): Promise<Provider> | null {
    return this.#ready.get(reference) ?? null;
  }

  /** The provider of a resource in the state, started from what the state says of it if need be. */
  async ensure(reference: string, states: readonly ResourceState[]): Promise<Provider> {
    const ready = this.#ready.get(reference);
    if (ready !== undefined) return ready;
    const { urn, id } = parseReference(reference);
    const state = states.find((each) => each.urn === urn && each.id === id);
    if (state === undefined) throw new Error(`could not find provider ${reference}`);
    return this.same(state);
  }

  /** An unchanged provider resource: its provider is configured as before. */
  async same(state: ResourceState): Promise<Provider> {
    const ready = this.#ready.get(makeReference(state));
    return ready ?? this.#configure(state);
  }

  async check(urn: string, olds: Properties | null, news: Properties): Promise<CheckAnswer> {
    const provider = await this.#start(urn);
    const answer = await provider.checkConfig(urn, olds ?? {}, news);
    if (answer.failures.length > 0) return answer;
    this.#unconfigured.set(urn, provider);
    // The version is the engine's own and not the provider's.
    const { version } = news;
    return { ...answer, inputs: version === undefined ? answer.inputs : { ...answer.inputs, version } };
  }

  async diff({ urn, id, oldInputs, oldOutputs, news }: DiffRequest): Promise<DiffAnswer> {
    const provider = this.#unconfigured.get(urn) ?? (await this.get(makeReference({ urn, id })));
    if (!provider) throw new Error(`The provider ${urn} is not up.`);
    const answer = await provider.diffConfig(urn, oldInputs, oldOutputs, news);
    if (answer.changes !== "unknown") return answer;
    return { ...answer, changes: equal(oldOutputs, news) ? "none" : "some" };
  }

  async create(state: ResourceState): Promise<CreateAnswer> {
    const id = this.dryRun ? unknown : randomUUID();
    await this.#configure({ ...state, id });
    return { id, outputs: structuredClone(state.inputs) };
  }

  async update(old: ResourceState, state: ResourceState): Promise<Properties> {
    await this.#configure({ ...state, id: old.id });
    return structuredClone(state.inputs);
  }

  read(): Promise<ReadAnswer> {
    return Promise.reject(new Error("provider resources may not be read"));
  }

  async delete(state: ResourceState): Promise<void> {
    this.#ready.delete(makeReference(state));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((provider) => provider.close()));
  }

  async #start(urn: string): Promise<Provider> {
    const name = providedPackage(typeOf(urn));
    const launch = this.around.providers[name];
    const isStandIn = launch !== undefined && "standIn" in launch;
    const provider = isStandIn
      ? new StandIn(name, launch.standIn)
      : await GrpcProvider.connect(this.around.sdk, await this.processes.take(name));
    this.#all.push(provider);
    return provider;
  }

  #configure(state: ResourceState): Promise<Provider> {
    const { urn, id, inputs } = state;
    const checked = this.#unconfigured.get(urn);
    this.#unconfigured.delete(urn);
    const configured = (async () => {
      const provider = checked ?? (await this.#start(urn));
      provider.configure(urn, id, inputs);
      return provider;
    })();
    this.#ready.set(makeReference(state), configured);
    return configured;
  }
}

type Registration = { readonly type: string; readonly name: string; readonly properties: Properties };

/** Providers by package, as a `providers` option names them. */
export type ProvidersOption = ReadonlyMap<string, string>;

/** Finds the provider of a registration: its own, its parents', or the package's default one. */
export class Defaults {
  readonly #references = new Map<string, Promise<string>>();
  /** What a component hands down to its children. */
  readonly #inherited = new Map<string, ProvidersOption>();

  constructor(
    private readonly config: ReadonlyMap<string, ConfigValue>,
    private readonly register: (provider: Registration) => Promise<ResourceState>,
  ) {}

  /** The reference for a resource below the parent. `given` is the `provider` option, empty without one. */
  async resolve(
    { type, parent, version }: { type: string; parent: string; version: string },
    given: string,
    own: ProvidersOption,
  ): Promise<string> {
    if (given !== "") return given;
    const name = packageOf(type);
    return own.get(name) ?? this.#inherited.get(parent)?.get(name) ?? this.reference(name, version);
  }

  /** Lets the children of a component have the providers that it was given or has inherited itself. */
  handDown(urn: string, parent: string, own: ProvidersOption, provider: string): void {
    const one = provider === "" ? [] : [[providedPackage(typeOf(parseReference(provider).urn)), provider] as const];
    this.#inherited.set(urn, new Map([...(this.#inherited.get(parent) ?? []), ...one, ...own]));
  }

  /** The reference of a package's default provider; a version, where the program names one, has its own. */
  reference(name: string, version: string): Promise<string> {
    const key = `${name}@${version}`;
    const known = this.#references.get(key) ?? this.#registerDefault(name, version);
    this.#references.set(key, known);
    return known;
  }

  async #registerDefault(name: string, version: string): Promise<string> {
    const suffix = version === "" ? "" : `_${version.replace(/[^A-Za-z0-9_]+/g, "_")}`;
    const properties = { ...this.#inputs(name), ...(version === "" ? {} : { version }) };
    return makeReference(await this.register({ type: providerType(name), name: `default${suffix}`, properties }));
  }

  /** A dynamic provider gets the whole configuration, any other the part that bears its name. */
  #inputs(name: string): Properties {
    const isDynamic = name === dynamicPackage;
    const own = [...this.config].filter(([key]) => isDynamic || packageOf(key) === name);
    const inputs = own.map(([key, value]) => [
      isDynamic ? key : key.slice(name.length + 1),
      typeof value === "string" ? value : makeSecret(value.secret),
    ]);
    return Object.fromEntries(inputs);
  }
}
