// The steps that ask a provider for a new state: create, update and read. What became of a resource is recorded even where it
// is not what was hoped for.
import type { Deployment } from "./deployment";
import type { Operations } from "./operations";
import { type DiffAnswer, ProviderError } from "./providerClient";
import type { ResourceState } from "./state";
import { changesOf, type Done, type PlannedStep, plain, register } from "./steps";
import { unknown } from "./values";

export interface CreateOptions {
  /** The resource that it takes the place of, where it does. */
  readonly replaces: ResourceState | null;
  /** The old one is still there and is deleted at the end. */
  readonly deleteLater: boolean;
}

export function createStep(
  d: Deployment,
  operations: Operations | null,
  state: ResourceState,
  options: CreateOptions,
  done: Done,
): PlannedStep {
  const { journal, dryRun } = d.options;
  const old = options.replaces;
  const commit = async (): Promise<void> => {
    state.created = state.modified = new Date().toISOString();
    register(d, state);
    if (old !== null && options.deleteLater) {
      old.delete = true;
      if (!dryRun) await journal.change(old);
    }
    await journal.replace(state, old?.pendingReplacement ? old : null);
  };
  const create = async (): Promise<void> => {
    if (operations === null) return;
    const { id, outputs } = await operations.create(state, dryRun);
    Object.assign(state, { id, outputs });
  };
  const run = async (): Promise<void> => {
    await journal.begin(state, "creating");
    await attempt(d, state, create, commit);
  };
  const op = old === null ? "create" : "create-replacement";
  return { urn: state.urn, run, done: () => done(state), report: plain(op, state, old === null) };
}

export function updateStep(
  d: Deployment,
  operations: Operations | null,
  old: ResourceState,
  state: ResourceState,
  diff: DiffAnswer,
  done: Done,
): PlannedStep {
  const { journal, dryRun } = d.options;
  const update = async (): Promise<void> => {
    if (operations === null) return;
    state.outputs = await operations.update(old, state, dryRun);
    state.modified = new Date().toISOString();
  };
  const commit = async (partial: boolean): Promise<void> => {
    register(d, state);
    // The next run has to see that what was asked for is not there yet.
    if (partial) state.inputs = old.inputs;
    await journal.replace(state, old);
  };
  const run = async (): Promise<void> => {
    Object.assign(state, { id: old.id, created: old.created, modified: old.modified });
    await journal.begin(state, "updating");
    await attempt(d, state, update, commit);
  };
  const report = () => ({ ...plain("update", state)(), diff: changesOf(d, old, state, diff) });
  return { urn: state.urn, run, done: () => done(state), report };
}

export function readStep(
  d: Deployment,
  operations: Operations,
  old: ResourceState | null,
  state: ResourceState,
  replacing: boolean,
  done: Done,
): PlannedStep {
  const { journal } = d.options;
  const read = async (): Promise<void> => {
    if (state.id === unknown) return;
    const answer = await operations.read(state, state.inputs);
    if (answer.outputs === null) throw new Error(`resource '${state.id}' does not exist`);
    Object.assign(state, { outputs: answer.outputs, id: answer.id || state.id });
  };
  const commit = async (): Promise<void> => {
    Object.assign(state, { created: old?.created ?? "", modified: old?.modified ?? "" });
    register(d, state);
    if (old !== null && replacing) {
      old.delete = true;
      if (!d.options.dryRun) await journal.change(old);
    }
    await journal.replace(state, replacing ? null : old);
  };
  const run = async (): Promise<void> => {
    await journal.begin(state, "reading");
    await attempt(d, state, read, commit);
  };
  return {
    urn: state.urn,
    run,
    done: () => done(state),
    report: plain(replacing ? "read-replacement" : "read", state, false),
  };
}

/** A resource that exists without being ready is kept in the state, with the reasons, and fails the step all the same. */
async function attempt(
  d: Deployment,
  state: ResourceState,
  call: () => Promise<void>,
  commit: (partial: boolean) => Promise<void>,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.partial === null) {
      await d.options.journal.abandon(state);
      throw error;
    }
    const { id, outputs } = error.partial.state;
    Object.assign(state, { id: id || state.id, outputs: outputs ?? {}, initErrors: [...error.partial.reasons] });
    await commit(true);
    throw new ProviderError(initMessage(error.partial.reasons));
  }
  await commit(false);
}

function initMessage(reasons: readonly string[]): string {
  if (reasons.length === 0) return "resource init failed";
  const count = reasons.length === 1 ? "1 error" : `${reasons.length} errors`;
  return `${count} occurred:\n${reasons.map((reason) => `\t* ${reason}\n`).join("")}\n`;
}
