// The dynamic provider's entry: what the SDK's host of dynamic providers calls, translated to the rules and back. `__provider` in every
// resource's state requires it.
import type { dynamic } from "@pulumi/pulumi";
import { type BillingApi, openBillingApi } from "./cloudflare/client";
import { fromEnvironment, resolveConnection } from "./cloudflare/credentials";
import { SettingsError } from "./cloudflare/errors";
import type { SettingName } from "./cloudflare/settings";
import { HostError, type PendingResource, printFailuresOnce } from "./dynamic/failures";
import { afterEngine, type EngineLog, openEngineLog, watchEngine } from "./pulumi/engine";
import { fromWire, type Properties, toWire } from "./pulumi/properties";
import { joinRun } from "./pulumi/runProcesses";
import { isLimit, readCaps, readTimeouts } from "./pulumi/settings";
import type { Caps } from "./topup/check";
import { explainError, UnconfirmedError } from "./topup/errors";
import { Lifecycle } from "./topup/lifecycle";
import { type CheckedInputs, inputsOf, parseResource, type TopupState } from "./topup/model";

type Config = Pick<dynamic.ConfigureRequest["config"], "get">;

// The host starts one process per run and evaluates this module once in it, so the module's state is the run's.
let config: Config | undefined;
let api: BillingApi | undefined;
let log: EngineLog | undefined;
printFailuresOnce(console);
const warn = (text: string) => engineLog().warn(text);
const otherProcesses = joinRun(engineAddress(), warn);
beforeEnd(otherProcesses.leave);
const lifecycle = new Lifecycle({ api: openApi, caps, warn, otherProcesses });

/**
 * Keeps the stack's configuration for the calls that need it. It reads nothing and awaits nothing: the host hands the
 * provider to other resources before this has returned.
 */
export async function configure(request: dynamic.ConfigureRequest): Promise<void> {
  config = request.config;
  // An engine that was killed cannot end this process, and nobody else would.
  afterEngine(engineAddress(), () => process.exit());
}

export const check = handler(async (olds: Properties, news: Properties): Promise<dynamic.CheckResult<Properties>> => {
  try {
    const { inputs, failures } = await lifecycle.check(fromWire(news), parseResource(news.__resource), olds);
    return inputs ? { inputs: toWire(inputs) } : { inputs: news, failures };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const property = error.property === "maxThreshold" ? "threshold" : "amount";
    return { inputs: news, failures: [{ property, reason: error.message }] };
  }
});

export const diff = handler(async (_id: string, olds: Properties, news: Properties): Promise<dynamic.DiffResult> => {
  const { replaces, updates } = lifecycle.diff(olds, fromWire(news) as CheckedInputs, null);
  return { changes: replaces.length + updates.length > 0, replaces, deleteBeforeReplace: false };
});

export const create = handler(async (news: Properties): Promise<dynamic.CreateResult<TopupState>> => {
  const outs = await lifecycle.create(news);
  return { id: outs.accountId, outs };
});

export const update = handler(
  async (id: string, olds: Properties, news: Properties): Promise<dynamic.UpdateResult<TopupState>> => {
    return { outs: await lifecycle.update(id, olds, news) };
  },
);

// Live values come back as inputs, too: without them the next preview would show every property as changed
// (https://github.com/pulumi/pulumi/issues/13839).
export const read = handler(async (id: string, props: Properties): Promise<dynamic.ReadResult<object>> => {
  const state = await lifecycle.read(id, props);
  return state ? { id: state.accountId, props: state, inputs: inputsOf(state) } : { id: "", props: {} };
});

// The host does not say which resource it is about: there is nothing but its account to tell by.
const remove = handler(async (id: string, props: Properties): Promise<void> => {
  await lifecycle.delete(id, props, null);
});

export { remove as delete };

/** Reports a failure with our message, and only once everything logged before has arrived. */
function handler<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) {
  return async (...args: Args): Promise<Result> => {
    try {
      return await work(...args);
    } catch (error) {
      throw new HostError(explainError(error), error instanceof UnconfirmedError ? pending(error, args.at(-1)) : null);
    } finally {
      await log?.settled();
    }
  };
}

/** The host adds `__provider` to what succeeded only; without it in the state, no later run finds this code. */
function pending({ accountId, state }: UnconfirmedError, news: unknown): PendingResource {
  const { __provider } = news as Properties;
  return { id: accountId, properties: { ...state, __provider } };
}

function openApi(): BillingApi {
  api ??= openBillingApi({
    connection: resolveConnection(setting, fromEnvironment(process.env), label),
    timeouts: readTimeouts(setting),
    remark: (text) => engineLog().info(text),
    isWanted: watchEngine(engineAddress()),
  });
  return api;
}

function caps(): Caps {
  return readCaps(setting, (name) => `this stack's cap '${label(name)}'`);
}

function setting(name: SettingName): string | undefined {
  return config?.get(label(name));
}

/** The official Cloudflare provider takes the settings of the connection under the same names. */
function label(name: SettingName): string {
  return isLimit(name) ? `cloudflare-ai-gateway-billing:${name}` : `cloudflare:${name}`;
}

function engineLog(): EngineLog {
  log ??= openEngineLog(engineAddress());
  return log;
}

// The host's last argument; flags of the CLI such as --tracing come before it.
function engineAddress(): string {
  return process.argv.at(-1) ?? "";
}

// The engine ends this process with SIGINT, which ends Node without a word to anybody unless somebody listens.
function beforeEnd(work: () => void): void {
  process.once("exit", work);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      work();
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  }
}
