// Plans the replacement of a resource: create first and delete at the end, or delete first, and then whatever cannot be
// without it, too. https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/

import { deleteStep } from "./deleteStep";
import { Bail, type Deployment } from "./deployment";
import { applyReplaceOnChanges, askProvider, needsReplacement } from "./diffResource";
import { checked } from "./inputs";
import type { Operations } from "./operations";
import type { DiffAnswer } from "./providerClient";
import type { Case } from "./register";
import type { ResourceState } from "./state";
import { type PlannedStep, replaceStep } from "./steps";
import { isProviderType, parseReference } from "./urn";
import { unknown } from "./values";
import { createStep } from "./writes";

export async function planReplacement(
  d: Deployment,
  found: Case & { old: ResourceState },
  diff: DiffAnswer,
): Promise<PlannedStep[]> {
  const { goal, old, state, operations, done } = found;
  if (state.protect && old.protect) refuse(d, state.urn, protectedMessage(state.urn));
  d.decided.replaced.add(state.urn);
  // Defaults taken over from the old resource do not hold for a new one.
  state.inputs = await checked(d, state, operations, null, goal.properties);
  const replace = replaceStep(d, old, state, diff);
  if (!(goal.deleteBeforeReplace ?? diff.deleteBeforeReplace)) {
    return [createStep(d, operations, state, { replaces: old, deleteLater: true }, done), replace];
  }
  const deletes = [...(await deleteDependents(d, old)), ...deleteFirst(d, old)];
  return [...deletes, replace, createStep(d, operations, state, { replaces: old, deleteLater: false }, done)];
}

/** An earlier run may have deleted it already and failed to create its replacement. */
function deleteFirst(d: Deployment, old: ResourceState): PlannedStep[] {
  if (old.pendingReplacement) return [];
  d.decided.deleted.add(old.urn);
  return [removal(d, old)];
}

/** In reverse order of dependency. Each is created again when the program comes to it. */
async function deleteDependents(d: Deployment, old: ResourceState): Promise<PlannedStep[]> {
  const steps: PlannedStep[] = [];
  for (const dependent of (await dependentsToReplace(d, old)).reverse()) {
    if (d.handled.has(dependent)) continue;
    if (dependent.protect) refuse(d, old.urn, dependentMessage(dependent.urn, old.urn));
    steps.push(removal(d, dependent));
    d.decided.deleted.add(dependent.urn);
    d.handled.add(dependent);
  }
  return steps;
}

function removal(d: Deployment, old: ResourceState): PlannedStep {
  const options = { replacing: true, pendingReplacement: !old.delete };
  return deleteStep(d, () => operationsOf(d, old), old, options);
}

/** The operations on a resource of the state, its provider started if need be. */
export async function operationsOf(d: Deployment, state: ResourceState): Promise<Operations | null> {
  if (!state.custom) return null;
  return isProviderType(state.type) ? d.options.registry : d.options.registry.ensure(state.provider, d.prev);
}

/** Those that would have to be replaced if what they take from the replaced one changed. */
async function dependentsToReplace(d: Deployment, root: ResourceState): Promise<ResourceState[]> {
  const replaced = new Set([root.urn]);
  const found: ResourceState[] = [];
  const settled = new Set(
    Object.values(d.decided)
      .flatMap((urns) => [...urns])
      .filter((urn) => urn !== root.urn),
  );
  for (const candidate of d.dependents(root, settled)) {
    if (!(await mustFollow(d, candidate, replaced))) continue;
    replaced.add(candidate.urn);
    found.push(candidate);
  }
  return found;
}

async function mustFollow(d: Deployment, candidate: ResourceState, replaced: ReadonlySet<string>): Promise<boolean> {
  if (!candidate.custom || candidate.external) return false;
  if (candidate.provider !== "" && replaced.has(parseReference(candidate.provider).urn)) return true;
  if (replaced.has(candidate.deletedWith)) return true;
  const touched = Object.entries(candidate.propertyDependencies).filter(([, urns]) =>
    urns.some((urn) => replaced.has(urn)),
  );
  const keys = touched.map(([key]) => key).filter((key) => candidate.inputs[key] !== undefined);
  if (keys.length === 0) return false;
  const inputs = { ...candidate.inputs, ...Object.fromEntries(keys.map((key) => [key, unknown])) };
  const operations = await operationsOf(d, candidate);
  if (operations === null) return false;
  const diff = await askProvider(d, operations, candidate, { inputs }, candidate.ignoreChanges);
  return needsReplacement(applyReplaceOnChanges(diff, candidate.replaceOnChanges, false));
}

/** A preview goes on, so that everything that stands in the way is seen at once. */
function refuse(d: Deployment, urn: string, message: string): void {
  d.note(message, urn);
  if (!d.options.dryRun) throw new Bail(message);
}

function protectedMessage(urn: string): string {
  return (
    `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
    "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
  );
}

function dependentMessage(urn: string, root: string): string {
  return (
    `unable to replace resource "${urn}" as part of replacing "${root}" as it is currently marked for protection. ` +
    "To unprotect the resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
  );
}
