// Asks Cloudflare about every stack with topup-watch, one after the other: is what is set what the state says, and what was charged?
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { openStack } from "./stacks";
import type { Group } from "./table";

// Of topup-watch's exit codes, the most serious first: alarm, unknown, wrong command line, failure, fine.
const BY_SEVERITY = [4, 3, 2, 1, 0];
const UNKNOWN = 3;

/** @returns the most serious exit code. */
export async function watchStacks(
  folder: string,
  groups: readonly Group[],
  limits: readonly string[],
): Promise<number> {
  const codes: number[] = [];
  for (const group of groups) {
    console.log(`Stack ${group.stack}`);
    const stack = await openStack(folder, group);
    const state = await stack.exportStack();
    if (isEmpty(state.deployment)) {
      console.log("  not applied yet: it has no resources");
      codes.push(UNKNOWN);
      continue;
    }
    const input = JSON.stringify(state);
    // With node: on Windows, a command of node_modules/.bin cannot be started without a shell.
    const { status } = spawnSync(process.execPath, [commandIn(folder), ...limits], {
      input,
      stdio: ["pipe", "inherit", "inherit"],
    });
    codes.push(status ?? 1);
  }
  return BY_SEVERITY.find((code) => codes.includes(code)) ?? 1;
}

/** Whether a stack was not applied yet, or was destroyed. */
export function isEmpty({ resources }: { resources?: readonly unknown[] | null }): boolean {
  return !resources?.length;
}

function commandIn(folder: string): string {
  const manifest = require.resolve("pulumi-cloudflare-ai-gateway-billing/package.json", { paths: [folder] });
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: Record<string, string> };
  return path.join(path.dirname(manifest), bin["topup-watch"] ?? "");
}
