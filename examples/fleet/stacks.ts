// Applies one group as a Pulumi stack with the Automation API, and reports what that did to each account. The state
// is wherever PULUMI_BACKEND_URL says.
import path from "node:path";
import { type EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation";
import { AutoTopupConfig } from "pulumi-cloudflare-ai-gateway-billing";
import type { Result } from "./allStacks";
import { refuseRemoval } from "./removals";
import type { Group } from "./table";

const RESULTS: Readonly<Record<string, Result>> = {
  create: "created",
  update: "updated",
  same: "unchanged",
  delete: "removed",
};

/**
 * Applies a group's stack, which is created if it is not there yet.
 *
 * @param folder holds Pulumi.yaml and node_modules.
 * @param removed the accounts that may leave the stack, which switches their auto top-up off.
 */
export async function applyStack(
  folder: string,
  group: Group,
  removed: readonly string[],
): Promise<Map<string, Result>> {
  const stack = await openStack(folder, group);
  refuseRemoval(group, (await stack.exportStack()).deployment, removed);
  const results = new Map<string, Result>();
  await stack.up({ onEvent: (event) => note(event, results), suppressProgress: true });
  return results;
}

/** The group's stack; created if it is not there yet. */
export function openStack(folder: string, { stack: stackName, accounts }: Group) {
  const program = async () => {
    for (const account of accounts) new AutoTopupConfig(account.accountId, account);
  };
  // The provider's process is started in the folder, and finds the package from there.
  const project = { stackName, projectName: "auto-topup-fleet", program };
  return LocalWorkspace.createOrSelectStack(project, { workDir: path.resolve(folder) });
}

function note({ resOutputsEvent }: EngineEvent, results: Map<string, Result>): void {
  const { type, urn, op } = resOutputsEvent?.metadata ?? {};
  const result = RESULTS[op ?? ""];
  if (type?.endsWith(":AutoTopupConfig") && result) results.set(urn?.split("::").at(-1) ?? "", result);
}
