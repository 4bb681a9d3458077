// The providers of a run, by reference, and the life cycle of the provider resources that stand for them in the state.
// https://www.pulumi.com/docs/iac/concepts/resources/providers/
import { randomUUID } from "node:crypto";
import type { Operations } from "./operations";
import { Provider, type Track } from "./provider";
import type { CheckAnswer, DiffAnswer, ReadAnswer, StateAnswer } from "./providerClient";
import type { ProviderPool } from "./providerPool";
import type { ResourceState } from "./state";
import { makeReference, parseReference, providedPackage, typeOf } from "./urn";
import { equal, type Properties, unknown } from "./values";

export class Registry implements Operations {
  readonly #pool: ProviderPool;
  readonly #track: Track;
  readonly #dryRun: boolean;
  readonly #ready = new Map<string, Promise<Provider>>();
  /** Started and checked, waiting for their configuration to be settled; by urn. */
  readonly #unconfigured = new Map<string, Provider>();
  readonly #all: Provider[] = [];

  constructor(pool: ProviderPool, track: Track, dryRun: boolean) {
    this.#pool = pool;
    this.#track = track;
    this.#dryRun = dryRun;
  }

  /** The provider of a reference; null where it is not up. */
  get(reference: string): Promise<Provider> | null {
    return this.#ready.get(reference) ?? null;
  }

  /** The provider of a resource in the state, started from what the state says of it if need be. */
  async ensure(reference: string, states: readonly ResourceState[]): Promise<Provider> {
    const { urn, id } = parseReference(reference);
    const state = states.find((each) => each.urn === urn && each.id === id);
    const ready = this.#ready.get(reference);
    if (ready !== undefined) return ready;
    if (state === undefined) throw new Error(`could not find provider ${reference}`);
    return this.same(state, false);
  }

  /** An unchanged provider resource: its provider is configured as before. */
  async same(state: ResourceState, checked: boolean): Promise<Provider> {
    const reference = makeReference(state.urn, state.id);
    const ready = this.#ready.get(reference);
    if (ready !== undefined) return ready;
    const provider = (checked ? this.#take(state.urn) : null) ?? this.#start(state.urn);
    return this.#configure(state.urn, state.id, state.inputs, provider);
  }

  async check(urn: string, olds: Properties | null, news: Properties): Promise<CheckAnswer> {
    const provider = await this.#start(urn);
    const { version } = news;
    const answer = await provider.checkConfig(urn, olds ?? {}, news);
    if (answer.failures.length > 0) return answer;
    this.#unconfigured.set(urn, provider);
    return { ...answer, inputs: version === undefined ? answer.inputs : { ...answer.inputs, version } };
  }

  async diff(request: Parameters<Operations["diff"]>[0]): Promise<DiffAnswer> {
    const { urn, oldInputs, oldOutputs, news } = request;
    const provider = this.#unconfigured.get(urn) ?? (await this.get(makeReference(urn, request.id)));
    if (!provider) throw new Error(`The provider ${urn} is not up.`);
    const answer = await provider.diffConfig(urn, oldInputs, oldOutputs, news);
    if (answer.changes !== "unknown") return answer;
    return { ...answer, changes: equal(oldOutputs, news) ? "none" : "some" };
  }

  async create(state: ResourceState): Promise<StateAnswer> {
    const id = this.#dryRun ? unknown : randomUUID();
    await this.#configure(state.urn, id, state.inputs, this.#take(state.urn) ?? this.#start(state.urn));
    return { id, outputs: structuredClone(state.inputs) };
  }

  async update(old: ResourceState, state: ResourceState): Promise<Properties> {
    await this.#configure(state.urn, old.id, state.inputs, this.#take(state.urn) ?? this.#start(state.urn));
    return structuredClone(state.inputs);
  }

  read(): Promise<ReadAnswer> {
    return Promise.reject(new Error("provider resources may not be read"));
  }

  async delete(state: ResourceState): Promise<void> {
    this.#ready.delete(makeReference(state.urn, state.id));
  }

  /** Tells every provider that the run is over, as the CLI does. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((provider) => Promise.race([provider.cancel(), pause(500)])));
    for (const provider of this.#all) provider.close();
  }

  #take(urn: string): Provider | null {
    const provider = this.#unconfigured.get(urn) ?? null;
    this.#unconfigured.delete(urn);
    return provider;
  }

  async #start(urn: string): Promise<Provider> {
    const provider = new Provider(await this.#pool.take(providedPackage(typeOf(urn))), this.#track);
    this.#all.push(provider);
    await provider.handshake();
    return provider;
  }

  async #configure(
    urn: string,
    id: string,
    inputs: Properties,
    pending: Provider | Promise<Provider>,
  ): Promise<Provider> {
    const configured = (async () => {
      const provider = await pending;
      provider.configure(urn, id, inputs);
      return provider;
    })();
    this.#ready.set(makeReference(urn, id), configured);
    return configured;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
