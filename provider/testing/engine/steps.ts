// The steps that a run is made of: what each does to its resource, to the provider and to the journal. Which are needed is
// decided elsewhere.

import { type Changes, compare, fromDetails } from "./changes";
import type { Operation } from "./contract";
import type { Deployment } from "./deployment";
import type { Operations } from "./provider";
import { type DiffAnswer, ProviderError } from "./providerClient";
import type { StepReport } from "./reporter";
import type { ResourceState } from "./state";
import { isSecret, makeSecret, unknown } from "./values";

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
  const commit = async (): Promise<void> => {
    register(d, state);
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

export interface DeleteOptions {
  /** It is one half of a replacement. */
  readonly replacing: boolean;
  /** Its replacement is yet to be created, so that it stays in the state until then. */
  readonly pendingReplacement: boolean;
}

export function deleteStep(
  d: Deployment,
  getOperations: () => Promise<Operations | null>,
  old: ResourceState,
  options: DeleteOptions,
): PlannedStep {
  const { journal, dryRun } = d.options;
  const isKept = (): boolean =>
    old.external || old.retainOnDelete || !old.custom || d.decided.deleted.has(old.deletedWith);
  const run = async (): Promise<void> => {
    await journal.begin(old, "deleting");
    try {
      if (!options.replacing && old.protect) throw new Error(protectedMessage(old.urn));
      if (!dryRun && !isKept()) await (await getOperations())?.delete(old);
    } catch (error) {
      await journal.abandon(old);
      throw error;
    }
    old.pendingReplacement ||= options.pendingReplacement;
    await (old.pendingReplacement ? journal.change(old) : journal.drop(old));
  };
  const kept: Operation = options.replacing ? "discard-replaced" : "discard";
  const op = old.external ? kept : options.replacing ? "delete-replaced" : "delete";
  const tolerant = !options.replacing && old.protect;
  return { urn: old.urn, run, done: () => {}, report: plain(op, old, !options.replacing), tolerant };
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
    if (answer.outputs === null || answer.id === "") throw new Error(`resource '${state.id}' does not exist`);
    Object.assign(state, { outputs: answer.outputs, id: answer.id });
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
  commit: () => Promise<void>,
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
    await commit();
    throw new ProviderError(initMessage(error.partial.reasons));
  }
  await commit();
}

/** Takes note of the state, after marking as secret what has to be. */
function register(d: Deployment, state: ResourceState): void {
  const { outputs, inputs } = state;
  for (const [key, value] of Object.entries(outputs)) {
    if (isSecret(inputs[key]) || state.additionalSecretOutputs.includes(key)) outputs[key] = makeSecret(value);
  }
  d.news.set(state.urn, state);
}

function changesOf(d: Deployment, old: ResourceState, state: ResourceState, diff: DiffAnswer | null): Changes {
  const { showSecrets } = d.options;
  if (diff?.detailed) return fromDetails(diff.detailed, old, state.inputs, showSecrets);
  return compare(old.inputs, state.inputs, showSecrets);
}

function plain(op: Operation, state: ResourceState, counts = true): PlannedStep["report"] {
  return () => ({ op, urn: state.urn, id: state.id, diff: {}, outcome: null, counts });
}

export function initMessage(reasons: readonly string[]): string {
  if (reasons.length === 0) return "resource init failed";
  const count = reasons.length === 1 ? "1 error" : `${reasons.length} errors`;
  return `${count} occurred:\n${reasons.map((reason) => `\t* ${reason}\n`).join("")}\n`;
}

function protectedMessage(urn: string): string {
  return (
    `resource "${urn}" cannot be deleted\n` +
    "because it is protected. To unprotect the resource, either remove the `protect` flag from the resource in your Pulumi " +
    `program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${urn}'\``
  );
}
