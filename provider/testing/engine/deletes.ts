// Deletes what the state has and the program does not want any more, at the end of a run that went well, and in an order in
// which nothing is deleted before what depends on it.
import type { Deployment } from "./deployment";
import { operationsOf } from "./replace";
import { dependenciesOf, type ResourceState } from "./state";
import { deleteStep, forgetStep, type PlannedStep } from "./steps";
import { parseReference } from "./urn";

/** Deletes and waits. Stops after the first group in which one fails. */
export async function performDeletes(d: Deployment): Promise<void> {
  await d.idle();
  if (d.stopped) return;
  const steps = planDeletes(d);
  for (const group of inGroups(d.prev, new Set(steps.keys()))) {
    await Promise.all(group.map((state) => d.execute([steps.get(state)].filter((step) => step !== undefined))));
    if (d.stopped) return;
  }
}

function planDeletes(d: Deployment): Map<ResourceState, PlannedStep> {
  const steps = new Map<ResourceState, PlannedStep>();
  for (const state of d.prev) {
    if (state.delete ? d.handled.has(state) : d.isOperatedOn(state.urn)) continue;
    d.decided.deleted.add(state.urn);
    const options = { replacing: state.delete, pendingReplacement: false };
    const remove =
      state.pendingReplacement && !state.delete
        ? forgetStep(d, state)
        : deleteStep(d, () => operationsOf(d, state), state, options);
    steps.set(state, remove);
  }
  return steps;
}

/** Groups whose members may be deleted at the same time; dependents come before what they depend on. */
export function inGroups(states: readonly ResourceState[], condemned: ReadonlySet<ResourceState>): ResourceState[][] {
  const byUrn = new Map<string, ResourceState[]>();
  const children = new Map<string, ResourceState[]>();
  const levels = new Map<ResourceState, number>();
  for (const state of states) {
    const needs = neededBy(state, byUrn, children).filter((each) => condemned.has(each));
    levels.set(state, 1 + Math.max(-1, ...needs.map((each) => levels.get(each) ?? -1)));
    append(byUrn, state.urn, state);
    if (state.parent !== "") append(children, state.parent, state);
  }
  const groups: ResourceState[][] = [];
  for (const state of condemned) (groups[levels.get(state) ?? 0] ??= []).push(state);
  return groups.filter((group) => group !== undefined).reverse();
}

/** What a state depends on among those before it; depending on a component means depending on all that is in it. */
function neededBy(
  state: ResourceState,
  byUrn: ReadonlyMap<string, ResourceState[]>,
  children: ReadonlyMap<string, ResourceState[]>,
): ResourceState[] {
  const provider = state.provider === "" ? [] : [parseReference(state.provider).urn];
  const direct = [...new Set([...dependenciesOf(state), ...provider])].flatMap((urn) => byUrn.get(urn) ?? []);
  const inside = direct.filter((each) => !each.custom).flatMap((each) => descendants(each.urn, children));
  return [...direct, ...inside, ...(byUrn.get(state.parent) ?? [])].filter((each) => each !== state);
}

function descendants(urn: string, children: ReadonlyMap<string, ResourceState[]>): ResourceState[] {
  return (children.get(urn) ?? []).flatMap((child) => [child, ...descendants(child.urn, children)]);
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
