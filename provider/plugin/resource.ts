// The plugin's calls about a resource, and its functions: gRPC messages translated to the rules and back. Loaded with the first call that
// needs it, since a provider that is only configured has no use for the rules.
import { CreateResponse, ReadResponse, UpdateResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type BillingApi, openBillingApi } from "../cloudflare/client";
import { fromEnvironment, resolveConnection } from "../cloudflare/credentials";
import { printable } from "../cloudflare/printable";
import type { SettingName } from "../cloudflare/settings";
import { watchEngine } from "../pulumi/engine";
import { fromWire, toWire } from "../pulumi/properties";
import { joinRun } from "../pulumi/runProcesses";
import { readCaps, readTimeouts } from "../pulumi/settings";
import { nameOf, PLUGIN_TYPE, typeOf } from "../pulumi/urn";
import { type Caps, checkAccountId } from "../topup/check";
import { planCreate, planUpdate } from "../topup/diff";
import { RefusedError } from "../topup/errors";
import { checkSince, readCreditBalance, readTopupCharges, readTopupConfig } from "../topup/functions";
import { Lifecycle } from "../topup/lifecycle";
import { type CheckedInputs, inputsOf } from "../topup/model";
import { checked, differing, invoked } from "./answers";
import type { Methods, Run } from "./run";
import { fromStruct, toStruct } from "./struct";

export type Resource = ReturnType<typeof openResource>;

export function openResource(run: Run) {
  const { signal } = run.ending;
  const warn = (text: string) => run.log().warn(text);
  const setting = (name: SettingName) => run.settings.get(name);
  const otherProcesses = joinRun(run.engine, warn);
  signal.addEventListener("abort", otherProcesses.leave);
  const lifecycle = new Lifecycle({ api, caps, warn, otherProcesses });
  let opened: BillingApi | undefined;

  function api(): BillingApi {
    opened ??= openBillingApi({
      connection: resolveConnection(setting, fromEnvironment(process.env), label),
      timeouts: readTimeouts(setting),
      remark: (text) => run.log().info(text),
      signal,
      isWanted: watchEngine(run.engine),
    });
    return opened;
  }

  // An explicit provider does not see the stack's settings, and the stack's cap is not its own.
  function caps(): Caps {
    return readCaps(setting, (name) =>
      run.isExplicit ? `this provider's cap '${name}'` : `this stack's cap '${label(name)}'`,
    );
  }

  return {
    async check(request) {
      const [urn, news] = [request.getUrn(), fromStruct(request.getNews())];
      const resource = { key: urn, name: topupNameOf(urn) };
      const { inputs, failures } = await lifecycle.check(fromWire(news), resource, fromStruct(request.getOlds()));
      return checked(inputs ? toWire(inputs) : news, failures);
    },

    diff(request) {
      const news = fromWire(fromStruct(request.getNews())) as CheckedInputs;
      return differing(lifecycle.diff(fromStruct(request.getOlds()), news, request.getUrn()));
    },

    async create(request) {
      const news = fromStruct(request.getProperties());
      if (request.getPreview()) {
        return new CreateResponse().setProperties(toStruct(toWire(planCreate(fromWire(news) as CheckedInputs))));
      }
      const state = await lifecycle.create(news);
      return new CreateResponse().setId(state.accountId).setProperties(toStruct({ ...state }));
    },

    async update(request) {
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const outputs = request.getPreview()
        ? toWire(planUpdate(olds, fromWire(news) as CheckedInputs))
        : { ...(await lifecycle.update(request.getId(), olds, news)) };
      return new UpdateResponse().setProperties(toStruct(outputs));
    },

    // Inputs come with the outputs, so that drift shows property by property. An empty answer means gone.
    async read(request) {
      topupNameOf(request.getUrn());
      const state = await lifecycle.read(request.getId(), fromStruct(request.getProperties()));
      if (!state) return new ReadResponse();
      const [outputs, inputs] = [toStruct({ ...state }), toStruct({ ...inputsOf(state) })];
      return new ReadResponse().setId(state.accountId).setProperties(outputs).setInputs(inputs);
    },

    async delete(request) {
      await lifecycle.delete(request.getId(), fromStruct(request.getProperties()), request.getUrn());
      return new Empty();
    },

    async invoke(request) {
      const [token, args] = [request.getTok(), fromStruct(request.getArgs())];
      const read = FUNCTIONS.get(token);
      if (!read) {
        const known = [...FUNCTIONS.keys()].join("', '");
        throw new RefusedError(`This provider has no function '${printable(token)}', only '${known}'.`);
      }
      const account = checkAccountId(fromWire(args));
      if (typeof account !== "string") return invoked({}, account);
      const since = checkSince(args.since);
      return typeof since === "object" ? invoked({}, since) : invoked({ ...(await read(api(), account, since)) });
    },

    /** Tells the other processes of the run that this one is no longer part of it. */
    leave: otherProcesses.leave,
  } satisfies Methods & { leave(): void };
}

const FUNCTIONS = new Map<string, (api: BillingApi, accountId: string, since?: number) => Promise<object>>([
  ["cloudflare-ai-gateway-billing:index:getAutoTopupConfig", readTopupConfig],
  ["cloudflare-ai-gateway-billing:index:getCreditBalance", readCreditBalance],
  ["cloudflare-ai-gateway-billing:index:getTopupCharges", readTopupCharges],
]);

/** The resource's name in the program. Refuses any other type of resource. */
function topupNameOf(urn: string): string {
  const type = typeOf(urn);
  if (type === PLUGIN_TYPE) return nameOf(urn);
  throw new RefusedError(`This provider has no resource type '${printable(type)}', only '${PLUGIN_TYPE}'.`);
}

function label(name: SettingName): string {
  return `cloudflare-ai-gateway-billing:${name}`;
}
