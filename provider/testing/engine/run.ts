// One run from its first line to its last: puts the parts together, lets the program and the state meet, and cleans up. Each
// part knows its own business; only the order is here.
import { performance } from "node:perf_hooks";
import { readable } from "./changes";
import type { Child } from "./child";
import type { LocalStackOptions, RunOptions, RunResult } from "./contract";
import { Defaults } from "./defaults";
import { performDeletes } from "./deletes";
import { Bail, Deployment } from "./deployment";
import { outputLines, summaryLines } from "./display";
import { engineHandlers } from "./engineService";
import { Journal } from "./journal";
import { problemOf, startProgram } from "./languageHost";
import { Monitor } from "./monitor";
import type { Project } from "./project";
import { dynamicPackage, ProviderPool } from "./providerPool";
import { performRefresh } from "./refresh";
import { Registry } from "./registry";
import { Reporter } from "./reporter";
import type { Sdk } from "./sdk";
import { Secrets } from "./secrets";
import { type Server, startServer } from "./server";
import { decodeState, type ResourceState } from "./state";
import type { StateFile } from "./stateFile";
import { isProviderType, providedPackage, rootStackType } from "./urn";

export type Kind = "update" | "refresh" | "destroy";

/** What stays the same from one run of a stack to the next. */
export interface Surroundings {
  readonly sdk: Sdk;
  readonly project: Project;
  readonly options: LocalStackOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly file: StateFile;
  readonly watcher: string;
}

interface Parts {
  readonly reporter: Reporter;
  readonly server: Server;
  readonly pool: ProviderPool;
  readonly registry: Registry;
  readonly deployment: Deployment;
  readonly journal: Journal;
}

export async function run(kind: Kind, dryRun: boolean, around: Surroundings, options: RunOptions): Promise<RunResult> {
  const start = performance.now();
  const { output = () => {}, requests = { requests: [] } } = around.options;
  const reporter = new Reporter(dryRun, output, requests);
  reporter.print(title(kind, dryRun, around.project.stack));
  const parts = await assemble(dryRun, around, options, reporter);
  const { deployment } = parts;
  const cancel = (): void => deployment.fail(new Error(`${dryRun ? "preview" : kind} canceled`), null);
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

async function assemble(
  dryRun: boolean,
  around: Surroundings,
  options: RunOptions,
  reporter: Reporter,
): Promise<Parts> {
  const { sdk, project, env, file, watcher } = around;
  const server = await startServer(sdk);
  const poolOptions = {
    sdk,
    project,
    providers: around.options.providers ?? {},
    env,
    engineAddress: server.address,
    watcher,
    reporter,
  };
  const pool = new ProviderPool(poolOptions);
  try {
    const before = file.read();
    const names = before.deployment.resources
      .filter(({ type }) => isProviderType(type))
      .map(({ type }) => providedPackage(type));
    for (const name of new Set(names.length === 0 ? [dynamicPackage] : names)) pool.startEarly(name);
    const secrets = new Secrets(
      env["PULUMI_CONFIG_PASSPHRASE"] ?? "",
      before.deployment.secrets_providers?.state.salt ?? null,
    );
    const base = await Promise.all(before.deployment.resources.map((resource) => decodeState(resource, secrets)));
    const journal = new Journal({ file, before, base, secrets, version: sdk.version, dryRun });
    const registry = new Registry(pool, (urn, call) => reporter.track(urn, call), dryRun);
    const { parallel = 16 } = around.options;
    const scope = { project: project.name, stack: project.stack };
    const showSecrets = options.showSecrets ?? false;
    const deployment = new Deployment({
      scope,
      dryRun,
      parallel,
      showSecrets,
      registry,
      journal,
      reporter,
      prev: base,
    });
    warnOfPending(reporter, before.deployment.pending_operations ?? [], dryRun || options.refresh === true);
    return { reporter, server, pool, registry, deployment, journal };
  } catch (error) {
    server.close();
    await pool.close();
    throw error;
  }
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

async function playProgram({ deployment, server, reporter }: Parts, around: Surroundings): Promise<void> {
  const { sdk, project, env, watcher } = around;
  const monitor = new Monitor(sdk, deployment, new Defaults(deployment, project.config));
  server.add(sdk.resourceRpc.ResourceMonitorService, monitor.handlers);
  server.add(sdk.engineRpc.EngineService, engineHandlers(sdk, reporter));
  const { dryRun, parallel } = deployment.options;
  const program = startProgram({ sdk, project, env, address: server.address, parallel, dryRun, watcher, reporter });
  const ended = program.ended.then((ending) => {
    const problem = problemOf(ending);
    if (problem !== null && !deployment.stopped) reportProblem(deployment, problem);
  });
  await Promise.race([monitor.signalled, ended, deployment.stopping]);
  if (!deployment.stopped) await performDeletes(deployment);
  await deployment.idle();
  await finishOutputs(deployment, monitor);
  monitor.shutdown();
  await letEnd(program, ended);
}

function reportProblem(deployment: Deployment, problem: string): void {
  deployment.fail(problem === "" ? new Bail(problem) : new Error(problem), null);
}

/** After a failure the old outputs stay where the program has not come to say anything of them. */
async function finishOutputs(deployment: Deployment, monitor: Monitor): Promise<void> {
  if (monitor.stackOutputs === null) return;
  const { urn, outputs } = monitor.stackOutputs;
  const state = deployment.news.get(urn);
  const old = deployment.failed ? (deployment.olds.get(urn)?.outputs ?? {}) : {};
  if (state !== undefined) await monitor.setOutputs(state, { ...old, ...outputs });
}

/** A program ends by itself once its calls are answered. One that does not is ended. */
async function letEnd(program: Child, ended: Promise<void>): Promise<void> {
  const timer = setTimeout(() => program.kill(), 5_000);
  await ended;
  clearTimeout(timer);
  program.kill();
}

async function dismantle({ deployment, registry, server, pool, journal }: Parts): Promise<void> {
  await deployment.idle();
  await journal.finish();
  await registry.close();
  server.close();
  await pool.close();
}

function conclude(
  kind: Kind,
  dryRun: boolean,
  { deployment, reporter }: Parts,
  options: RunOptions,
  durationMs: number,
): RunResult {
  const ok = !deployment.failed;
  if (!ok) reporter.diagnose("error", `${dryRun ? "preview" : "update"} failed`);
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

function warnOfPending(
  reporter: Reporter,
  pending: readonly { type: string; resource: { urn: string } }[],
  quiet: boolean,
): void {
  if (quiet || pending.length === 0) return;
  const list = pending.map(({ type, resource }) => `  * ${resource.urn}, interrupted while ${type}\n`).join("");
  reporter.diagnose(
    "warning",
    `Attempting to deploy or update resources with ${pending.length} pending operations from previous deployment.\n${list}` +
      "These resources are in an unknown state because an earlier run was interrupted while waiting for changes to them to complete. " +
      "Look at what became of them, then refresh the stack; a refresh with 'clearPendingCreates' forgets creates.",
  );
}
