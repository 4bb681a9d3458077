// Puts the parts of a run together, and takes them apart again. Each part knows its own business.
import type { LocalStackOptions, RunOptions } from "./contract";
import { Deployment } from "./deployment";
import { engineHandlers } from "./engineService";
import { Journal } from "./journal";
import type { Project } from "./project";
import { dynamicPackage, ProviderPool } from "./providerPool";
import { Registry } from "./registry";
import type { Reporter } from "./reporter";
import type { Sdk } from "./sdk";
import { Secrets } from "./secrets";
import { type Server, startServer } from "./server";
import { decodeState } from "./state";
import type { StateFile } from "./stateFile";
import { isProviderType, providedPackage } from "./urn";

/** What stays the same from one run of a stack to the next. */
export interface Surroundings {
  readonly sdk: Sdk;
  readonly project: Project;
  readonly options: LocalStackOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly file: StateFile;
  readonly preload: string;
}

export interface Parts {
  readonly reporter: Reporter;
  readonly server: Server;
  readonly pool: ProviderPool;
  readonly registry: Registry;
  readonly deployment: Deployment;
  readonly journal: Journal;
}

export async function assemble(
  dryRun: boolean,
  around: Surroundings,
  options: RunOptions,
  reporter: Reporter,
): Promise<Parts> {
  const { sdk, project, env, file, preload } = around;
  const server = await startServer(sdk);
  const poolOptions = {
    sdk,
    project,
    providers: around.options.providers ?? {},
    env,
    engineAddress: server.address,
    preload,
    reporter,
  };
  const pool = new ProviderPool(poolOptions);
  try {
    const before = file.read();
    for (const name of probablePackages(before.deployment.resources, around.options)) pool.startEarly(name);
    const secrets = new Secrets(
      env.PULUMI_CONFIG_PASSPHRASE ?? "",
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
    // Providers log in a refresh and a destroy too, where no program runs.
    const isAbandoned = () => deployment.abandoned;
    server.add(sdk.engineRpc.EngineService, engineHandlers(sdk, reporter, isAbandoned));
    warnOfPending(reporter, before.deployment.pending_operations ?? [], dryRun || options.refresh === true);
    return { reporter, server, pool, registry, deployment, journal };
  } catch (error) {
    server.close();
    await pool.close();
    throw error;
  }
}

export async function dismantle({ deployment, registry, server, pool, journal }: Parts): Promise<void> {
  await deployment.idle();
  await journal.finish();
  await registry.close();
  server.close();
  await pool.close();
}

/** Those that the state has providers of; without a state, those that the caller brings, or else the dynamic one. */
function probablePackages(resources: readonly { type: string }[], { providers = {} }: LocalStackOptions): Set<string> {
  const known = resources.filter(({ type }) => isProviderType(type)).map(({ type }) => providedPackage(type));
  const brought = Object.keys(providers).filter((name) => "command" in (providers[name] ?? {}));
  return new Set([known, brought].find((names) => names.length > 0) ?? [dynamicPackage]);
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
