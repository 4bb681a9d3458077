// What the engine asks of a provider and what it answers, in plain values; and the simplest provider, a stand-in of the
// test's. It knows neither processes nor what the engine makes of an answer.
import type { StandInProvider } from "./contract";
import { nameOf, typeOf } from "./names";
import type { ResourceState } from "./state";
import { markSecrets, type Properties, withoutSecrets } from "./values";

/** What the engine can do to one resource, served by its provider, or by the registry for providers themselves. */
export interface Operations {
  check(urn: string, olds: Properties | null, news: Properties): Promise<CheckAnswer>;
  diff(request: DiffRequest): Promise<DiffAnswer>;
  create(state: ResourceState, preview: boolean): Promise<CreateAnswer>;
  update(old: ResourceState, state: ResourceState, preview: boolean): Promise<Properties>;
  read(state: ResourceState, outputs: Properties): Promise<ReadAnswer>;
  delete(state: ResourceState): Promise<void>;
}

export interface Provider extends Operations {
  checkConfig(urn: string, olds: Properties, news: Properties): Promise<CheckAnswer>;
  diffConfig(urn: string, oldInputs: Properties, oldOutputs: Properties, news: Properties): Promise<DiffAnswer>;
  /** A configuration that fails is told by the first call that needs it, not by the configuring itself. */
  configure(urn: string, id: string, inputs: Properties): void;
  invoke(token: string, args: Properties, preview: boolean): Promise<InvokeAnswer>;
  /** Tells the provider that the run is over, as the CLI does. */
  close(): Promise<void>;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckAnswer {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface DiffRequest {
  readonly urn: string;
  readonly id: string;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
}

/** A property's change, as a provider names it. */
export interface DetailedChange {
  readonly replaces: boolean;
  /** The old value stands in the inputs, not in the outputs. */
  readonly inputDiff: boolean;
}

export interface DiffAnswer {
  readonly changes: "unknown" | "none" | "some";
  readonly replaces: readonly string[];
  readonly diffs: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** By property; null where the provider sends none. */
  readonly detailed: Readonly<Record<string, DetailedChange>> | null;
}

export interface CreateAnswer {
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadAnswer {
  readonly id: string;
  /** Null where the provider sent no properties: the resource is gone. */
  readonly outputs: Properties | null;
  /** Null where the provider sent none and the old ones hold. */
  readonly inputs: Properties | null;
}

export interface InvokeAnswer {
  readonly result: Properties;
  readonly failures: readonly CheckFailure[];
}

export const noDiff: DiffAnswer = {
  changes: "none",
  replaces: [],
  diffs: [],
  deleteBeforeReplace: false,
  detailed: null,
};

/** Leaves it to the engine to compare the inputs. */
export const unknownDiff: DiffAnswer = { ...noDiff, changes: "unknown" };

/** Says that a diff cannot be had; the engine then expects an update. */
export class DiffUnavailable extends Error {}

/** A call that failed. */
export class ProviderError extends Error {
  readonly unimplemented: boolean;
  /** Set where the resource exists all the same, but has not become ready: an initialization error. */
  readonly partial: { readonly state: ReadAnswer; readonly reasons: readonly string[] } | null;

  constructor(message: string, details: Partial<Pick<ProviderError, "unimplemented" | "partial">> = {}) {
    super(message);
    this.unimplemented = details.unimplemented ?? false;
    this.partial = details.partial ?? null;
  }
}

/** An object of the test's that creates; everything else follows from the inputs. */
export class StandIn implements Provider {
  /** Throws where the object has another method, which would never be called. */
  constructor(
    packageName: string,
    private readonly provider: StandInProvider,
  ) {
    const others = Object.keys(provider).filter((key) => key !== "create");
    if (others.length > 0 || provider.create === undefined) {
      const has = others.length > 0 ? `has '${others.join("', '")}'` : "has no 'create'";
      throw new Error(
        `The stand-in for '${packageName}' ${has}: 'create' is its only call. A provider process has all.`,
      );
    }
  }

  async checkConfig(_urn: string, _olds: Properties, inputs: Properties): Promise<CheckAnswer> {
    return { inputs, failures: [] };
  }

  async diffConfig(): Promise<DiffAnswer> {
    return unknownDiff;
  }

  configure(): void {}

  async check(_urn: string, _olds: Properties | null, inputs: Properties): Promise<CheckAnswer> {
    return { inputs, failures: [] };
  }

  async diff(): Promise<DiffAnswer> {
    return unknownDiff;
  }

  async create({ urn, inputs }: ResourceState, preview: boolean): Promise<CreateAnswer> {
    if (preview) return { id: "", outputs: structuredClone(inputs) };
    const request = { urn, type: typeOf(urn), name: nameOf(urn), inputs: withoutSecrets(inputs) };
    const answer = await this.provider.create(request);
    // As it would come over the wire: without undefined, and without anything shared.
    const outputs = JSON.parse(JSON.stringify(answer.outputs)) as Properties;
    markSecrets(outputs, inputs);
    return { id: answer.id, outputs };
  }

  async update(old: ResourceState, { inputs }: ResourceState): Promise<Properties> {
    return structuredClone({ ...old.outputs, ...inputs });
  }

  async read({ id }: ResourceState, outputs: Properties): Promise<ReadAnswer> {
    return { id, outputs, inputs: null };
  }

  async delete(): Promise<void> {}

  async invoke(token: string): Promise<InvokeAnswer> {
    throw new Error(`a stand-in answers no functions, such as ${token}`);
  }

  async close(): Promise<void> {}
}
