// The resource and the functions as the engine calls them, translated to the rules and back. Loaded with the first call that needs it. Holds
// no rule, and does not know gRPC.

import { type BillingApi, openBillingApi } from "../cloudflare/client";
import { fromEnvironment, resolveConnection, type SettingName } from "../cloudflare/credentials";
import { printable } from "../cloudflare/errors";
import { watchEngine } from "../pulumi/engineAlive";
import { fromWire, type Properties, toWire } from "../pulumi/properties";
import { openRunFolder } from "../pulumi/runFolder";
import { parseMaxAmount, parseTimeouts } from "../pulumi/settings";
import { type CheckFailure, type CheckResult, checkAccountId } from "../topup/check";
import type { TopupDiff } from "../topup/diff";
import { planCreate, planUpdate } from "../topup/diff";
import { RefusedError } from "../topup/errors";
import { checkSince, readCreditBalance, readTopupCharges, readTopupConfig } from "../topup/functions";
import { Lifecycle } from "../topup/lifecycle";
import { type CheckedInputs, inputsOf } from "../topup/model";
import type { Run } from "./run";
import { topupNameOf } from "./urn";

export class Topup {
  private readonly lifecycle: Lifecycle;
  private opened: BillingApi | undefined;

  constructor(private readonly run: Run) {
    const { log, signal } = run;
    const otherProcesses = openRunFolder(run.engine);
    signal.addEventListener("abort", otherProcesses.leave);
    const warn = (text: string) => log().warn(text);
    this.lifecycle = new Lifecycle({ api: this.api, maxAmount: this.maxAmount, warn, otherProcesses });
  }

  check(urn: string, news: Properties): { inputs: Properties; failures: CheckFailure[] } {
    const { inputs, failures }: CheckResult = this.lifecycle.check(fromWire(news), {
      key: urn,
      name: topupNameOf(urn),
    });
    return { inputs: inputs ? toWire(inputs) : news, failures };
  }

  diff(urn: string, olds: Properties, news: Properties): TopupDiff {
    return this.lifecycle.diff(olds, fromWire(news) as CheckedInputs, urn);
  }

  planCreate(news: Properties): Properties {
    return toWire(planCreate(fromWire(news) as CheckedInputs));
  }

  planUpdate(olds: Properties, news: Properties): Properties {
    return toWire(planUpdate(olds, fromWire(news) as CheckedInputs));
  }

  async create(news: Properties): Promise<{ id: string; outputs: Properties }> {
    const state = await this.lifecycle.create(news);
    return { id: state.accountId, outputs: { ...state } };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    return { ...(await this.lifecycle.update(id, olds, news)) };
  }

  /** Null for a config that is gone. Inputs come with the outputs, so that drift shows property by property. */
  async read(id: string, props: Properties): Promise<{ id: string; outputs: Properties; inputs: Properties } | null> {
    const state = await this.lifecycle.read(id, props);
    return state && { id: state.accountId, outputs: { ...state }, inputs: { ...inputsOf(state) } };
  }

  async delete(id: string, props: Properties, urn: string): Promise<void> {
    await this.lifecycle.delete(id, props, urn);
  }

  /** @throws RefusedError for a function that this provider does not have. */
  async invoke(token: string, args: Properties): Promise<{ value: Properties } | { failure: CheckFailure }> {
    const read = FUNCTIONS.get(token);
    if (!read)
      throw new RefusedError(
        `This provider has no function '${printable(token)}', only '${[...FUNCTIONS.keys()].join("', '")}'.`,
      );
    const account = checkAccountId(fromWire(args));
    if (typeof account !== "string") return { failure: account };
    const since = checkSince(args.since);
    if (typeof since === "object") return { failure: since };
    return { value: { ...(await read(await this.api(), account, since)) } };
  }

  private readonly api = async (): Promise<BillingApi> => {
    const { settings, signal, log } = this.run;
    this.opened ??= openBillingApi({
      connection: resolveConnection((name) => settings.get(name), fromEnvironment(process.env), label),
      timeouts: parseTimeouts((name) => settings.get(name)),
      remark: (text) => log().info(text),
      signal,
      isWanted: watchEngine(this.run.engine),
    });
    return this.opened;
  };

  private readonly maxAmount = (): number | null => parseMaxAmount(this.run.settings.get("maxAmount"));
}

type ReadFunction = (api: BillingApi, accountId: string, since?: number) => Promise<object>;

const FUNCTIONS: ReadonlyMap<string, ReadFunction> = new Map<string, ReadFunction>([
  ["cloudflare-ai-gateway-billing:index:getAutoTopupConfig", readTopupConfig],
  ["cloudflare-ai-gateway-billing:index:getCreditBalance", readCreditBalance],
  ["cloudflare-ai-gateway-billing:index:getTopupCharges", readTopupCharges],
]);

function label(name: SettingName): string {
  return `cloudflare-ai-gateway-billing:${name}`;
}
