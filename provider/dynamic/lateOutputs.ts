// Outputs that are made when they are first asked for. The SDK makes an Output at once for each property of a resource, at a tenth of the
// resource's whole cost, and most programs never read most of them. The class adds these to a resource right after its registration began.
import * as pulumi from "@pulumi/pulumi";

/** The engine's own function, with which an SDK looks up what it knows of a registered resource. */
const LOOK_UP = "pulumi:pulumi:getResource";

/**
 * Adds the properties, which together cost one call to the engine when the first of them is read: it answers with what it has registered, once
 * it has.
 */
export function addLateOutputs(resource: pulumi.CustomResource, names: readonly string[]): void {
  let found: pulumi.Output<{ state: Record<string, unknown> }> | undefined;
  for (const name of names) {
    let output: pulumi.Output<unknown> | undefined;
    const get = () => {
      found ??= pulumi.runtime.invokeOutput(LOOK_UP, { urn: resource.urn });
      output ??= found.apply(({ state }) => valueIn(state, name));
      return output;
    };
    Object.defineProperty(resource, name, { get, enumerable: true, configurable: true });
  }
}

// What the state does not hold yet in a preview will only be known after the update.
function valueIn(state: Record<string, unknown>, name: string): unknown {
  return state[name] === undefined && pulumi.runtime.isDryRun() ? pulumi.unknown : state[name];
}
