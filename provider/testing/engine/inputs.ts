// The inputs of a registration on their way into the state: checked by the provider, and with the changes undone that are not
// to count. https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/
import { Bail, type Deployment } from "./deployment";
import type { Operations } from "./operations";
import { parsePath, resetPath } from "./paths";
import type { CheckFailure } from "./providerClient";
import type { ResourceState } from "./state";
import { nameOf } from "./urn";
import { isSecret, type Properties, type Value } from "./values";

/** Lets the provider check the inputs and complains of all failures at once. `problem` is one that is known already. */
export async function checked(
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
  for (const message of all) d.options.reporter.diagnose("error", message, state.urn);
  if (all.length > 0) throw new Bail(`resource ${state.urn} is invalid`);
  return answer.inputs;
}

/** The new inputs, with the old values at the paths whose changes do not count. */
export function ignoreChanges(
  d: Deployment,
  urn: string,
  news: Properties,
  olds: Properties,
  paths: readonly string[],
): Properties {
  if (paths.length === 0) return news;
  const inputs = structuredClone(news);
  const failed = paths.filter((text) => {
    const path = parsePath(text);
    return path !== null && !resetPath(path, olds, inputs);
  });
  if (failed.length > 0) {
    const message = `cannot ignore changes in added or removed elements of the path: "${failed.join(", ")}"`;
    d.options.reporter.diagnose("info", message, urn);
  }
  return inputs;
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
