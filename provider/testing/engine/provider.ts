// One configured provider as the engine uses it: strips what it does not understand from what it gets, marks secrets again
// in what it answers, and spares it calls that make no sense in a preview. It knows neither processes nor the plan.

import { Configuration, subject } from "./configuration";
import { DiffUnavailable, type Operations } from "./operations";
import type { ReadAnswer, StateAnswer } from "./providerClient";
import { type CheckAnswer, type DiffAnswer, type ProviderClient, ProviderError } from "./providerClient";
import type { ResourceState } from "./state";
import { containsSecrets, isSecret, makeSecret, mapProperties, type Properties } from "./values";

const unavailable =
  "The provider for this resource has inputs that are not known during preview.\n" +
  "This preview may not correctly represent the changes that will be applied during an update.";

/** Runs a call and takes note of it, for the requests of a step. */
export type Track = <T>(urn: string, call: () => Promise<T>) => Promise<T>;

export class Provider extends Configuration implements Operations {
  readonly #track: Track;

  constructor(client: ProviderClient, track: Track) {
    super(client);
    this.#track = track;
  }

  async check(urn: string, olds: Properties | null, news: Properties): Promise<CheckAnswer> {
    await this.configured;
    if (!this.known) return { inputs: news, failures: [] };
    const answer = await this.#track(urn, () => this.client.check(subject(urn), this.out(olds ?? {}), this.out(news)));
    return { ...answer, inputs: this.back(answer.inputs, news) };
  }

  async diff(request: Parameters<Operations["diff"]>[0]): Promise<DiffAnswer> {
    await this.configured;
    if (!this.known) throw new DiffUnavailable(unavailable);
    const { urn, id, ignoreChanges } = request;
    const [oldInputs, oldOutputs, news] = [
      this.out(request.oldInputs),
      this.out(request.oldOutputs),
      this.out(request.news),
    ];
    const message = { ...subject(urn), id, oldInputs, oldOutputs, news, ignoreChanges };
    return this.#track(urn, () => this.client.diff(message));
  }

  async create(state: ResourceState, preview: boolean): Promise<StateAnswer> {
    await this.configured;
    if (preview && !this.known) return { id: "", outputs: {} };
    if (preview && !this.protocol?.supportsPreview) return { id: "", outputs: structuredClone(state.inputs) };
    const request = {
      ...subject(state.urn),
      inputs: this.out(state.inputs),
      timeout: timeout(state, "create"),
      preview,
    };
    const answer = await this.#call(state, () => this.client.create(request), state.inputs);
    if (answer.id === "" && !preview)
      throw new ProviderError(`plugin returned empty resource.ID from create '${state.urn}'`);
    return { ...answer, outputs: this.back(answer.outputs, state.inputs) };
  }

  async update(old: ResourceState, state: ResourceState, preview: boolean): Promise<Properties> {
    await this.configured;
    if (preview && !this.known) return {};
    if (preview && !this.protocol?.supportsPreview) return structuredClone(state.inputs);
    const request = {
      ...subject(state.urn),
      id: old.id,
      oldInputs: this.out(old.inputs),
      oldOutputs: this.out(old.outputs),
      news: this.out(state.inputs),
      ignoreChanges: state.ignoreChanges,
      timeout: timeout(state, "update"),
      preview,
    };
    return this.back(await this.#call(state, () => this.client.update(request), state.inputs), state.inputs);
  }

  async read(state: ResourceState, outputs: Properties): Promise<ReadAnswer> {
    await this.configured;
    if (!this.known) return { id: state.id, outputs: {}, inputs: {} };
    const { id, urn } = state;
    const [inputs, olds] = [this.out(state.inputs), this.out(outputs)];
    const request = { ...subject(urn), id, inputs, outputs: olds, timeout: timeout(state, "read") };
    const answer = await this.#call(state, () => this.client.read(request), outputs);
    return {
      id: answer.id,
      inputs: answer.inputs === null ? null : this.back(answer.inputs, state.inputs),
      outputs: answer.outputs === null ? null : this.back(answer.outputs, outputs),
    };
  }

  async delete(state: ResourceState): Promise<void> {
    await this.configured;
    const [inputs, outputs] = [this.out(state.inputs), this.out(state.outputs)];
    const request = { ...subject(state.urn), id: state.id, inputs, outputs, timeout: timeout(state, "delete") };
    await this.#track(state.urn, () => this.client.delete(request));
  }

  async invoke(token: string, args: Properties, preview: boolean): ReturnType<ProviderClient["invoke"]> {
    await this.configured;
    if (!this.known) return { result: {}, failures: [] };
    const answer = await this.#track("", () => this.client.invoke(token, this.out(args), preview));
    if (this.protocol?.acceptSecrets || !containsSecrets(args)) return answer;
    return {
      ...answer,
      result: mapProperties(answer.result, (value) => (isSecret(value) ? value : makeSecret(value))),
    };
  }

  cancel(): Promise<void> {
    return this.client.cancel();
  }

  close(): void {
    this.client.close();
  }

  /** A resource that exists without being ready comes as an error that carries its properties. */
  async #call<T>(state: ResourceState, call: () => Promise<T>, secretsLike: Properties): Promise<T> {
    try {
      return await this.#track(state.urn, call);
    } catch (error) {
      if (error instanceof ProviderError && error.partial?.state.outputs)
        this.back(error.partial.state.outputs, secretsLike);
      throw error;
    }
  }
}

function timeout(state: ResourceState, operation: string): number {
  return state.customTimeouts[operation] ?? 0;
}
