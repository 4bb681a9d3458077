// Reads every resource of the state and takes what it finds: drift into the state, what is gone out of it. The program has no
// part in it.
import { type Changes, compare } from "./changes";
import type { PendingOperation } from "./deployed";
import { type Deployment, messageOf } from "./deployment";
import { askProvider } from "./diffResource";
import type { Operations } from "./operations";
import { ProviderError, type ReadAnswer } from "./providerClient";
import { operationsOf } from "./replace";
import type { ResourceState } from "./state";
import type { PlannedStep } from "./steps";
import { isProviderType } from "./urn";
import { equal } from "./values";

interface Finding {
  /** Null where the resource is gone. */
  state: ResourceState | null;
  outcome: "same" | "update" | "delete";
  diff: Changes;
}

/** Refreshes all, failures noted and the others finished, and makes the result what the rest of the run starts from. */
export async function performRefresh(
  d: Deployment,
  pending: readonly PendingOperation[],
  counts: boolean,
): Promise<void> {
  const findings = new Map<ResourceState, Finding>(
    d.prev.map((state) => [state, { state, outcome: "same", diff: {} }]),
  );
  await Promise.all([...findings].map(([old, finding]) => d.execute([refreshStep(d, old, finding, counts)])));
  const states = repair([...findings].map(([old, { state }]) => [old, state]));
  await d.options.journal.rebase(states, pending);
  d.setPrev(states);
  if (d.failed) d.stop();
}

function refreshStep(d: Deployment, old: ResourceState, finding: Finding, counts: boolean): PlannedStep {
  const isStill = !old.custom || isProviderType(old.type) || old.pendingReplacement;
  const run = async (): Promise<void> => {
    if (isStill) return;
    const operations = await operationsOf(d, old);
    if (operations !== null) await look(d, operations, old, finding);
  };
  const report = () => {
    const { outcome, diff, state } = finding;
    return { op: "refresh" as const, urn: old.urn, id: (state ?? old).id, diff, outcome, counts };
  };
  return { urn: old.urn, run, done: () => {}, report, tolerant: true };
}

async function look(d: Deployment, operations: Operations, old: ResourceState, finding: Finding): Promise<void> {
  const { answer, reasons } = await readOrPartial(operations, old);
  if (reasons !== null) {
    const message = `Refreshed resource is in an unhealthy state:\n* ${reasons.join("\n* ")}`;
    d.options.reporter.diagnose("warning", message, old.urn);
  }
  if (answer.id === "" || answer.outputs === null) {
    Object.assign(finding, { state: null, outcome: "delete" });
    return;
  }
  const found: ResourceState = {
    ...old,
    id: answer.id,
    outputs: answer.outputs,
    inputs: answer.inputs ?? old.inputs,
    initErrors: [...(reasons ?? [])],
  };
  const isTouched = !equal(found.inputs, old.inputs) || !equal(found.outputs, old.outputs);
  if (isTouched) found.modified = new Date().toISOString();
  finding.state = found;
  if (!(await differs(d, operations, old, found))) return;
  finding.outcome = "update";
  finding.diff = compare(old.outputs, found.outputs, d.options.showSecrets);
}

/** Whether an update with an unchanged program would have to bring the old state back. */
async function differs(
  d: Deployment,
  operations: Operations,
  old: ResourceState,
  found: ResourceState,
): Promise<boolean> {
  if (old.external) return !equal(old.outputs, found.outputs);
  const diff = await askProvider(d, operations, found, { inputs: old.inputs }, old.ignoreChanges);
  return diff.changes === "some";
}

async function readOrPartial(
  operations: Operations,
  old: ResourceState,
): Promise<{ answer: ReadAnswer; reasons: readonly string[] | null }> {
  try {
    return { answer: await operations.read(old, old.outputs), reasons: null };
  } catch (error) {
    if (!(error instanceof ProviderError) || error.partial === null) throw new Error(messageOf(error));
    return { answer: error.partial.state, reasons: error.partial.reasons };
  }
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
    if (!isThere(state.deletedWith)) state.deletedWith = "";
    present.add(state.urn);
  }
  return found.map(([, state]) => state).filter((state) => state !== null);
}
