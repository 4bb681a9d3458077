// Deletes what the state has and the program does not want any more, at the end of a run that went well, and in an order in
// which nothing is deleted before what depends on it.

import { deleteStep } from "./deleteStep";
import type { Deployment } from "./deployment";
import { operationsOf } from "./replace";
import { dependenciesOf, type ResourceState } from "./state";
import { forgetStep, type PlannedStep } from "./steps";
import { parseReference } from "./urn";

/** Deletes and waits. Stops after the first group in which one fails; what a protected resource needs is left alone. */
export async function performDeletes(d: Deployment): Promise<void> {
  await d.idle();
  if (d.stopped) return;
  const steps = planDeletes(d);
  for (const group of inGroups(d.prev, new Set(steps.keys()))) {
    const needed = neededByErred(d);
    const wanted = group.filter((state) => !needed.has(state.urn)).map((state) => steps.get(state));
    await Promise.all(wanted.filter((step) => step !== undefined).map((step) => d.execute([step])));
    if (d.stopped) return;
  }
}

/** Everything that what could not be deleted depends on, parents and providers included. */
function neededByErred(d: Deployment): Set<string> {
  const needed = new Set(d.erred);
  if (needed.size === 0) return needed;
  for (const state of [...d.prev].reverse()) {
    if (!needed.has(state.urn)) continue;
    const provider = state.provider === "" ? [] : [parseReference(state.provider).urn];
    for (const urn of [...dependenciesOf(state), ...provider, state.parent]) needed.add(urn);
  }
  return needed;
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
  const groups = new Map<number, ResourceState[]>();
  for (const state of condemned) append(groups, levels.get(state) ?? 0, state);
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
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
