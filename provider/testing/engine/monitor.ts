// The services that the program and its providers talk to: the resource monitor, with which a running program registers
// what it wants, and the engine's log. It turns messages into goals and states into answers, refuses by name what the
// local engine does not play, and lets go of waiting calls when the run is over. What becomes of a goal is decided
// elsewhere. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto and engine.proto beside it
import type { Server, ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import type * as enginePb from "@pulumi/pulumi/proto/engine_pb";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import type * as pb from "@pulumi/pulumi/proto/resource_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { ConfigValue, Severity } from "./contract";
import { type Deployment, Moment, messageOf } from "./deployment";
import { type AliasSpec, demandUrn, isProviderType, packageOf, rootStackType, typeOf } from "./names";
import { type Goal, newGoal, planRead, planRegistration } from "./plan";
import { channelOptions, type Sdk } from "./project";
import { Defaults } from "./registry";
import type { Reporter } from "./report";
import type { ResourceState } from "./state";
import { containsAssets, type Properties } from "./values";

/** A gRPC server on a free port of this machine, for as long as a run takes. */
export async function startServer({ grpc }: Sdk): Promise<{ server: Server; address: string }> {
  const server = new grpc.Server(channelOptions);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { server, address: `127.0.0.1:${port}` };
}

/** By the wire's number. Debug messages are dropped, as by the CLI: those of the SDK hold secrets in plain text. */
const severities: readonly (Severity | null)[] = [null, "info", "warning", "error"];

/** Where program and providers send what they log. `isAbandoned` is true once nobody is to hear of it any more. */
export function logHandlers(sdk: Sdk, reporter: Reporter, isAbandoned: () => boolean): UntypedServiceImplementation {
  let root = "";
  const { GetRootResourceResponse, SetRootResourceResponse } = sdk.enginePb;
  return {
    log({ request }: Call<enginePb.LogRequest>, answer: Answer<unknown>): void {
      const severity = severities[request.getSeverity()] ?? null;
      // Status messages are for a display that is drawn over; the next one replaces them.
      if (severity !== null && !request.getEphemeral() && !isAbandoned()) {
        reporter.diagnose(severity, request.getMessage(), request.getUrn());
      }
      answer(null, new sdk.emptyPb.Empty());
    },
    getRootResource(_call: unknown, answer: Answer<enginePb.GetRootResourceResponse>): void {
      answer(null, new GetRootResourceResponse().setUrn(root));
    },
    setRootResource(
      { request }: Call<enginePb.SetRootResourceRequest>,
      answer: Answer<enginePb.SetRootResourceResponse>,
    ): void {
      root = request.getUrn();
      answer(null, new SetRootResourceResponse());
    },
  };
}

type Call<T> = ServerUnaryCall<T, unknown>;
type Answer<T> = sendUnaryData<T>;

/**
 * What the engine does; the SDK itself refuses whatever else a program asks for. All but the first two are let through
 * to be refused here, by name: with a "no" to hooks the SDK waits for ever, and to the others it asks for a newer CLI.
 */
const features = [
  "secrets",
  "aliasSpecs",
  "resourceHooks",
  "errorHooks",
  "deletedWith",
  "replaceWith",
  "parameterization",
];

/** ResourceInvokeResponse in newer SDKs, with the same fields. The generated code names it, its declarations do not. */
type InvokeDefinition = { readonly responseType: typeof InvokeResponse };

export class Monitor {
  readonly #defaults: Defaults;
  /** Options that children inherit, by the parent's URN. */
  readonly #options = new Map<string, { protect: boolean; retainOnDelete: boolean }>();
  /** Happens when the program says that it will register nothing more. Old SDKs only end. */
  readonly signal = new Moment();
  /** Lets go of every waiting call: those of a failed run end with an error that tells the program to end, too. */
  readonly shutdown = new Moment();
  /** What the program exports, kept until it is known whether the run went well. */
  stackOutputs: { urn: string; outputs: Properties } | null = null;

  constructor(
    private readonly sdk: Sdk,
    private readonly deployment: Deployment,
    config: ReadonlyMap<string, ConfigValue>,
  ) {
    this.#defaults = new Defaults(config, (provider) => this.#registered(newGoal(provider)));
  }

  get handlers(): UntypedServiceImplementation {
    const { Empty } = this.sdk.emptyPb;
    const { SupportsFeatureResponse } = this.sdk.resourcePb;
    const refuse = (what: string) => this.#orFail(Promise.reject(unsupported(`The program ${what}`)));
    return {
      supportsFeature: this.#unary(async (request: pb.SupportsFeatureRequest) =>
        new SupportsFeatureResponse().setHassupport(features.includes(request.getId())),
      ),
      registerResource: this.#unary((request: pb.RegisterResourceRequest) => this.#orFail(this.#register(request))),
      registerResourceOutputs: ({ request }: Call<pb.RegisterResourceOutputsRequest>, answer: Answer<unknown>) => {
        // Answered even after the run is over: a program that failed may only just have come to its end.
        this.#registerOutputs(request.getUrn(), toProperties(request.getOutputs())).then(
          () => answer(null, new Empty()),
          (error: Error) => answer({ code: this.sdk.grpc.status.UNKNOWN, details: error.message }),
        );
      },
      readResource: this.#unary((request: pb.ReadResourceRequest) => this.#orFail(this.#read(request))),
      invoke: this.#unary((request: pb.ResourceInvokeRequest) => this.#invoke(request)),
      registerPackage: this.#unary((request: pb.RegisterPackageRequest) =>
        refuse(`refers to the package '${request.getName()}' by a package reference`),
      ),
      call: this.#unary((request: pb.ResourceCallRequest) => refuse(`calls the method ${request.getTok()}`)),
      registerResourceHook: this.#unary((request: pb.RegisterResourceHookRequest) =>
        refuse(`uses the resource hook '${request.getName()}'`),
      ),
      registerErrorHook: this.#unary((request: pb.RegisterErrorHookRequest) =>
        refuse(`uses the error hook '${request.getName()}'`),
      ),
      signalAndWaitForShutdown: (_call: Call<unknown>, answer: Answer<unknown>) => {
        this.signal.happen();
        this.shutdown.happened.then(() => answer(null, new Empty()));
      },
    };
  }

  /** The outputs of a component or of the stack. */
  async setOutputs(state: ResourceState, outputs: Properties): Promise<void> {
    if (JSON.stringify(state.outputs) === JSON.stringify(outputs)) return;
    state.outputs = outputs;
    await this.deployment.journal.change(state);
  }

  async #register(request: pb.RegisterResourceRequest): Promise<pb.RegisterResourceResponse> {
    const inherited = this.#options.get(request.getParent());
    if (!request.hasProtect() && inherited?.protect) request.setProtect(true);
    if (!request.hasRetainondelete() && inherited?.retainOnDelete) request.setRetainondelete(true);
    const goal = readGoal(request);
    const own = new Map<string, string>(request.getProvidersMap().getEntryList());
    const { type, parent, custom } = goal;
    const subject = { type, parent, version: request.getVersion() };
    const needsProvider = custom && !isProviderType(type);
    const provider = needsProvider ? await this.#defaults.resolve(subject, goal.provider, own) : "";
    const state = await this.#registered({ ...goal, provider });
    if (!custom) this.#defaults.handDown(state.urn, parent, own, goal.provider);
    this.#options.set(state.urn, goal);
    const answer = new this.sdk.resourcePb.RegisterResourceResponse().setUrn(state.urn).setId(state.id);
    // A component's old outputs may name resources that this run has not come to yet.
    return answer.setObject(this.#struct(custom ? state.outputs : {}));
  }

  async #registerOutputs(urn: string, outputs: Properties): Promise<void> {
    if (typeOf(urn) === rootStackType) {
      this.stackOutputs = { urn, outputs };
      return;
    }
    const state = this.deployment.news.get(urn);
    if (state === undefined) throw new Error(`cannot complete a resource '${urn}' whose registration isn't pending`);
    await this.setOutputs(state, outputs);
  }

  async #read(request: pb.ReadResourceRequest): Promise<pb.ReadResourceResponse> {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    if (type === "pulumi:pulumi:StackReference") {
      throw unsupported(`The program uses the StackReference '${name}'`);
    }
    const subject = { type, parent, version: request.getVersion() };
    const provider = await this.#defaults.resolve(subject, request.getProvider(), new Map());
    const goal = newGoal({
      ...{ type, name, parent, provider },
      properties: toProperties(request.getProperties()),
      dependencies: request.getDependenciesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    });
    const d = this.deployment;
    const state = await settled((done) =>
      d.perform(d.names.urnOf(goal), () => planRead(d, { ...goal, id: request.getId() }, done)),
    );
    const answer = new this.sdk.resourcePb.ReadResourceResponse().setUrn(state.urn);
    return answer.setProperties(this.#struct(state.outputs));
  }

  async #invoke(request: pb.ResourceInvokeRequest): Promise<InvokeResponse> {
    const token = request.getTok();
    if (token.startsWith("pulumi:pulumi:")) throw unsupported(`The program calls ${token}`);
    const given = request.getProvider();
    const reference = given || (await this.#defaults.reference(packageOf(token), request.getVersion()));
    const provider = await this.deployment.registry.get(reference);
    if (provider === null) throw new Error(`unknown provider for the function ${token}`);
    const args = toProperties(request.getArgs());
    const { result, failures } = await provider.invoke(token, args, this.deployment.dryRun).catch((error) => {
      throw new Error(`invocation of ${token} returned an error: ${messageOf(error)}`);
    });
    const { CheckFailure } = this.sdk.providerPb;
    const list = failures.map(({ property, reason }) => new CheckFailure().setProperty(property).setReason(reason));
    const { responseType } = this.sdk.resourceRpc.ResourceMonitorService.invoke as unknown as InvokeDefinition;
    return new responseType().setReturn(this.#struct(result)).setFailuresList(list);
  }

  /** The state that a registration ends in. A run that has stopped never answers; in the end it lets go of the call. */
  #registered(goal: Goal): Promise<ResourceState> {
    const d = this.deployment;
    return settled((done) => d.perform(d.names.urnOf(goal), () => planRegistration(d, goal, done)));
  }

  /**
   * Fails the run with the error and leaves the call waiting. The program then ends with the run: left to itself, the
   * SDK puts a stack trace around the message, or waits for ever.
   */
  async #orFail<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!this.deployment.stopped) this.deployment.fail(error, null);
      return new Promise(() => {});
    }
  }

  #unary<Q, A>(handle: (request: Q) => Promise<A>) {
    const { UNAVAILABLE, UNKNOWN } = this.sdk.grpc.status;
    return (call: Call<Q>, answer: Answer<A>): void => {
      const gone = this.shutdown.happened.then(() =>
        Promise.reject(Object.assign(new Error("the run is over"), { code: UNAVAILABLE })),
      );
      Promise.race([Promise.resolve().then(() => handle(call.request)), gone]).then(
        (value) => answer(null, value),
        (error: Error & { code?: number }) => answer({ code: error.code ?? UNKNOWN, details: error.message }),
      );
    };
  }

  #struct(properties: Properties): Struct {
    return this.sdk.structPb.Struct.fromJavaScript(properties);
  }
}

function settled(start: (done: (state: ResourceState) => void) => Promise<void>): Promise<ResourceState> {
  return new Promise((resolve, reject) => {
    start(resolve).catch(reject);
  });
}

function unsupported(what: string): Error {
  return new Error(`${what}, which the local engine does not support.`);
}

/** Reads a registration. Throws, naming the feature, where it asks for what the local engine does not do. */
export function readGoal(request: pb.RegisterResourceRequest): Goal {
  const [type, name] = [request.getType(), request.getName()];
  const properties = toProperties(request.getObject());
  const refused = refusedOptions(request, properties).find(([, asked]) => asked);
  if (refused !== undefined) throw unsupported(`${type} '${name}' uses ${refused[0]}`);
  const version = request.getVersion();
  const dependencies = unique(request.getDependenciesList());
  const decides = request.getDeletebeforereplacedefined() || request.getDeletebeforereplace();
  return {
    ...{ type, name, dependencies },
    custom: request.getCustom(),
    // The version of an explicit provider is one of its inputs.
    properties: isProviderType(type) && version !== "" ? { ...properties, version } : properties,
    parent: request.getParent(),
    protect: request.getProtect() ?? false,
    propertyDependencies: readPropertyDependencies(request, properties, dependencies),
    provider: request.getProvider(),
    deleteBeforeReplace: decides ? request.getDeletebeforereplace() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: readAliases(request),
    retainOnDelete: request.getRetainondelete() ?? false,
  };
}

/** By the name that the message gives; older SDKs lack the methods of newer options. */
function refusedOptions(
  request: pb.RegisterResourceRequest,
  properties: Properties,
): readonly (readonly [string, boolean | undefined])[] {
  const paths = [...request.getIgnorechangesList(), ...request.getReplaceonchangesList()];
  const path = paths.find((each) => /[.[\]"*#]/.test(each));
  const trigger = request.getReplacementTrigger?.();
  return [
    ["remote components", request.getRemote()],
    ["the 'import' option", request.getImportid() !== ""],
    ["transforms", request.getTransformsList?.().length > 0],
    ["resource hooks", request.hasHooks?.() && request.getHooks()?.toArray().flat().length !== 0],
    ["the 'replaceWith' option", (request.getReplaceWithList?.() ?? []).length > 0],
    ["the 'replacementTrigger' option", trigger !== undefined && !trigger.hasNullValue()],
    ["the 'deletedWith' option", request.getDeletedwith() !== ""],
    [
      "the 'customTimeouts' option",
      request.hasCustomtimeouts() && request.getCustomtimeouts()?.toArray().some(Boolean),
    ],
    [`the property path '${path}' in 'ignoreChanges' or 'replaceOnChanges'`, path !== undefined],
    ["assets and archives", containsAssets(properties)],
  ];
}

/** Old SDKs send none: every property then depends on everything. */
function readPropertyDependencies(
  request: pb.RegisterResourceRequest,
  properties: Properties,
  dependencies: readonly string[],
): Record<string, readonly string[]> {
  const map = request.getPropertydependenciesMap();
  const all = map.getLength() === 0 ? dependencies : [];
  const found = Object.fromEntries(Object.keys(properties).map((key) => [key, all]));
  map.forEach((entry, key) => {
    found[key] = unique(entry.getUrnsList());
  });
  return found;
}

/** A former name that is none is refused, as it would be looked for in vain: the resource would then be made anew. */
function readAliases(request: pb.RegisterResourceRequest): AliasSpec[] {
  const urns = request.getAliasurnsList().map((urn) => ({ urn: demandUrn("alias URN", urn) }));
  const specs = request.getAliasesList().map((alias): AliasSpec => {
    const spec = alias.getSpec();
    if (spec === undefined) return { urn: demandUrn("alias URN", alias.getUrn()) };
    const [name, type, parent] = [spec.getName(), spec.getType(), spec.getParenturn()];
    if (parent !== "") demandUrn("parent alias URN", parent);
    const former = spec.getNoparent() ? "" : parent || undefined;
    return { name, type, project: spec.getProject(), stack: spec.getStack(), parent: former };
  });
  return [...urns, ...specs];
}

function toProperties(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
