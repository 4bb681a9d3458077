// One run from its first line to its last. Only the order is here.
import { performance } from "node:perf_hooks";
import { assemble, dismantle, type Parts, type Surroundings } from "./assembly";
import { readable } from "./changes";
import type { RunOptions, RunResult } from "./contract";
import { performDeletes } from "./deletes";
import { outputLines, summaryLines } from "./display";
import { playProgram } from "./playProgram";
import { performRefresh } from "./refresh";
import { Reporter } from "./reporter";
import type { ResourceState } from "./state";
import { rootStackType } from "./urn";

export type Kind = "update" | "refresh" | "destroy";

export async function run(kind: Kind, dryRun: boolean, around: Surroundings, options: RunOptions): Promise<RunResult> {
  const start = performance.now();
  const { output = () => {}, requests = { requests: [] } } = around.options;
  const reporter = new Reporter(dryRun, output, requests);
  reporter.print(title(kind, dryRun, around.project.stack));
  const parts = await assemble(dryRun, around, options, reporter);
  const { deployment } = parts;
  const cancel = (): void => deployment.cancel();
  options.signal?.addEventListener("abort", cancel);
  if (options.signal?.aborted) cancel();
  try {
    await play(kind, parts, around, options);
  } catch (error) {
    deployment.fail(error, null);
  } finally {
    options.signal?.removeEventListener("abort", cancel);
    await dismantle(parts);
  }
  return conclude(kind, dryRun, parts, options, performance.now() - start);
}

async function play(kind: Kind, parts: Parts, around: Surroundings, options: RunOptions): Promise<void> {
  const { deployment } = parts;
  if (kind === "refresh" || options.refresh) {
    const { pending_operations: pending = [] } = around.file.read().deployment;
    await performRefresh(deployment, options.clearPendingCreates ? [] : pending, kind === "refresh");
    if (kind === "refresh" || deployment.stopped) return;
  }
  if (kind === "destroy") await performDeletes(deployment);
  else await playProgram(parts, around);
}

function conclude(
  kind: Kind,
  dryRun: boolean,
  { deployment, reporter }: Parts,
  options: RunOptions,
  durationMs: number,
): RunResult {
  const ok = !deployment.failed;
  if (deployment.verdict !== null) reporter.diagnose("error", `${dryRun ? "preview" : "update"} ${deployment.verdict}`);
  const stack = [...deployment.news.values(), ...deployment.prev].find(({ type }) => type === rootStackType);
  const outputs = kind === "destroy" ? {} : outputsOf(stack, options.showSecrets ?? false);
  reporter.printDiagnostics();
  reporter.print(...outputLines(outputs), ...summaryLines(reporter.changes, dryRun));
  const { steps, diagnostics, lines, changes, requests } = reporter;
  return { ok, steps, outputs, diagnostics, requests, lines, changes, durationMs };
}

function outputsOf(stack: ResourceState | undefined, showSecrets: boolean): Record<string, unknown> {
  const entries = Object.entries(stack?.outputs ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, readable(value, showSecrets)]));
}

function title(kind: Kind, dryRun: boolean, stack: string): string {
  const doing = { update: "Updating", refresh: "Refreshing", destroy: "Destroying" };
  return `${dryRun ? `Previewing ${kind}` : doing[kind]} (${stack}):`;
}
