// The steps that a run is made of, each with its journal entry: same, create, update, read, delete, and those that only
// say something. Which are needed is decided elsewhere; what became of a resource is recorded even in a failure.
import type { Operation } from "./contract";
import type { Deployment, PlannedStep } from "./deployment";
import { type DiffAnswer, type Operations, ProviderError } from "./provider";
import type { ResourceState } from "./state";
import { type Changes, compare, equal, isSecret, makeSecret, type Properties, unknown, type Value } from "./values";

/** Gets the state that a registration ends in. */
export type Done = (state: ResourceState) => void;

/** Nothing changes but what the program says about the resource, such as its dependencies. */
export function sameStep(d: Deployment, old: ResourceState, state: ResourceState, done: Done): PlannedStep {
  const run = async (): Promise<void> => {
    const unchanged = isUnchanged(old, state);
    const { id, outputs, created, modified, initErrors } = old;
    Object.assign(state, { id, outputs, created, modified, initErrors });
    register(d, state);
    await (unchanged ? d.journal.keep(old, state) : d.journal.replace(state, old));
  };
  return { urn: state.urn, run, done: () => done(state), report: plain("same", state) };
}

/** Nothing to write: not even in what surrounds the inputs. */
function isUnchanged(old: ResourceState, state: ResourceState): boolean {
  const { id: _id, outputs: _outputs, created: _created, modified: _modified, initErrors: _errors, ...now } = state;
  const keys = Object.keys(now) as (keyof typeof now)[];
  return keys.every((key) => equal(old[key] as Value, state[key] as Value));
}

/** @param old what it takes the place of: deleted already and only remembered, or else to be deleted at the end. */
export function createStep(
  d: Deployment,
  operations: Operations | null,
  old: ResourceState | null,
  state: ResourceState,
  done: Done,
): PlannedStep {
  const create = async (): Promise<void> => {
    if (operations === null) return;
    const { id, outputs } = await operations.create(state, d.dryRun);
    Object.assign(state, { id, outputs });
  };
  const commit = async (): Promise<void> => {
    state.created = state.modified = new Date().toISOString();
    register(d, state);
    if (old !== null && !old.pendingReplacement) await deleteLater(d, old);
    await d.journal.replace(state, old?.pendingReplacement ? old : null);
  };
  const run = async (): Promise<void> => {
    await d.journal.begin(state, "creating");
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
  const update = async (): Promise<void> => {
    if (operations === null) return;
    state.outputs = await operations.update(old, state, d.dryRun);
    state.modified = new Date().toISOString();
  };
  const commit = async (isPartial: boolean): Promise<void> => {
    register(d, state);
    // The next run has to see that what was asked for is not there yet.
    if (isPartial) state.inputs = old.inputs;
    await d.journal.replace(state, old);
  };
  const changes = changesOf(diff, old, state.inputs);
  const run = async (): Promise<void> => {
    Object.assign(state, { id: old.id, created: old.created, modified: old.modified });
    await d.journal.begin(state, "updating");
    await attempt(d, state, update, commit);
  };
  const report = () => ({ ...plain("update", state)(), diff: changes });
  return { urn: state.urn, run, done: () => done(state), report };
}

/** @param replacing the old one is the stack's own and another, to be deleted at the end. */
export function readStep(
  d: Deployment,
  operations: Operations,
  old: ResourceState | null,
  state: ResourceState,
  replacing: boolean,
  done: Done,
): PlannedStep {
  const read = async (): Promise<void> => {
    if (state.id === unknown) return;
    const answer = await operations.read(state, state.inputs);
    if (answer.outputs === null) throw new Error(`resource '${state.id}' does not exist`);
    Object.assign(state, { outputs: answer.outputs, id: answer.id || state.id });
  };
  const commit = async (): Promise<void> => {
    register(d, state);
    Object.assign(state, { created: old?.created ?? "", modified: old?.modified ?? "" });
    if (old !== null && !(equal(old.inputs, state.inputs) && equal(old.outputs, state.outputs))) {
      state.modified = new Date().toISOString();
    }
    if (old !== null && replacing) await deleteLater(d, old);
    await d.journal.replace(state, replacing ? null : old);
  };
  const run = async (): Promise<void> => {
    await d.journal.begin(state, "reading");
    await attempt(d, state, read, commit);
  };
  // The CLI counts what is found otherwise than the last time.
  const counts = (): boolean => !replacing && old !== null && !equal(old.outputs, state.outputs);
  const op = replacing ? "read-replacement" : "read";
  return { urn: state.urn, run, done: () => done(state), report: () => plain(op, state, counts())() };
}

/** @param first comes before the create of its replacement, and the resource stays in the state until that is there. */
export function deleteStep(
  d: Deployment,
  operations: () => Promise<Operations | null>,
  old: ResourceState,
  first = false,
): PlannedStep {
  const replacing = first || old.delete;
  const run = async (): Promise<void> => {
    await d.journal.begin(old, "deleting");
    try {
      if (!replacing && old.protect) throw new Error(protectedMessage(old.urn));
      // What is not the stack's to delete is only forgotten.
      const isKept = old.external || old.retainOnDelete || !old.custom;
      if (!d.dryRun && !isKept) await (await operations())?.delete(old);
    } catch (error) {
      await d.journal.abandon(old);
      throw error;
    }
    old.pendingReplacement ||= first;
    await (old.pendingReplacement ? d.journal.change(old) : d.journal.drop(old));
  };
  const [whole, half]: Operation[] = old.external ? ["discard", "discard-replaced"] : ["delete", "delete-replaced"];
  const report = plain((replacing ? half : whole) ?? "delete", old, !replacing);
  return { urn: old.urn, run, report, tolerant: !replacing && old.protect };
}

function protectedMessage(urn: string): string {
  return (
    `resource "${urn}" cannot be deleted\n` +
    "because it is protected. To unprotect the resource, either remove the `protect` flag from the resource in your " +
    `Pulumi program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${urn}'\``
  );
}

/** Says that one resource takes the place of another; its halves do the work. */
export function replaceStep(old: ResourceState, state: ResourceState, diff: DiffAnswer | null): PlannedStep {
  const changes = changesOf(diff, old, state.inputs);
  const report = () => ({ ...plain("replace", state)(), diff: changes });
  return { urn: state.urn, run: async () => {}, report };
}

/** The replacement of something that was deleted earlier never came, and is not wanted any more. */
export function forgetStep(d: Deployment, old: ResourceState): PlannedStep {
  return { urn: old.urn, run: () => d.journal.drop(old), report: plain("remove-pending-replace", old, false) };
}

function plain(op: Operation, state: ResourceState, counts = true): PlannedStep["report"] {
  return () => ({ op, urn: state.urn, id: state.id, diff: {}, outcome: null, counts });
}

/** The changes that a provider names itself, or else those in the inputs. */
function changesOf(diff: DiffAnswer | null, old: ResourceState, news: Properties): Changes {
  if (diff === null || diff.detailed === null) return compare(old.inputs, news);
  const fromInputs = Object.entries(diff.detailed).filter(([, { inputDiff }]) => inputDiff);
  const olds = fromInputs.map(([key]) => [key, old.inputs[key] ?? null] as const);
  return compare({ ...old.outputs, ...Object.fromEntries(olds) }, news, Object.keys(diff.detailed));
}

/** Takes note of the state, after marking as secret what has to be. */
function register(d: Deployment, state: ResourceState): void {
  const { outputs, inputs } = state;
  for (const [key, value] of Object.entries(outputs)) {
    if (isSecret(inputs[key]) || state.additionalSecretOutputs.includes(key)) outputs[key] = makeSecret(value);
  }
  d.news.set(state.urn, state);
}

async function deleteLater(d: Deployment, old: ResourceState): Promise<void> {
  old.delete = true;
  await d.journal.change(old);
}

/** A resource that exists without being ready is kept in the state, with the reasons; the step fails all the same. */
async function attempt(
  d: Deployment,
  state: ResourceState,
  call: () => Promise<void>,
  commit: (isPartial: boolean) => Promise<void>,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.partial === null) {
      await d.journal.abandon(state);
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
