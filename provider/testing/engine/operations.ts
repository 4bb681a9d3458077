// The operations that the engine has on a resource, whoever serves them: a provider, or the registry for providers themselves.
import type { CheckAnswer, DiffAnswer, ReadAnswer, StateAnswer } from "./providerClient";
import type { ResourceState } from "./state";
import type { Properties } from "./values";

/** The operations on one kind of resource; provider resources themselves are served by the registry instead. */
export interface Operations {
  check(urn: string, olds: Properties | null, news: Properties): Promise<CheckAnswer>;
  diff(request: {
    urn: string;
    id: string;
    oldInputs: Properties;
    oldOutputs: Properties;
    news: Properties;
    ignoreChanges: readonly string[];
  }): Promise<DiffAnswer>;
  create(state: ResourceState, preview: boolean): Promise<StateAnswer>;
  update(old: ResourceState, state: ResourceState, preview: boolean): Promise<Properties>;
  read(state: ResourceState, outputs: Properties): Promise<ReadAnswer>;
  delete(state: ResourceState): Promise<void>;
}

/** Says that a diff cannot be had; the engine then expects an update. */
export class DiffUnavailable extends Error {}
