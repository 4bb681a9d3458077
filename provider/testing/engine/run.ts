// One run from its first line to its last: puts its parts together, plays what was asked for, takes them apart again,
// and sums up. Each part knows its own business; only the order is here.
import { performance } from "node:perf_hooks";
import type { Server } from "@grpc/grpc-js";
import type { LocalStackOptions, PendingOperation, RunOptions, RunResult } from "./contract";
import { Bail, Deployment } from "./deployment";
import { logHandlers, Monitor, startServer } from "./monitor";
import { isProviderType, Names, providedPackage, rootStackType } from "./names";
import { type Child, dynamicPackage, ProviderProcesses, problemOf, type Surroundings, startProgram } from "./processes";
import { Registry } from "./registry";
import { Reporter } from "./report";
import { Secrets } from "./state";
import { Journal, type StateFile } from "./stateFile";
import { performDeletes, performRefresh } from "./sweep";
import { readable } from "./values";

export type Kind = "update" | "refresh" | "destroy";

/** What stays the same from one run of a stack to the next. */
export interface Ground extends Surroundings {
  readonly options: LocalStackOptions;
  readonly file: StateFile;
}

/** One run; when `ending` is aborted, what is under way may end and nothing new begins. */
export async function run(kind: Kind, ground: Ground, options: RunOptions, ending: AbortSignal): Promise<RunResult> {
  const start = performance.now();
  const dryRun = options.previewOnly ?? false;
  const recorder = ground.options.requests ?? { requests: [] };
  const firstRequest = recorder.requests.length;
  const reporter = new Reporter(dryRun, ground.options.output);
  reporter.print(title(kind, dryRun, ground.project.stack));
  const { server, address } = await startServer(ground.sdk);
  const processes = new ProviderProcesses(ground, address, (stream, line) =>
    reporter.diagnose(stream === "stdout" ? "info" : "info#err", line),
  );
  try {
    const deployment = await openDeployment(ground, reporter, processes, dryRun, options);
    // Providers log in a refresh and a destroy too, where no program runs.
    const handlers = logHandlers(ground.sdk, reporter, () => deployment.abandoned);
    server.addService(ground.sdk.engineRpc.EngineService, handlers);
    const end = (): void => deployment.fail(new Error("The stack was disposed of."), null);
    ending.addEventListener("abort", end);
    const program = (): Promise<void> => playProgram(ground, deployment, server, address);
    const played = play(kind, deployment, options.refresh ?? false, program);
    await played.catch((error) => deployment.fail(error, null));
    ending.removeEventListener("abort", end);
    await deployment.idle();
    await deployment.journal.finish();
    await deployment.registry.close();
    return conclude(kind, deployment, recorder.requests.slice(firstRequest), performance.now() - start);
  } finally {
    server.forceShutdown();
    await processes.close();
  }
}

async function openDeployment(
  ground: Ground,
  reporter: Reporter,
  processes: ProviderProcesses,
  dryRun: boolean,
  { refresh = false }: RunOptions,
): Promise<Deployment> {
  const { sdk, project, env, file, providers } = ground;
  const before = file.read();
  const { resources, secrets_providers, pending_operations = [] } = before.deployment;
  for (const name of probablePackages(resources, providers)) processes.startEarly(name);
  const secrets = new Secrets(env.PULUMI_CONFIG_PASSPHRASE ?? "", secrets_providers?.state.salt ?? null);
  const journal = await Journal.open(file, before, { secrets, version: sdk.version, dryRun });
  if (!dryRun && !refresh) warnOfPending(reporter, pending_operations);
  const names = new Names({ project: project.name, stack: project.stack });
  return new Deployment(dryRun, names, new Registry(ground, processes, dryRun), journal, reporter);
}

/** Those that the state has providers of; without a state, those that the caller brings, or else the dynamic one. */
function probablePackages(resources: readonly { type: string }[], providers: Surroundings["providers"]): Set<string> {
  const known = resources.filter(({ type }) => isProviderType(type)).map(({ type }) => providedPackage(type));
  const brought = Object.keys(providers).filter((name) => "command" in (providers[name] ?? {}));
  return new Set([known, brought].find((names) => names.length > 0) ?? [dynamicPackage]);
}

function warnOfPending(reporter: Reporter, pending: readonly PendingOperation[]): void {
  if (pending.length === 0) return;
  const list = pending.map(({ type, resource }) => `  * ${resource.urn}, interrupted while ${type}\n`).join("");
  reporter.diagnose(
    "warning",
    `Attempting to deploy or update resources with ${pending.length} pending operations from previous deployment.\n` +
      `${list}An earlier run was interrupted while it waited for them. Look at what became of them, and refresh the ` +
      "stack. Creates stay listed until you remove them from the state file's 'pending_operations'.",
  );
}

async function play(kind: Kind, deployment: Deployment, refresh: boolean, program: () => Promise<void>): Promise<void> {
  if (kind === "refresh" || refresh) await performRefresh(deployment, kind === "refresh");
  if (kind === "refresh" || deployment.stopped) return;
  await (kind === "destroy" ? performDeletes(deployment) : program());
}

/** Lets a program and a deployment meet, and sees to what is left to do when the program has registered everything. */
async function playProgram(ground: Ground, deployment: Deployment, server: Server, address: string): Promise<void> {
  const { sdk, project } = ground;
  const { dryRun, reporter } = deployment;
  const monitor = new Monitor(sdk, deployment, project.config);
  server.addService(sdk.resourceRpc.ResourceMonitorService, monitor.handlers);
  const program = startProgram(ground, address, dryRun, (stream, line) => {
    if (stream === "stdout") reporter.diagnose("info", line);
    else if (!deployment.abandoned) reporter.diagnose("info#err", line);
  });
  const ended = program.ended.then((ending) => {
    const problem = problemOf(ending);
    if (problem === null || deployment.stopped) return;
    deployment.fail(problem === "" ? new Bail("the program failed") : new Error(problem), null);
  });
  await Promise.race([monitor.signal.happened, ended, deployment.stopping.happened]);
  if (!deployment.stopped) await performDeletes(deployment);
  await deployment.idle();
  deployment.abandoned = deployment.failed;
  monitor.shutdown.happen();
  await letEnd(program, ended);
  await finishOutputs(deployment, monitor);
}

/** A program ends by itself once its calls are answered. One that does not is ended. */
async function letEnd(program: Child, ended: Promise<void>): Promise<void> {
  const timer = setTimeout(() => program.kill(), 2_000);
  await ended;
  clearTimeout(timer);
  program.kill();
}

/** After a failure the old outputs stay where the program has not come to say anything of them. */
async function finishOutputs(deployment: Deployment, monitor: Monitor): Promise<void> {
  if (monitor.stackOutputs === null) return;
  const { urn, outputs } = monitor.stackOutputs;
  const state = deployment.news.get(urn);
  const old = deployment.failed ? (deployment.olds.get(urn)?.outputs ?? {}) : {};
  if (state !== undefined) await monitor.setOutputs(state, { ...old, ...outputs });
}

function conclude(kind: Kind, d: Deployment, requests: readonly unknown[], durationMs: number): RunResult {
  const { reporter, summary } = d;
  if (summary !== null) reporter.diagnose("error", summary);
  const stack = [...d.news.values(), ...d.prev].find(({ type }) => type === rootStackType);
  const shown = Object.entries(kind === "destroy" ? {} : (stack?.outputs ?? {}));
  const outputs = Object.fromEntries(shown.map(([key, value]) => [key, readable(value)]));
  reporter.conclude(outputs);
  const { steps, diagnostics, lines, changes } = reporter;
  return { ok: !d.failed, steps, outputs, diagnostics, requests, lines, changes, durationMs };
}

function title(kind: Kind, dryRun: boolean, stack: string): string {
  const doing = { update: "Updating", refresh: "Refreshing", destroy: "Destroying" };
  return `${dryRun ? `Previewing ${kind}` : doing[kind]} (${stack}):`;
}
