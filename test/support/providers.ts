// The two providers as processes that are called in one way, each with the settings that a test wants. What is played through them is
// not known here.

import { PROVIDER_SOURCE } from "../../provider/pulumi/urn";
import type { CallError } from "./callError";
import { DynamicHost } from "./dynamicHost";
import type { Properties } from "./engineCalls";
import { Plugin } from "./plugin";

export const PROVIDERS = ["the dynamic provider", "the plugin"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Settings by the names that both providers share; all text, as stack configuration is. */
export interface ProviderSettings {
  readonly apiToken?: string;
  readonly apiKey?: string;
  readonly email?: string;
  readonly baseUrl?: string;
  readonly timeoutSeconds?: string;
  readonly deadlineSeconds?: string;
  readonly maxAmount?: string;
  readonly maxThreshold?: string;
}

/** The engine's calls about one resource in one run. */
export interface ProviderCalls {
  /** The name of the resource that the next calls are about, where the provider gets to know it. */
  name: string;
  readonly log: readonly string[];
  check(news: Properties): Promise<{ inputs: Properties; failures: string[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }>;
  create(news: Properties): Promise<{ id: string; outs: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<Properties>;
  read(id: string, props: Properties): Promise<{ id: string; outs: Properties; inputs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

/** One provider process, which is one run of an engine. */
export interface ProviderProcess extends ProviderCalls {
  /** What the process printed beside its answers, which the engine would show; the port is on standard output, too. */
  readonly stdout: string;
  readonly stderr: string;
  /** From now on the engine cannot be reached. */
  loseEngine(): void;
  stop(): Promise<void>;
  /** Ends the process with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
}

type Environment = Record<string, string>;

/** @param env the process's environment besides PATH: nothing of this process's own gets in. */
export function openProvider(
  name: ProviderName,
  settings: ProviderSettings,
  env: Environment = {},
): Promise<ProviderProcess> {
  return name === "the plugin" ? openPlugin(settings, env) : openHost(settings, env);
}

async function openPlugin(settings: ProviderSettings, env: Environment): Promise<ProviderProcess> {
  const plugin = await Plugin.start(env);
  await plugin.configure({ ...settings });
  return plugin;
}

async function openHost(settings: ProviderSettings, env: Environment): Promise<ProviderProcess> {
  const host = await DynamicHost.start(env, { light: true });
  const label = (name: string) =>
    ["apiToken", "apiKey", "email", "baseUrl"].includes(name)
      ? `cloudflare:${name}`
      : `cloudflare-ai-gateway-billing:${name}`;
  await host.configure(Object.fromEntries(Object.entries(settings).map(([name, value]) => [label(name), value])));
  return dynamicProvider(host);
}

/** What programs pass to the dynamic provider's host with every resource. */
export { PROVIDER_SOURCE as PROVIDER } from "../../provider/pulumi/urn";

/** The host needs `__provider` in whatever it is sent, and sends it back with everything. */
function dynamicProvider(host: DynamicHost): ProviderProcess {
  const sent = (values: Properties) => ({ ...values, __provider: PROVIDER_SOURCE });
  const bare = ({ __provider, ...values }: Properties) => values;
  const bareFailure = (error: CallError): never => {
    throw error.keeping(bare);
  };
  const { check, diff, create, update, read, delete: remove } = host;
  return Object.assign(host, {
    async check(news: Properties) {
      const { inputs, failures } = await check.call(host, sent({ ...news, __resource: `${host.name}|${host.name}` }));
      return { inputs: bare(inputs), failures };
    },
    diff: (id: string, olds: Properties, news: Properties) => diff.call(host, id, sent(olds), sent(news)),
    async create(news: Properties) {
      const { id, outs } = await create.call(host, sent(news)).catch(bareFailure);
      return { id, outs: bare(outs) };
    },
    update: async (id: string, olds: Properties, news: Properties) =>
      bare(await update.call(host, id, sent(olds), sent(news)).catch(bareFailure)),
    async read(id: string, props: Properties) {
      const { outs, inputs, ...rest } = await read.call(host, id, sent(props));
      return { ...rest, outs: bare(outs), inputs: bare(inputs) };
    },
    delete: (id: string, props: Properties) => remove.call(host, id, sent(props)),
  });
}
