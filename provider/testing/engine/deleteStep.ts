// The step that deletes a resource, or that only forgets one which is not the stack's to delete.
import type { Operation } from "./contract";
import type { Deployment } from "./deployment";
import type { Operations } from "./operations";
import type { ResourceState } from "./state";
import { type PlannedStep, plain } from "./steps";

export interface DeleteOptions {
  /** It is one half of a replacement. */
  readonly replacing: boolean;
  /** Its replacement is yet to be created, so that it stays in the state until then. */
  readonly pendingReplacement: boolean;
}

export function deleteStep(
  d: Deployment,
  getOperations: () => Promise<Operations | null>,
  old: ResourceState,
  options: DeleteOptions,
): PlannedStep {
  const { journal, dryRun } = d.options;
  const isKept = (): boolean =>
    old.external || old.retainOnDelete || !old.custom || d.decided.deleted.has(old.deletedWith);
  const run = async (): Promise<void> => {
    await journal.begin(old, "deleting");
    try {
      if (!options.replacing && old.protect) throw new Error(protectedMessage(old.urn));
      if (!dryRun && !isKept()) await (await getOperations())?.delete(old);
    } catch (error) {
      await journal.abandon(old);
      throw error;
    }
    old.pendingReplacement ||= options.pendingReplacement;
    await (old.pendingReplacement ? journal.change(old) : journal.drop(old));
  };
  const kept: Operation = options.replacing ? "discard-replaced" : "discard";
  const op = old.external ? kept : options.replacing ? "delete-replaced" : "delete";
  const tolerant = !options.replacing && old.protect;
  return { urn: old.urn, run, done: () => {}, report: plain(op, old, !options.replacing), tolerant };
}

function protectedMessage(urn: string): string {
  return (
    `resource "${urn}" cannot be deleted\n` +
    "because it is protected. To unprotect the resource, either remove the `protect` flag from the resource in your Pulumi " +
    `program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${urn}'\``
  );
}
