// Decides what a registration means for the state: unchanged, create, update or replace. It asks the provider to check and
// to compare, and leaves the doing to steps.
import { findOld } from "./aliases";
import type { Deployment } from "./deployment";
import { diffResource, needsReplacement } from "./diffResource";
import type { Goal } from "./goal";
import { checked, ignoreChanges } from "./inputs";
import type { Operations } from "./operations";
import { planReplacement } from "./replace";
import { newState, type ResourceState } from "./state";
import { type Done, type PlannedStep, replaceStep, sameStep } from "./steps";
import { isProviderType, makeUrn } from "./urn";
import { equal, type Value } from "./values";
import { createStep, updateStep } from "./writes";

/** What is known of a registration while it is decided on. */
export interface Case {
  readonly goal: Goal;
  readonly old: ResourceState | null;
  readonly state: ResourceState;
  /** Null for a component, which nobody but the engine looks after. */
  readonly operations: Operations | null;
  readonly done: Done;
}

export function urnOf(d: Deployment, goal: Pick<Goal, "parent" | "type" | "name">): string {
  return makeUrn(d.options.scope, goal.parent, goal.type, goal.name);
}

/** Takes a name, once. */
export function claimUrn(d: Deployment, goal: Pick<Goal, "parent" | "type" | "name">): string {
  const urn = urnOf(d, goal);
  if (goal.parent !== "" && !d.names.seen.has(goal.parent))
    throw new Error(`could not find parent resource ${goal.parent}`);
  if (d.names.seen.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
  d.names.seen.add(urn);
  return urn;
}

export async function planRegistration(d: Deployment, goal: Goal, done: Done): Promise<PlannedStep[]> {
  const urn = claimUrn(d, goal);
  const { old, alias, problem } = findOld(d.names, d.olds, d.options.scope, urn, goal);
  const state = stateOf(goal, urn, alias);
  const operations = await operationsFor(d, goal, urn);
  const recreating = d.decided.deleted.has(urn);
  const isFresh = old === null || recreating || old.external;
  const inputs =
    old === null ? goal.properties : ignoreChanges(d, urn, goal.properties, old.inputs, goal.ignoreChanges);
  state.inputs = await checked(
    d,
    state,
    operations,
    isFresh ? null : old.inputs,
    isFresh ? goal.properties : inputs,
    problem,
  );
  const found: Case = { goal, old, state, operations, done };
  if (old !== null && recreating) return recreate(d, { ...found, old });
  if (old?.external) return takeOver(d, { ...found, old });
  if (old !== null) return compareWithOld(d, { ...found, old });
  d.decided.created.add(urn);
  return [createStep(d, operations, state, { replaces: null, deleteLater: false }, done)];
}

async function compareWithOld(d: Deployment, found: Case & { old: ResourceState }): Promise<PlannedStep[]> {
  const { old, state, operations, done } = found;
  const diff = await diffResource(d, found);
  if ((diff.changes === "some" || old.pendingReplacement) && (needsReplacement(diff) || old.pendingReplacement)) {
    return planReplacement(d, found, diff);
  }
  if (diff.changes === "some" || old.initErrors.length > 0) {
    d.decided.updated.add(state.urn);
    return [updateStep(d, operations, old, state, diff, done)];
  }
  d.decided.same.add(state.urn);
  if (isProviderType(state.type)) await d.options.registry.same({ ...state, id: old.id, inputs: old.inputs }, true);
  return [sameStep(d, old, state, isUnchanged(old, state), done)];
}

/** A delete-before-replace of something it depends on has deleted it in this very run. */
function recreate(d: Deployment, { old, state, operations, done }: Case & { old: ResourceState }): PlannedStep[] {
  d.decided.deleted.delete(state.urn);
  d.decided.replaced.add(state.urn);
  const create = createStep(d, operations, state, { replaces: old, deleteLater: false }, done);
  return [replaceStep(d, old, state, null), create];
}

/** What was only read so far is now the program's own; the old entry is forgotten at the end. */
function takeOver(d: Deployment, { old, state, operations, done }: Case & { old: ResourceState }): PlannedStep[] {
  d.decided.created.add(state.urn);
  const create = createStep(d, operations, state, { replaces: old, deleteLater: true }, done);
  return [create, replaceStep(d, old, state, null)];
}

async function operationsFor(d: Deployment, goal: Goal, urn: string): Promise<Operations | null> {
  if (!goal.custom) return null;
  if (isProviderType(goal.type)) return d.options.registry;
  const provider = await d.options.registry.get(goal.provider);
  if (provider === null) throw new Error(`unknown provider '${goal.provider}' for resource '${urn}'`);
  return provider;
}

function stateOf(goal: Goal, urn: string, alias: string | null): ResourceState {
  const { type, custom, parent, protect, provider, retainOnDelete, deletedWith } = goal;
  const byProperty = Object.entries(goal.propertyDependencies).map(([key, urns]): [string, string[]] => [
    key,
    [...urns],
  ]);
  return newState({
    ...{ urn, type, custom, parent, protect, provider, retainOnDelete, deletedWith },
    inputs: goal.properties,
    dependencies: [...goal.dependencies],
    propertyDependencies: Object.fromEntries(byProperty),
    additionalSecretOutputs: [...goal.additionalSecretOutputs],
    ignoreChanges: [...goal.ignoreChanges],
    replaceOnChanges: [...goal.replaceOnChanges],
    customTimeouts: { ...goal.customTimeouts },
    aliases: alias === null ? [] : [alias],
  });
}

/** Nothing to write: not even in what surrounds the inputs. */
function isUnchanged(old: ResourceState, state: ResourceState): boolean {
  const { id: _id, outputs: _outputs, created: _created, modified: _modified, initErrors: _errors, ...now } = state;
  return Object.entries(now).every(([key, value]) => equal(old[key as keyof ResourceState] as Value, value as Value));
}
