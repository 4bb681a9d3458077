// The engine's own view of one resource, and its translation to and from the state file's JSON. It knows the shape of the
// file and nothing of where it lies.
import type { DeployedResource } from "./deployed";
import type { Secrets } from "./secrets";
import { containsSecrets, type Properties } from "./values";

/** One resource as the engine works on it; secrets are readable in memory. */
export interface ResourceState {
  urn: string;
  custom: boolean;
  type: string;
  id: string;
  delete: boolean;
  inputs: Properties;
  outputs: Properties;
  parent: string;
  protect: boolean;
  external: boolean;
  dependencies: string[];
  initErrors: string[];
  provider: string;
  propertyDependencies: Record<string, string[]>;
  pendingReplacement: boolean;
  additionalSecretOutputs: string[];
  aliases: string[];
  customTimeouts: Record<string, number>;
  retainOnDelete: boolean;
  deletedWith: string;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  created: string;
  modified: string;
}

/** A state with nothing in it but what is given. */
export function newState(
  given: Partial<ResourceState> & { urn: string; type: string; custom: boolean },
): ResourceState {
  const [ids, flags, lists] = [
    { id: "", parent: "", provider: "", deletedWith: "", created: "", modified: "" },
    { delete: false, protect: false, external: false, pendingReplacement: false, retainOnDelete: false },
    {
      dependencies: [],
      initErrors: [],
      additionalSecretOutputs: [],
      aliases: [],
      ignoreChanges: [],
      replaceOnChanges: [],
    },
  ];
  return {
    inputs: {},
    outputs: {},
    propertyDependencies: {},
    customTimeouts: {},
    ...ids,
    ...flags,
    ...lists,
    ...given,
  };
}

/** URNs that a resource cannot be without, its parent and its provider left out. */
export function dependenciesOf(state: ResourceState): string[] {
  const byProperty = Object.values(state.propertyDependencies).flat();
  return [...state.dependencies, ...byProperty, ...(state.deletedWith === "" ? [] : [state.deletedWith])];
}

/** The file's form: empty fields left out, secrets encrypted. */
export async function encodeState(state: ResourceState, secrets: Secrets): Promise<DeployedResource> {
  if (containsSecrets(state.inputs) || containsSecrets(state.outputs)) await secrets.ready();
  const { urn, custom, type, inputs, outputs, ...rest } = state;
  const kept = Object.entries(rest).filter(([, value]) => !isEmpty(value));
  return {
    urn,
    custom,
    type,
    ...Object.fromEntries(kept),
    ...(isEmpty(inputs) ? {} : { inputs: secrets.hide(inputs) }),
    ...(isEmpty(outputs) ? {} : { outputs: secrets.hide(outputs) }),
  };
}

/** Back from the file's form. Rejects where the passphrase is not the one that the file was written with. */
export async function decodeState(resource: DeployedResource, secrets: Secrets): Promise<ResourceState> {
  const inputs = (resource.inputs ?? {}) as Properties;
  const outputs = (resource.outputs ?? {}) as Properties;
  if (containsSecrets(inputs) || containsSecrets(outputs)) await secrets.ready();
  const given = structuredClone({
    ...resource,
    inputs: undefined,
    outputs: undefined,
  }) as unknown as Partial<ResourceState>;
  const { urn, type, custom } = resource;
  return newState({ ...given, urn, type, custom, inputs: secrets.reveal(inputs), outputs: secrets.reveal(outputs) });
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
