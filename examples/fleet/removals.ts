// Refuses to apply a stack that has accounts which the table no longer names: `up` would switch their auto top-up off, unasked. stacks.ts calls
// it before each `up`.
import type { Group } from "./table";

/**
 * @param deployment the stack's state, as 'pulumi stack export' has it.
 * @param removed the accounts that may go.
 * @throws Error naming those that may not.
 */
export function refuseRemoval({ stack, accounts }: Group, deployment: unknown, removed: readonly string[]): void {
  const kept = new Set([...accounts.map(({ accountId }) => accountId), ...removed.map((id) => id.toLowerCase())]);
  const leaving = accountsIn(deployment).filter((accountId) => !kept.has(accountId));
  if (leaving.length === 0) return;
  throw new Error(
    `error: stack ${stack} has accounts that the table does not name: ${leaving.join(", ")}. Applying it would switch their auto top-up off, ` +
      `so it was not applied. Put them back into the table, or add ${leaving.map((id) => `--remove ${id}`).join(" ")}.`,
  );
}

// What an earlier run has left over counts as well: the next `up` deletes it, too.
function accountsIn(deployment: unknown): readonly string[] {
  const { resources } = Object(deployment) as { resources?: readonly { urn: string; id?: string }[] };
  const ours = (resources ?? []).filter(({ urn }) => urn.split("::")[2]?.endsWith(":AutoTopupConfig"));
  return [...new Set(ours.map(({ id = "" }) => id))];
}
