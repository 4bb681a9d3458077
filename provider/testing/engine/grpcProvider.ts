// A provider behind gRPC: turns the engine's calls into messages and the answers back into plain values. It strips what
// the provider does not understand from what it gets, marks secrets again in what it answers, and spares it calls that
// make no sense in a preview. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
import type { ServiceError } from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { nameOf, typeOf } from "./names";
import { channelOptions, type Sdk } from "./project";
import {
  type CheckAnswer,
  type CheckFailure,
  type CreateAnswer,
  type DetailedChange,
  type DiffAnswer,
  type DiffRequest,
  DiffUnavailable,
  type InvokeAnswer,
  type Provider,
  ProviderError,
  type ReadAnswer,
  unknownDiff,
} from "./provider";
import type { ResourceState } from "./state";
import {
  containsSecrets,
  containsUnknowns,
  makeSecret,
  mapProperties,
  markSecrets,
  type Properties,
  withoutSecrets,
} from "./values";

type Client = InstanceType<Sdk["providerRpc"]["ResourceProviderClient"]>;
type Callback<T> = (error: ServiceError | null, answer: T) => void;

export class GrpcProvider implements Provider {
  readonly #client: Client;
  /** As the handshake says, or with older providers the answer to their configuration. */
  #acceptSecrets: boolean | null = null;
  #supportsPreview = true;
  /** False in previews in which some of its own inputs are not known yet: it is then not configured at all. */
  #known = true;
  #configured: Promise<void> = Promise.resolve();

  private constructor(
    private readonly sdk: Sdk,
    address: string,
  ) {
    const credentials = sdk.grpc.credentials.createInsecure();
    this.#client = new sdk.providerRpc.ResourceProviderClient(address, credentials, channelOptions);
  }

  static async connect(sdk: Sdk, address: string): Promise<GrpcProvider> {
    const provider = new GrpcProvider(sdk, address);
    await provider.#handshake();
    return provider;
  }

  async #handshake(): Promise<void> {
    const { ProviderHandshakeRequest } = this.sdk.providerPb;
    // SDKs of before the handshake lack the message.
    if (ProviderHandshakeRequest === undefined) return;
    const request = new ProviderHandshakeRequest().setConfigureWithUrn(true);
    const call = this.#call<pb.ProviderHandshakeResponse>((done) => this.#client.handshake(request, done));
    this.#acceptSecrets = (await call.catch(ignoreUnimplemented))?.getAcceptSecrets() ?? null;
  }

  async checkConfig(urn: string, olds: Properties, news: Properties): Promise<CheckAnswer> {
    const request = this.#checkRequest(urn, withoutSecrets(olds), withoutSecrets(news));
    const call = this.#call<pb.CheckResponse>((done) => this.#client.checkConfig(request, done));
    const answer = await call.catch(ignoreUnimplemented);
    if (answer === null) return { inputs: news, failures: [] };
    const inputs = toProperties(answer.getInputs()) ?? {};
    markSecrets(inputs, news);
    return { inputs, failures: toFailures(answer.getFailuresList()) };
  }

  async diffConfig(urn: string, oldInputs: Properties, oldOutputs: Properties, news: Properties): Promise<DiffAnswer> {
    const [inputs, outputs] = [withoutSecrets(oldInputs), withoutSecrets(oldOutputs)];
    const olds = { urn, id: "", oldInputs: inputs, oldOutputs: outputs, ignoreChanges: [] };
    const request = this.#diffRequest({ ...olds, news: withoutSecrets(news) });
    const call = this.#call<pb.DiffResponse>((done) => this.#client.diffConfig(request, done));
    const answer = await call.catch(ignoreUnimplemented);
    return answer === null ? unknownDiff : toDiffAnswer(this.sdk, answer);
  }

  configure(urn: string, id: string, inputs: Properties): void {
    this.#known = !containsUnknowns(inputs);
    if (!this.#known) return;
    const request = new this.sdk.providerPb.ConfigureRequest();
    request.setArgs(this.#struct(inputs)).setAcceptsecrets(true).setAcceptresources(true);
    request.setSendsOldInputs(true).setSendsOldInputsToDelete(true);
    request.setUrn?.(urn)?.setName(nameOf(urn)).setType(typeOf(urn)).setId(id);
    const call = this.#call<pb.ConfigureResponse>((done) => this.#client.configure(request, done));
    this.#configured = call.then((answer) => {
      // Who shakes hands supports previews.
      if (this.#acceptSecrets !== null) return;
      this.#acceptSecrets = answer.getAcceptsecrets();
      this.#supportsPreview = answer.getSupportspreview();
    });
    this.#configured.catch(() => {});
  }

  async check(urn: string, olds: Properties | null, news: Properties): Promise<CheckAnswer> {
    await this.#configured;
    if (!this.#known) return { inputs: news, failures: [] };
    const request = this.#checkRequest(urn, this.#out(olds ?? {}), this.#out(news));
    const answer = await this.#call<pb.CheckResponse>((done) => this.#client.check(request, done));
    const failures = toFailures(answer.getFailuresList());
    return { inputs: this.#back(toProperties(answer.getInputs()) ?? {}, news), failures };
  }

  async diff(request: DiffRequest): Promise<DiffAnswer> {
    await this.#configured;
    if (!this.#known) {
      throw new DiffUnavailable(
        "The provider for this resource has inputs that are not known during preview.\n" +
          "This preview may not correctly represent the changes that will be applied during an update.",
      );
    }
    const olds = { oldInputs: this.#out(request.oldInputs), oldOutputs: this.#out(request.oldOutputs) };
    const message = this.#diffRequest({ ...request, ...olds, news: this.#out(request.news) });
    return toDiffAnswer(this.sdk, await this.#call((done) => this.#client.diff(message, done)));
  }

  async create(state: ResourceState, preview: boolean): Promise<CreateAnswer> {
    await this.#configured;
    if (preview && !this.#known) return { id: "", outputs: {} };
    if (preview && !this.#supportsPreview) return { id: "", outputs: structuredClone(state.inputs) };
    const message = this.#about(new this.sdk.providerPb.CreateRequest(), state.urn).setPreview(preview);
    message.setProperties(this.#struct(this.#out(state.inputs)));
    const call = this.#call<pb.CreateResponse>((done) => this.#client.create(message, done));
    const answer = await this.#marked(call, state.inputs);
    const id = answer.getId();
    if (id === "" && !preview) {
      throw new ProviderError(`plugin returned empty resource.ID from create '${state.urn}'`);
    }
    return { id, outputs: this.#back(toProperties(answer.getProperties()) ?? {}, state.inputs) };
  }

  async update(old: ResourceState, state: ResourceState, preview: boolean): Promise<Properties> {
    await this.#configured;
    if (preview && !this.#known) return {};
    if (preview && !this.#supportsPreview) return structuredClone(state.inputs);
    const message = this.#about(new this.sdk.providerPb.UpdateRequest(), state.urn).setId(old.id);
    message.setOldInputs(this.#struct(this.#out(old.inputs))).setOlds(this.#struct(this.#out(old.outputs)));
    message.setNews(this.#struct(this.#out(state.inputs))).setIgnorechangesList([...state.ignoreChanges]);
    const call = this.#call<pb.UpdateResponse>((done) => this.#client.update(message.setPreview(preview), done));
    const answer = await this.#marked(call, state.inputs);
    return this.#back(toProperties(answer.getProperties()) ?? {}, state.inputs);
  }

  async read(state: ResourceState, outputs: Properties): Promise<ReadAnswer> {
    await this.#configured;
    if (!this.#known) return { id: state.id, outputs: {}, inputs: {} };
    const message = this.#about(new this.sdk.providerPb.ReadRequest(), state.urn).setId(state.id);
    message.setProperties(this.#struct(this.#out(outputs))).setInputs(this.#struct(this.#out(state.inputs)));
    const call = this.#call<pb.ReadResponse>((done) => this.#client.read(message, done));
    const answer = await this.#marked(call, outputs);
    const found = [toProperties(answer.getInputs()), toProperties(answer.getProperties())] as const;
    return {
      id: answer.getId(),
      inputs: found[0] === null ? null : this.#back(found[0], state.inputs),
      outputs: found[1] === null ? null : this.#back(found[1], outputs),
    };
  }

  async delete(state: ResourceState): Promise<void> {
    await this.#configured;
    const message = this.#about(new this.sdk.providerPb.DeleteRequest(), state.urn).setId(state.id);
    message.setOldInputs(this.#struct(this.#out(state.inputs))).setProperties(this.#struct(this.#out(state.outputs)));
    await this.#call((done) => this.#client.delete(message, done));
  }

  async invoke(token: string, args: Properties, preview: boolean): Promise<InvokeAnswer> {
    await this.#configured;
    if (!this.#known) return { result: {}, failures: [] };
    const message = new this.sdk.providerPb.InvokeRequest().setTok(token).setArgs(this.#struct(this.#out(args)));
    message.setPreview?.(preview);
    const answer = await this.#call<pb.InvokeResponse>((done) => this.#client.invoke(message, done));
    const result = toProperties(answer.getReturn()) ?? {};
    const isSealed = !this.#acceptSecrets && containsSecrets(args);
    const failures = toFailures(answer.getFailuresList());
    return { result: isSealed ? mapProperties(result, makeSecret) : result, failures };
  }

  async close(): Promise<void> {
    const request = new this.sdk.emptyPb.Empty();
    const cancelled = this.#call((done) => this.#client.cancel(request, done)).catch(() => {});
    await Promise.race([cancelled, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
    this.#client.close();
  }

  #call<T>(send: (done: Callback<T>) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, answer) => (error === null ? resolve(answer) : reject(toProviderError(this.sdk, error))));
    });
  }

  /** A resource that exists without being ready comes as an error that carries its properties. */
  async #marked<T>(call: Promise<T>, like: Properties): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof ProviderError) this.#back(error.partial?.state.outputs ?? {}, like);
      throw error;
    }
  }

  #out(properties: Properties): Properties {
    return this.#acceptSecrets ? properties : withoutSecrets(properties);
  }

  #back(answer: Properties, like: Properties): Properties {
    if (!this.#acceptSecrets) markSecrets(answer, like);
    return answer;
  }

  #struct(properties: Properties): Struct {
    return this.sdk.structPb.Struct.fromJavaScript(properties);
  }

  #checkRequest(urn: string, olds: Properties, news: Properties): pb.CheckRequest {
    const request = this.#about(new this.sdk.providerPb.CheckRequest(), urn);
    return request.setOlds(this.#struct(olds)).setNews(this.#struct(news));
  }

  #diffRequest({ urn, id, oldInputs, oldOutputs, news, ignoreChanges }: DiffRequest): pb.DiffRequest {
    const message = this.#about(new this.sdk.providerPb.DiffRequest(), urn).setId(id);
    message.setOlds(this.#struct(oldOutputs)).setNews(this.#struct(news));
    return message.setOldInputs(this.#struct(oldInputs)).setIgnorechangesList([...ignoreChanges]);
  }

  /** Newer providers read name and type, older ones take them from the URN. */
  #about<T extends { setUrn(urn: string): T; setName(name: string): T; setType(type: string): T }>(
    message: T,
    urn: string,
  ): T {
    return message.setUrn(urn).setName(nameOf(urn)).setType(typeOf(urn));
  }
}

function ignoreUnimplemented(error: unknown): null {
  if (error instanceof ProviderError && error.unimplemented) return null;
  throw error;
}

function toProperties(struct: Struct | undefined): Properties | null {
  return struct === undefined ? null : (struct.toJavaScript() as Properties);
}

function toFailures(list: readonly pb.CheckFailure[]): CheckFailure[] {
  return list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

function toDiffAnswer(sdk: Sdk, answer: pb.DiffResponse): DiffAnswer {
  const { DIFF_NONE, DIFF_SOME } = sdk.providerPb.DiffResponse.DiffChanges;
  const changes = answer.getChanges();
  return {
    changes: changes === DIFF_SOME ? "some" : changes === DIFF_NONE ? "none" : "unknown",
    replaces: answer.getReplacesList(),
    diffs: answer.getDiffsList().map(propertyOf),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
    detailed: answer.getHasdetaileddiff() ? toDetails(sdk, answer) : null,
  };
}

/** The engine knows whole properties; a path into one stands for it. */
function propertyOf(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

function toDetails(sdk: Sdk, answer: pb.DiffResponse): Record<string, DetailedChange> {
  const { ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE } = sdk.providerPb.PropertyDiff.Kind;
  const details: Record<string, DetailedChange> = {};
  answer.getDetaileddiffMap().forEach((change, path) => {
    const property = propertyOf(path);
    const replaces = [ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE].some((kind) => kind === change.getKind());
    const isOther = details[property]?.replaces === true;
    details[property] = { replaces: replaces || isOther, inputDiff: change.getInputdiff() };
  });
  return details;
}

/**
 * What a failed call says. Node's gRPC hands over the details of a status as bytes in a trailer.
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/errors.proto
 */
function toProviderError(sdk: Sdk, error: ServiceError): ProviderError {
  const { UNIMPLEMENTED, UNAVAILABLE } = sdk.grpc.status;
  if (error.code === UNAVAILABLE) {
    const message = `The provider's process ended or closed its connection during the call (${error.details}).`;
    return new ProviderError(message);
  }
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  const partial = bytes === undefined || typeof bytes === "string" ? null : readPartial(sdk, bytes);
  return new ProviderError(error.details, { unimplemented: error.code === UNIMPLEMENTED, partial });
}

function readPartial(sdk: Sdk, status: Uint8Array): ProviderError["partial"] {
  const details = sdk.statusPb.Status.deserializeBinary(status).getDetailsList();
  const packed = details.find((each) => each.getTypeName() === "pulumirpc.ErrorResourceInitFailed");
  if (packed === undefined) return null;
  const failed = sdk.providerPb.ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
  const [outputs, inputs] = [toProperties(failed.getProperties()) ?? {}, toProperties(failed.getInputs())];
  return { state: { id: failed.getId(), outputs, inputs }, reasons: failed.getReasonsList() };
}
