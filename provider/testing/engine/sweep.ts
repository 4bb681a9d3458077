// What a run does with the whole state rather than with one registration: reads everything in a refresh, and at its end
// deletes what the program does not want any more. The program has no part in it.
import type { Step } from "./contract";
import type { Deployment, PlannedStep } from "./deployment";
import { isProviderType } from "./names";
import { askProvider, operationsOf } from "./plan";
import { type Operations, ProviderError } from "./provider";
import { dependenciesOf, type ResourceState } from "./state";
import { deleteStep, forgetStep } from "./steps";
import { type Changes, compare, equal } from "./values";

/** What a refresh found of one resource. */
interface Finding {
  /** Null where the resource is gone. */
  state: ResourceState | null;
  /** Null until it was read. */
  outcome: Step["outcome"];
  diff: Changes;
}

/**
 * Refreshes all, failures noted and the others finished, and makes the result what the rest of the run starts from.
 *
 * @param alone the run does nothing else; its steps are then counted.
 */
export async function performRefresh(d: Deployment, alone: boolean): Promise<void> {
  const findings = d.prev.map((old) => ({ old, finding: { state: old, outcome: null, diff: {} } as Finding }));
  await Promise.all(findings.map(({ old, finding }) => d.execute([refreshStep(d, old, finding, alone)])));
  const states = repair(findings.map(({ old, finding }) => [old, finding.state]));
  await d.journal.rebase(states);
  d.setPrev(states);
  if (d.failed) d.stop();
}

function refreshStep(d: Deployment, old: ResourceState, finding: Finding, alone: boolean): PlannedStep {
  const isStill = !old.custom || isProviderType(old.type) || old.pendingReplacement;
  const run = async (): Promise<void> => {
    const operations = isStill ? null : await operationsOf(d, old);
    if (operations === null) finding.outcome = "same";
    else await read(d, operations, old, finding, alone);
  };
  const report = () => {
    const { outcome, diff, state } = finding;
    return { op: "refresh" as const, urn: old.urn, id: (state ?? old).id, diff, outcome, counts: alone };
  };
  return { urn: old.urn, run, report, tolerant: true };
}

async function read(
  d: Deployment,
  operations: Operations,
  old: ResourceState,
  finding: Finding,
  alone: boolean,
): Promise<void> {
  let initErrors: readonly string[] = [];
  const answer = await operations.read(old, old.outputs).catch((error: unknown) => {
    if (!(error instanceof ProviderError) || error.partial === null) throw error;
    initErrors = error.partial.reasons;
    const message = `Refreshed resource is in an unhealthy state:\n* ${initErrors.join("\n* ")}`;
    d.reporter.diagnose("warning", message, old.urn);
    return error.partial.state;
  });
  const { id, outputs } = answer;
  if (id === "" || outputs === null) {
    Object.assign(finding, { state: null, outcome: "delete" });
    return;
  }
  const found = { ...old, id, outputs, inputs: answer.inputs ?? old.inputs, initErrors };
  if (!equal(found.inputs, old.inputs) || !equal(outputs, old.outputs)) found.modified = new Date().toISOString();
  const changes = await changesOf(d, operations, old, found, alone);
  Object.assign(finding, { state: found, outcome: changes === null ? "same" : "update", diff: changes ?? {} });
}

/**
 * What a person is shown, null for nothing: what an update with an unchanged program would have to bring back, in the
 * provider's words where it has some, or else in all outputs. The CLI's own display of a refresh before something else
 * knows outputs only.
 */
async function changesOf(
  d: Deployment,
  operations: Operations,
  old: ResourceState,
  found: ResourceState,
  alone: boolean,
): Promise<Changes | null> {
  const diff = old.external ? null : await askProvider(d, operations, found, old.inputs, old.ignoreChanges);
  const all = compare(old.outputs, found.outputs);
  if (!alone || diff === null) return equal(old.outputs, found.outputs) ? null : all;
  if (diff.changes !== "some") return null;
  return diff.detailed === null ? all : compare(old.outputs, found.outputs, Object.keys(diff.detailed));
}

/** Takes the names of what is gone out of the others; the children of what is gone move up to its parent. */
function repair(found: readonly (readonly [ResourceState, ResourceState | null])[]): ResourceState[] {
  const present = new Set<string>();
  const parentOfGone = new Map<string, string>();
  const isThere = (urn: string): boolean => present.has(urn);
  for (const [old, state] of found) {
    if (!isThere(old.parent)) old.parent = parentOfGone.get(old.parent) ?? "";
    if (state === null) {
      parentOfGone.set(old.urn, old.parent);
      continue;
    }
    state.parent = old.parent;
    state.dependencies = state.dependencies.filter(isThere);
    const byProperty = Object.entries(state.propertyDependencies).map(
      ([key, urns]) => [key, urns.filter(isThere)] as const,
    );
    state.propertyDependencies = Object.fromEntries(byProperty.filter(([, urns]) => urns.length > 0));
    present.add(state.urn);
  }
  return found.map(([, state]) => state).filter((state) => state !== null);
}

/** Deletes and waits. Stops after the first group in which one fails; what a protected resource needs is left alone. */
export async function performDeletes(d: Deployment): Promise<void> {
  await d.idle();
  if (d.stopped) return;
  const unwanted = d.prev.filter((state) => state.delete || !d.names.isTaken(state.urn));
  for (const group of inGroups(d.prev, new Set(unwanted))) {
    const needed = neededByErred(d);
    const wanted = group.filter((state) => !needed.has(state.urn));
    await Promise.all(wanted.map((state) => d.execute([removal(d, state)])));
    if (d.stopped) return;
  }
}

function removal(d: Deployment, state: ResourceState): PlannedStep {
  if (state.pendingReplacement && !state.delete) return forgetStep(d, state);
  return deleteStep(d, () => operationsOf(d, state), state);
}

/** Everything that what could not be deleted depends on, parents included. */
function neededByErred(d: Deployment): Set<string> {
  const needed = new Set(d.erred);
  for (const state of [...d.prev].reverse()) {
    if (!needed.has(state.urn)) continue;
    for (const urn of [...dependenciesOf(state), state.parent]) needed.add(urn);
  }
  return needed;
}

/** Groups whose members may be deleted at the same time; dependents come before what they depend on. */
function inGroups(states: readonly ResourceState[], unwanted: ReadonlySet<ResourceState>): ResourceState[][] {
  const byUrn = new Map<string, ResourceState[]>();
  const children = new Map<string, ResourceState[]>();
  const levels = new Map<ResourceState, number>();
  for (const state of states) {
    const needs = neededBy(state, byUrn, children).filter((each) => unwanted.has(each));
    levels.set(state, 1 + Math.max(-1, ...needs.map((each) => levels.get(each) ?? -1)));
    append(byUrn, state.urn, state);
    if (state.parent !== "") append(children, state.parent, state);
  }
  const groups = new Map<number, ResourceState[]>();
  for (const state of unwanted) append(groups, levels.get(state) ?? 0, state);
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}

/** What a state depends on among those before it; depending on a component means depending on all that is in it. */
function neededBy(
  state: ResourceState,
  byUrn: ReadonlyMap<string, ResourceState[]>,
  children: ReadonlyMap<string, ResourceState[]>,
): ResourceState[] {
  const descendants = (urn: string): ResourceState[] =>
    (children.get(urn) ?? []).flatMap((child) => [child, ...descendants(child.urn)]);
  const direct = [...new Set(dependenciesOf(state))].flatMap((urn) => byUrn.get(urn) ?? []);
  const inside = direct.filter((each) => !each.custom).flatMap((each) => descendants(each.urn));
  return [...direct, ...inside, ...(byUrn.get(state.parent) ?? [])].filter((each) => each !== state);
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
