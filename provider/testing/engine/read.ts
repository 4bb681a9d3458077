// Decides what reading an existing resource (`get`) means for the state, where it is kept as one that the stack does not own.
import type * as pb from "@pulumi/pulumi/proto/resource_pb";
import { findOld } from "./aliases";
import type { Deployment } from "./deployment";
import { type Goal, newGoal } from "./goal";
import { claimUrn } from "./register";
import { newState } from "./state";
import { type Done, type PlannedStep, replaceStep } from "./steps";
import { toProperties } from "./wire";
import { readStep } from "./writes";

export type ReadGoal = Goal & { readonly id: string };

/** Reads a request. Throws, naming the feature, where it asks for what the local engine does not do. */
export function readRequest(request: pb.ReadResourceRequest): ReadGoal {
  const [type, name] = [request.getType(), request.getName()];
  if (type === "pulumi:pulumi:StackReference") {
    throw new Error(`The program uses the StackReference '${name}', which the local engine does not support.`);
  }
  const goal = newGoal({ type, name, custom: true, parent: request.getParent() });
  return {
    ...goal,
    id: request.getId(),
    properties: toProperties(request.getProperties()) ?? {},
    dependencies: request.getDependenciesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

export async function planRead(d: Deployment, goal: ReadGoal, done: Done): Promise<PlannedStep[]> {
  const urn = claimUrn(d, goal);
  const { old } = findOld(d.names, d.olds, d.options.scope, urn, goal);
  const provider = await d.options.registry.get(goal.provider);
  if (goal.id === "") throw new Error(`Expected an ID for ${urn}`);
  if (provider === null) throw new Error(`unknown provider '${goal.provider}' for resource '${urn}'`);
  const { type, parent, id, properties: inputs } = goal;
  const lists = { dependencies: [...goal.dependencies], additionalSecretOutputs: [...goal.additionalSecretOutputs] };
  const state = newState({
    urn,
    type,
    custom: true,
    id,
    inputs,
    parent,
    external: true,
    provider: goal.provider,
    ...lists,
  });
  // What the stack owned under this name is given up: deleted at the end, unless it is the very thing that is read.
  if (old !== null && !old.external && old.id !== id) {
    d.decided.replaced.add(urn);
    return [readStep(d, provider, old, state, true, done), replaceStep(d, old, state, null)];
  }
  d.decided.read.add(urn);
  return [readStep(d, provider, old, state, false, done)];
}
