// A provider behind gRPC: turns the engine's calls into messages and the answers back into plain values. It knows the wire
// format and leaves secrets, previews and unknowns to its caller.
import type { ServiceError } from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type {
  CheckAnswer,
  DiffAnswer,
  DiffRequest,
  Protocol,
  ProviderClient,
  ReadAnswer,
  StateAnswer,
  Subject,
  UpdateRequest,
} from "./providerClient";
import { toProviderError } from "./rpcErrors";
import type { Sdk } from "./sdk";
import type { Properties } from "./values";
import { toCheckAnswer, toDiffAnswer, toFailures, toProperties } from "./wire";

type Client = InstanceType<Sdk["providerRpc"]["ResourceProviderClient"]>;
type Callback<T> = (error: ServiceError | null, answer: T) => void;

export class GrpcClient implements ProviderClient {
  readonly #sdk: Sdk;
  readonly #client: Client;

  constructor(sdk: Sdk, address: string) {
    this.#sdk = sdk;
    // The CLI allows messages of 400 MB, too. The provider is on this machine, whatever `https_proxy` says.
    const options = { "grpc.max_receive_message_length": 400 * 1024 * 1024, "grpc.enable_http_proxy": 0 };
    this.#client = new sdk.providerRpc.ResourceProviderClient(address, sdk.grpc.credentials.createInsecure(), options);
  }

  async handshake(): Promise<Protocol | null> {
    const { ProviderHandshakeRequest } = this.#sdk.providerPb;
    // SDKs of before the handshake lack the message.
    if (ProviderHandshakeRequest === undefined) return null;
    const request = new ProviderHandshakeRequest();
    request.setConfigureWithUrn(true);
    const answer = await this.#call<pb.ProviderHandshakeResponse>((done) => this.#client.handshake(request, done));
    return {
      acceptSecrets: answer.getAcceptSecrets(),
      acceptResources: answer.getAcceptResources(),
      supportsPreview: true,
    };
  }

  async checkConfig(subject: Subject, olds: Properties, news: Properties): Promise<CheckAnswer> {
    const request = this.#checkRequest(subject, olds, news);
    return toCheckAnswer(await this.#call((done) => this.#client.checkConfig(request, done)));
  }

  async diffConfig(
    subject: Subject,
    oldInputs: Properties,
    oldOutputs: Properties,
    news: Properties,
  ): Promise<DiffAnswer> {
    const request = this.#diffRequest({ ...subject, id: "", oldInputs, oldOutputs, news, ignoreChanges: [] });
    return toDiffAnswer(this.#sdk, await this.#call((done) => this.#client.diffConfig(request, done)));
  }

  async configure(subject: Subject & { id: string }, inputs: Properties): Promise<Protocol> {
    const request = new this.#sdk.providerPb.ConfigureRequest();
    request.setArgs(this.#struct(inputs)).setAcceptsecrets(true).setAcceptresources(true);
    request.setSendsOldInputs(true).setSendsOldInputsToDelete(true);
    request.setUrn?.(subject.urn)?.setName(subject.name).setType(subject.type).setId(subject.id);
    const answer = await this.#call<pb.ConfigureResponse>((done) => this.#client.configure(request, done));
    return {
      acceptSecrets: answer.getAcceptsecrets(),
      acceptResources: answer.getAcceptresources(),
      supportsPreview: answer.getSupportspreview(),
    };
  }

  async check(subject: Subject, olds: Properties, news: Properties): Promise<CheckAnswer> {
    const request = this.#checkRequest(subject, olds, news);
    return toCheckAnswer(await this.#call((done) => this.#client.check(request, done)));
  }

  async diff(request: DiffRequest): Promise<DiffAnswer> {
    const message = this.#diffRequest(request);
    return toDiffAnswer(this.#sdk, await this.#call((done) => this.#client.diff(message, done)));
  }

  async create(request: Subject & { inputs: Properties; timeout: number; preview: boolean }): Promise<StateAnswer> {
    const message = this.#about(new this.#sdk.providerPb.CreateRequest(), request);
    message.setProperties(this.#struct(request.inputs)).setTimeout(request.timeout).setPreview(request.preview);
    const answer = await this.#call<pb.CreateResponse>((done) => this.#client.create(message, done));
    return { id: answer.getId(), outputs: toProperties(answer.getProperties()) ?? {} };
  }

  async update(request: UpdateRequest): Promise<Properties> {
    const message = this.#about(new this.#sdk.providerPb.UpdateRequest(), request);
    message.setId(request.id).setOlds(this.#struct(request.oldOutputs)).setNews(this.#struct(request.news));
    message.setOldInputs(this.#struct(request.oldInputs)).setIgnorechangesList([...request.ignoreChanges]);
    message.setTimeout(request.timeout).setPreview(request.preview);
    const answer = await this.#call<pb.UpdateResponse>((done) => this.#client.update(message, done));
    return toProperties(answer.getProperties()) ?? {};
  }

  async read(request: Subject & { id: string; inputs: Properties; outputs: Properties }): Promise<ReadAnswer> {
    const message = this.#about(new this.#sdk.providerPb.ReadRequest(), request).setId(request.id);
    message.setProperties(this.#struct(request.outputs)).setInputs(this.#struct(request.inputs));
    const answer = await this.#call<pb.ReadResponse>((done) => this.#client.read(message, done));
    const outputs = toProperties(answer.getProperties());
    return { id: answer.getId(), outputs, inputs: toProperties(answer.getInputs()) };
  }

  async delete(
    request: Subject & { id: string; inputs: Properties; outputs: Properties; timeout: number },
  ): Promise<void> {
    const message = this.#about(new this.#sdk.providerPb.DeleteRequest(), request).setId(request.id);
    message.setProperties(this.#struct(request.outputs)).setOldInputs(this.#struct(request.inputs));
    message.setTimeout(request.timeout);
    await this.#call((done) => this.#client.delete(message, done));
  }

  async invoke(token: string, args: Properties, preview: boolean): ReturnType<ProviderClient["invoke"]> {
    const message = new this.#sdk.providerPb.InvokeRequest().setTok(token).setArgs(this.#struct(args));
    message.setPreview?.(preview);
    const answer = await this.#call<pb.InvokeResponse>((done) => this.#client.invoke(message, done));
    return { result: toProperties(answer.getReturn()) ?? {}, failures: toFailures(answer.getFailuresList()) };
  }

  async cancel(): Promise<void> {
    const request = new this.#sdk.emptyPb.Empty();
    await this.#call((done) => this.#client.cancel(request, done)).catch(() => {});
  }

  close(): void {
    this.#client.close();
  }

  #call<T>(send: (done: Callback<T>) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, answer) => (error === null ? resolve(answer) : reject(toProviderError(this.#sdk, error))));
    });
  }

  #struct(properties: Properties): Struct {
    return this.#sdk.structPb.Struct.fromJavaScript(properties);
  }

  #checkRequest(subject: Subject, olds: Properties, news: Properties): pb.CheckRequest {
    const request = this.#about(new this.#sdk.providerPb.CheckRequest(), subject);
    return request.setOlds(this.#struct(olds)).setNews(this.#struct(news));
  }

  #diffRequest(request: DiffRequest): pb.DiffRequest {
    const message = this.#about(new this.#sdk.providerPb.DiffRequest(), request).setId(request.id);
    message.setOlds(this.#struct(request.oldOutputs)).setNews(this.#struct(request.news));
    return message.setOldInputs(this.#struct(request.oldInputs)).setIgnorechangesList([...request.ignoreChanges]);
  }

  /** Newer providers read name and type, older ones take them from the urn. */
  #about<T extends { setUrn(urn: string): T; setName(name: string): T; setType(type: string): T }>(
    message: T,
    subject: Subject,
  ): T {
    return message.setUrn(subject.urn).setName(subject.name).setType(subject.type);
  }
}
