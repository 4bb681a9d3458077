// What a step is, and the steps that ask nobody: unchanged, replaced, forgotten. Which steps are needed is decided elsewhere.

import { type Changes, compare, fromDetails } from "./changes";
import type { Operation } from "./contract";
import type { Deployment } from "./deployment";
import type { DiffAnswer } from "./providerClient";
import type { StepReport } from "./reporter";
import type { ResourceState } from "./state";
import { isSecret, makeSecret } from "./values";

export interface PlannedStep {
  readonly urn: string;
  /** Does it. Rejects where it fails. */
  run(): Promise<void>;
  /** Lets whoever waits for it go on. */
  done(): void;
  report(): Omit<StepReport, "error">;
  /** Its failure does not stop the run: others of its kind are to be shown, too. */
  readonly tolerant?: boolean;
}

export type Done = (state: ResourceState) => void;

/** Nothing changes but what the program says about the resource, such as its dependencies. */
export function sameStep(
  d: Deployment,
  old: ResourceState,
  state: ResourceState,
  unchanged: boolean,
  done: Done,
): PlannedStep {
  const run = async (): Promise<void> => {
    Object.assign(state, { id: old.id, outputs: old.outputs, created: old.created, modified: old.modified });
    state.initErrors = old.initErrors;
    register(d, state);
    if (unchanged) await d.options.journal.keep(old, state);
    else await d.options.journal.replace(state, old);
  };
  return { urn: state.urn, run, done: () => done(state), report: plain("same", state) };
}

/** Says that one resource takes the place of another; its halves do the work. */
export function replaceStep(
  d: Deployment,
  old: ResourceState,
  state: ResourceState,
  diff: DiffAnswer | null,
): PlannedStep {
  const report = () => ({ ...plain("replace", state)(), diff: changesOf(d, old, state, diff) });
  return { urn: state.urn, run: async () => {}, done: () => {}, report };
}

/** The replacement of something that was deleted earlier never came, and is not wanted any more. */
export function forgetStep(d: Deployment, old: ResourceState): PlannedStep {
  return {
    urn: old.urn,
    run: () => d.options.journal.drop(old),
    done: () => {},
    report: plain("remove-pending-replace", old, false),
  };
}

/** Takes note of the state, after marking as secret what has to be. */
export function register(d: Deployment, state: ResourceState): void {
  const { outputs, inputs } = state;
  for (const [key, value] of Object.entries(outputs)) {
    if (isSecret(inputs[key]) || state.additionalSecretOutputs.includes(key)) outputs[key] = makeSecret(value);
  }
  d.news.set(state.urn, state);
}

export function changesOf(d: Deployment, old: ResourceState, state: ResourceState, diff: DiffAnswer | null): Changes {
  const { showSecrets } = d.options;
  if (diff?.detailed) return fromDetails(diff.detailed, old, state.inputs, showSecrets);
  return compare(old.inputs, state.inputs, showSecrets);
}

export function plain(op: Operation, state: ResourceState, counts = true): PlannedStep["report"] {
  return () => ({ op, urn: state.urn, id: state.id, diff: {}, outcome: null, counts });
}
