// Compares a registration with the state: asks the provider, falls back on the inputs where it cannot tell, and applies
// replaceOnChanges. https://www.pulumi.com/docs/iac/concepts/options/replaceonchanges/
import { compare } from "./changes";
import type { Deployment } from "./deployment";
import { ignoreChanges } from "./inputs";
import { DiffUnavailable, type Operations } from "./operations";
import { covers, parsePath } from "./paths";
import type { ChangeKind, DiffAnswer } from "./providerClient";
import type { Case } from "./register";
import type { ResourceState } from "./state";
import { parseReference } from "./urn";
import { equal, mapProperties, type Properties, withoutSecrets } from "./values";

export const noDiff: DiffAnswer = {
  changes: "none",
  replaces: [],
  diffs: [],
  deleteBeforeReplace: false,
  detailed: null,
};

export function needsReplacement(diff: DiffAnswer): boolean {
  return diff.replaces.length > 0 || Object.values(diff.detailed ?? {}).some(({ kind }) => kind.endsWith("replace"));
}

/** How the declared resource differs from the one in the state. */
export async function diffResource(
  d: Deployment,
  { goal, old, state, operations }: Case & { old: ResourceState },
): Promise<DiffAnswer> {
  const some: DiffAnswer = { ...noDiff, changes: "some" };
  if (state.deletedWith !== "" && d.decided.replaced.has(state.deletedWith))
    return { ...some, replaces: ["deletedWith"] };
  if (await providerChanged(d, old, state)) return { ...some, replaces: ["provider"] };
  if (operations === null) return equal(old.inputs, state.inputs) ? noDiff : some;
  const diff = await askProvider(d, operations, old, state, goal.ignoreChanges);
  return applyReplaceOnChanges(diff, goal.replaceOnChanges, old.initErrors.length > 0);
}

/** The provider's answer; where it cannot tell, the inputs decide. */
export async function askProvider(
  d: Deployment,
  operations: Operations,
  old: Pick<ResourceState, "urn" | "id" | "inputs" | "outputs">,
  state: Pick<ResourceState, "inputs">,
  ignored: readonly string[],
): Promise<DiffAnswer> {
  const { urn, id, inputs: oldInputs, outputs: oldOutputs } = old;
  try {
    const news = state.inputs;
    const answer = await operations.diff({ urn, id, oldInputs, oldOutputs, news, ignoreChanges: ignored });
    return answer.changes === "unknown" ? { ...answer, ...compareInputs(d, urn, oldInputs, news, ignored) } : answer;
  } catch (error) {
    if (!(error instanceof DiffUnavailable)) throw error;
    d.options.reporter.diagnose("warning", error.message, urn);
    return { ...noDiff, changes: "some" };
  }
}

function compareInputs(
  d: Deployment,
  urn: string,
  olds: Properties,
  news: Properties,
  ignored: readonly string[],
): Pick<DiffAnswer, "changes" | "diffs"> {
  const plain = (properties: Properties): Properties => mapProperties(properties, withoutSecrets);
  const [before, after] = [plain(olds), plain(ignoreChanges(d, urn, news, olds, ignored))];
  const diffs = Object.keys(compare(before, after, true));
  return { changes: equal(before, after) ? "none" : "some", diffs };
}

export function applyReplaceOnChanges(diff: DiffAnswer, paths: readonly string[], hasInitErrors: boolean): DiffAnswer {
  if (paths.length === 0 || (diff.changes !== "some" && !hasInitErrors)) return diff;
  const parsed = paths.map(parsePath).filter((path) => path !== null);
  const isCovered = (text: string): boolean => {
    const inner = parsePath(text);
    return inner !== null && parsed.some((path) => covers(path, inner));
  };
  const replaces = [...new Set([...diff.replaces, ...diff.diffs.filter(isCovered)])];
  const detailed = Object.entries(diff.detailed ?? {}).map(
    ([path, change]) => [path, isCovered(path) ? { ...change, kind: asReplace(change.kind) } : change] as const,
  );
  const initErrors = hasInitErrors && isCovered("#initerror") ? ["#initerror"] : [];
  return {
    ...diff,
    changes: initErrors.length > 0 ? "some" : diff.changes,
    replaces: [...replaces, ...initErrors],
    detailed: diff.detailed === null ? null : Object.fromEntries(detailed),
  };
}

function asReplace(kind: ChangeKind): ChangeKind {
  return kind.endsWith("-replace") ? kind : (`${kind}-replace` as ChangeKind);
}

/** Another provider replaces the resource only where the new one says that it cannot look after the old one's. */
async function providerChanged(d: Deployment, old: ResourceState, state: ResourceState): Promise<boolean> {
  if (old.provider === state.provider) return false;
  if (old.provider === "" || state.provider === "") return true;
  const [from, to] = [parseReference(old.provider).urn, parseReference(state.provider).urn];
  if (d.names.renamed.get(from) === to) return false;
  const provider = await d.options.registry.get(state.provider);
  const [before, after] = [d.olds.get(from), d.news.get(to)];
  if (provider === null || before === undefined || after === undefined) return true;
  return needsReplacement(await provider.diffConfig(to, before.inputs, before.outputs, after.inputs));
}
