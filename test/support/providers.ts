// The two providers as processes that are called in one way, each with the settings that a test wants. What is played through them is
// not known here.

import type { CallError } from "./callError";
import { DynamicHost } from "./dynamicHost";
import type { Properties, ProviderCalls } from "./lifecycles";
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
export const PROVIDER = 'exports.handler=()=>require("pulumi-cloudflare-ai-gateway-billing/dynamic")';

/** The host needs `__provider` in whatever it is sent, and sends it back with everything. */
function dynamicProvider(host: DynamicHost): ProviderProcess {
  const sent = (values: Properties) => ({ ...values, __provider: PROVIDER });
  const bare = ({ __provider, ...values }: Properties) => values;
  const bareFailure = (error: CallError): never => {
    throw error.keeping(bare);
  };
  const provider: ProviderProcess = {
    name: "credits",
    get log() {
      return host.log;
    },
    get stdout() {
      return host.stdout;
    },
    get stderr() {
      return host.stderr;
    },
    check: async (news) => {
      const __resource = `${provider.name}|${provider.name}`;
      const { inputs, failures } = await host.check(sent({ ...news, __resource }));
      return { inputs: bare(inputs), failures };
    },
    diff: (id, olds, news) => host.diff(id, sent(olds), sent(news)),
    create: async (news) => {
      const { id, outs } = await host.create(sent(news)).catch(bareFailure);
      return { id, outs: bare(outs) };
    },
    update: async (id, olds, news) => bare(await host.update(id, sent(olds), sent(news)).catch(bareFailure)),
    read: async (id, props) => {
      const { outs, inputs, ...rest } = await host.read(id, sent(props));
      return { ...rest, outs: bare(outs), inputs: bare(inputs) };
    },
    delete: (id, props) => host.delete(id, sent(props)),
    loseEngine: () => host.loseEngine(),
    stop: () => host.stop(),
    kill: () => host.kill(),
  };
  return provider;
}
