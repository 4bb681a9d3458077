// Decides what one registration means for the state: unchanged, create, update, replace or read. It asks the provider
// to check and to compare, and leaves the doing to steps.
import { Bail, type Deployment, type PlannedStep } from "./deployment";
import { type AliasSpec, isProviderType, type Named, nameOf, parseReference } from "./names";
import { type CheckFailure, type DiffAnswer, DiffUnavailable, noDiff, type Operations } from "./provider";
import { dependenciesOf, newState, type ResourceState } from "./state";
import { createStep, type Done, deleteStep, readStep, replaceStep, sameStep, updateStep } from "./steps";
import { compare, equal, isSecret, type Properties, type Value, withoutSecrets } from "./values";

/** One resource as the program declares it. */
export interface Goal extends Named {
  readonly custom: boolean;
  readonly properties: Properties;
  readonly protect: boolean;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** A reference to a provider; empty for components and for providers. */
  readonly provider: string;
  /** Undefined leaves it to the provider. */
  readonly deleteBeforeReplace: boolean | undefined;
  /** Names of properties, as in replaceOnChanges. */
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly AliasSpec[];
  readonly retainOnDelete: boolean;
}

/** A goal with nothing in it but what is given. */
export function newGoal(given: Partial<Goal> & Pick<Goal, "type" | "name">): Goal {
  return {
    ...{ custom: true, properties: {}, parent: "", provider: "", protect: false, retainOnDelete: false },
    ...{ dependencies: [], propertyDependencies: {}, aliases: [], deleteBeforeReplace: undefined },
    ...{ ignoreChanges: [], replaceOnChanges: [], additionalSecretOutputs: [] },
    ...given,
  };
}

/** What is known of a registration while it is decided on. */
interface Case {
  readonly goal: Goal;
  readonly old: ResourceState;
  readonly state: ResourceState;
  /** Null for a component, which nobody but the engine looks after. */
  readonly operations: Operations | null;
  readonly done: Done;
}

export async function planRegistration(d: Deployment, goal: Goal, done: Done): Promise<PlannedStep[]> {
  const urn = d.names.claim(goal);
  const { old, alias, problem } = d.names.findOld(d.olds, urn, goal, goal.aliases);
  const state = stateOf(goal, urn, alias);
  const operations = await operationsFor(d, goal, urn);
  // What was only read so far says nothing of what the program now declares as its own.
  const olds = old === null || old.external ? null : old.inputs;
  const news = olds === null ? goal.properties : keepIgnored(goal.properties, olds, goal.ignoreChanges);
  state.inputs = await checked(d, state, operations, olds, news, problem);
  if (old === null) return [createStep(d, operations, null, state, done)];
  if (old.external) return [createStep(d, operations, old, state, done), replaceStep(old, state, null)];
  return compareWithOld(d, { goal, old, state, operations, done });
}

async function compareWithOld(d: Deployment, found: Case): Promise<PlannedStep[]> {
  const { old, state, operations, done } = found;
  const diff = await diffResource(d, found);
  if (old.pendingReplacement || (diff.changes === "some" && needsReplacement(diff))) {
    return planReplacement(d, found, diff);
  }
  if (diff.changes === "some" || old.initErrors.length > 0) {
    return [updateStep(d, operations, old, state, diff, done)];
  }
  if (isProviderType(state.type)) await d.registry.same({ ...state, id: old.id, inputs: old.inputs });
  return [sameStep(d, old, state, done)];
}

/** Creates first and deletes at the end, or deletes first where the program or the provider says so. */
async function planReplacement(d: Deployment, found: Case, diff: DiffAnswer): Promise<PlannedStep[]> {
  const { goal, old, state, operations, done } = found;
  if (state.protect && old.protect) refuse(d, state.urn);
  // Defaults taken over from the old resource do not hold for a new one.
  state.inputs = await checked(d, state, operations, null, goal.properties);
  const [replace, create] = [replaceStep(old, state, diff), createStep(d, operations, old, state, done)];
  if (!(goal.deleteBeforeReplace ?? diff.deleteBeforeReplace)) return [create, replace];
  refuseDependents(d, old);
  // An earlier run may have deleted it already and failed to create its replacement.
  const remove = old.pendingReplacement ? [] : [deleteStep(d, () => operationsOf(d, old), old, true)];
  return [...remove, replace, create];
}

/** A preview goes on, so that everything that stands in the way is seen at once. */
function refuse(d: Deployment, urn: string): void {
  const message =
    `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
    "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`";
  d.note(message, urn);
  if (!d.dryRun) throw new Bail(message);
}

/** The real engine asks who else must then be replaced, and deletes those before. */
function refuseDependents(d: Deployment, old: ResourceState): void {
  const takesFrom = (state: ResourceState): boolean =>
    state.custom && !state.external && dependenciesOf({ ...state, dependencies: [] }).includes(old.urn);
  const dependent = d.prev.find((state) => !d.names.isTaken(state.urn) && takesFrom(state));
  if (dependent === undefined) return;
  throw new Error(
    `${old.urn} is to be deleted before it is replaced, and ${dependent.urn} takes values from it: ` +
      "the local engine does not support that, as the latter may have to be replaced first, too.",
  );
}

export type ReadGoal = Goal & { readonly id: string };

/** Reads an existing resource (`get`), which the state keeps as one that the stack does not own. */
export async function planRead(d: Deployment, goal: ReadGoal, done: Done): Promise<PlannedStep[]> {
  const urn = d.names.claim(goal);
  const { old } = d.names.findOld(d.olds, urn, goal, []);
  const operations = await operationsFor(d, goal, urn);
  if (goal.id === "") throw new Error(`Expected an ID for ${urn}`);
  if (operations === null) throw new Error(`unknown provider '${goal.provider}' for resource '${urn}'`);
  const state = Object.assign(stateOf(goal, urn, null), { id: goal.id, external: true });
  // What the stack owned under this name is given up: deleted at the end, unless it is the very thing that is read.
  const replacing = old !== null && !old.external && old.id !== goal.id;
  const read = readStep(d, operations, old, state, replacing, done);
  return replacing ? [read, replaceStep(old, state, null)] : [read];
}

function stateOf(goal: Goal, urn: string, alias: string | null): ResourceState {
  const { type, custom, parent, protect, provider, retainOnDelete, properties: inputs } = goal;
  const { dependencies, propertyDependencies, additionalSecretOutputs, ignoreChanges, replaceOnChanges } = goal;
  return newState({
    ...{ urn, type, custom, parent, protect, provider, retainOnDelete, inputs },
    ...{ dependencies, propertyDependencies, additionalSecretOutputs, ignoreChanges, replaceOnChanges },
    aliases: alias === null ? [] : [alias],
  });
}

async function operationsFor(d: Deployment, goal: Goal, urn: string): Promise<Operations | null> {
  if (!goal.custom) return null;
  if (isProviderType(goal.type)) return d.registry;
  const provider = await d.registry.get(goal.provider);
  if (provider === null) throw new Error(`unknown provider '${goal.provider}' for resource '${urn}'`);
  return provider;
}

/** The operations on a resource of the state, its provider started if need be. */
export async function operationsOf(d: Deployment, state: ResourceState): Promise<Operations | null> {
  if (!state.custom) return null;
  return isProviderType(state.type) ? d.registry : d.registry.ensure(state.provider, d.prev);
}

/** Lets the provider check the inputs and complains of all failures at once. `problem` is one that is known already. */
async function checked(
  d: Deployment,
  state: ResourceState,
  operations: Operations | null,
  olds: Properties | null,
  news: Properties,
  problem: string | null = null,
): Promise<Properties> {
  const answer = operations === null ? { inputs: news, failures: [] } : await operations.check(state.urn, olds, news);
  const messages = answer.failures.map((failure) => failureMessage(state, news, failure));
  const all = problem === null ? messages : [problem, ...messages];
  for (const message of all) d.reporter.diagnose("error", message, state.urn);
  if (all.length > 0) throw new Bail(`resource ${state.urn} is invalid`);
  return answer.inputs;
}

function failureMessage({ type, urn }: ResourceState, inputs: Properties, { property, reason }: CheckFailure): string {
  const name = nameOf(urn);
  if (property === "") return `${type} resource '${name}' has a problem: ${reason}`;
  return `${type} resource '${name}': property ${property} value ${shown(inputs[property])} has a problem: ${reason}`;
}

/** The CLI prints a value between braces. */
function shown(value: Value | undefined): string {
  if (isSecret(value)) return "[secret]";
  if (value === undefined || value === null) return "{<nil>}";
  return `{${typeof value === "object" ? JSON.stringify(value) : value}}`;
}

/** The new inputs, with the old values of those whose changes do not count. */
function keepIgnored(news: Properties, olds: Properties, ignored: readonly string[]): Properties {
  const kept = ignored.filter((key) => olds[key] !== undefined).map((key) => [key, olds[key] ?? null] as const);
  const others = Object.entries(news).filter(([key]) => !ignored.includes(key));
  return Object.fromEntries([...others, ...kept]);
}

/** How the declared resource differs from the one in the state. */
async function diffResource(d: Deployment, { goal, old, state, operations }: Case): Promise<DiffAnswer> {
  const some: DiffAnswer = { ...noDiff, changes: "some" };
  if (await providerChanged(d, old, state)) return { ...some, replaces: ["provider"] };
  if (operations === null) return equal(old.inputs, state.inputs) ? noDiff : some;
  const diff = await askProvider(d, operations, old, state.inputs, goal.ignoreChanges);
  return diff.changes === "some" ? replaceOnChanges(diff, goal.replaceOnChanges) : diff;
}

/** The provider's answer; where it cannot tell, the inputs decide. */
export async function askProvider(
  d: Deployment,
  operations: Operations,
  { urn, id, inputs: oldInputs, outputs: oldOutputs }: ResourceState,
  news: Properties,
  ignored: readonly string[],
): Promise<DiffAnswer> {
  try {
    const answer = await operations.diff({ urn, id, oldInputs, oldOutputs, news, ignoreChanges: ignored });
    if (answer.changes !== "unknown") return answer;
    const [before, after] = [withoutSecrets(oldInputs), withoutSecrets(keepIgnored(news, oldInputs, ignored))];
    return { ...answer, changes: equal(before, after) ? "none" : "some", diffs: Object.keys(compare(before, after)) };
  } catch (error) {
    if (!(error instanceof DiffUnavailable)) throw error;
    d.reporter.diagnose("warning", error.message, urn);
    return { ...noDiff, changes: "some" };
  }
}

function needsReplacement(diff: DiffAnswer): boolean {
  return diff.replaces.length > 0 || Object.values(diff.detailed ?? {}).some(({ replaces }) => replaces);
}

/**
 * Turns changes into replacements; only those that the provider names, which a dynamic one does not.
 * https://www.pulumi.com/docs/iac/concepts/options/replaceonchanges/
 */
function replaceOnChanges(diff: DiffAnswer, properties: readonly string[]): DiffAnswer {
  const replaces = [...new Set([...diff.replaces, ...diff.diffs.filter((key) => properties.includes(key))])];
  if (diff.detailed === null) return { ...diff, replaces };
  const detailed = Object.entries(diff.detailed).map(
    ([key, change]) => [key, { ...change, replaces: change.replaces || properties.includes(key) }] as const,
  );
  return { ...diff, replaces, detailed: Object.fromEntries(detailed) };
}

/** Another provider replaces the resource only where the new one says that it cannot look after the old one's. */
async function providerChanged(d: Deployment, old: ResourceState, state: ResourceState): Promise<boolean> {
  if (old.provider === state.provider) return false;
  if (old.provider === "" || state.provider === "") return true;
  const [from, to] = [parseReference(old.provider).urn, parseReference(state.provider).urn];
  if (d.names.present(from) === to) return false;
  const provider = await d.registry.get(state.provider);
  const [before, after] = [d.olds.get(from), d.news.get(to)];
  if (provider === null || before === undefined || after === undefined) return true;
  return needsReplacement(await provider.diffConfig(to, before.inputs, before.outputs, after.inputs));
}
