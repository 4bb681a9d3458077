// Answers the functions that a program calls: the engine's own, and those of providers.
import { type Deployment, messageOf } from "./deployment";
import type { CheckFailure } from "./providerClient";
import type { Properties } from "./values";

interface InvokeAnswer {
  readonly result: Properties;
  readonly failures: readonly CheckFailure[];
}

/** Rejects, naming the function, where nobody can answer it. */
export async function answerInvoke(
  d: Deployment,
  token: string,
  args: Properties,
  reference: () => Promise<string>,
): Promise<InvokeAnswer> {
  if (token === "pulumi:pulumi:getResource") return { result: getResource(d, String(args.urn)), failures: [] };
  if (token.startsWith("pulumi:pulumi:"))
    throw new Error(`The program calls ${token}, which the local engine does not support.`);
  const provider = await d.options.registry.get(await reference());
  if (provider === null) throw new Error(`unknown provider for the function ${token}`);
  try {
    return await provider.invoke(token, args, d.options.dryRun);
  } catch (error) {
    throw new Error(`invocation of ${token} returned an error: ${messageOf(error)}`);
  }
}

/** How the SDK brings a reference to a resource back to life. */
function getResource(d: Deployment, urn: string): Properties {
  const state = d.news.get(urn);
  if (state === undefined) throw new Error(`unknown resource ${urn}`);
  return { urn, id: state.id, state: state.outputs };
}
