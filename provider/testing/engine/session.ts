// One program's conversation with the engine: turns its messages into goals and the resulting states into answers. What
// becomes of a goal is decided elsewhere.
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import type * as pb from "@pulumi/pulumi/proto/resource_pb";
import type { Defaults, PackageRequest } from "./defaults";
import type { Deployment } from "./deployment";
import { answerInvoke } from "./invoke";
import { planRead, readRequest } from "./read";
import { readGoal } from "./readGoal";
import { planRegistration, urnOf } from "./register";
import type { Sdk } from "./sdk";
import type { ResourceState } from "./state";
import { isProviderType, rootStackType, typeOf } from "./urn";
import type { Properties } from "./values";
import { toProperties } from "./wire";

/** ResourceInvokeResponse in newer SDKs, with the same fields. The generated code names it, its declarations do not. */
type InvokeDefinition = { readonly responseType: typeof InvokeResponse };

export class Session {
  readonly #sdk: Sdk;
  readonly #deployment: Deployment;
  readonly #defaults: Defaults;
  readonly #packages = new Map<string, PackageRequest>();
  /** Inherited options, by the parent's urn. */
  readonly #options = new Map<string, { protect: boolean; retainOnDelete: boolean; deletedWith: string }>();
  /** What the program exports, kept until it is known whether the run went well. */
  stackOutputs: { urn: string; outputs: Properties } | null = null;

  constructor(sdk: Sdk, deployment: Deployment, defaults: Defaults) {
    this.#sdk = sdk;
    this.#deployment = deployment;
    this.#defaults = defaults;
  }

  async registerResource(request: pb.RegisterResourceRequest) {
    this.#inherit(request);
    const d = this.#deployment;
    const goal = readGoal(request);
    const own = new Map<string, string>(request.getProvidersMap().getEntryList());
    const needsProvider = goal.custom && !isProviderType(goal.type);
    const provider = needsProvider
      ? await this.#defaults.resolve(goal.type, goal.provider, own, goal.parent, this.#packageOf(request))
      : "";
    const properties = isProviderType(goal.type) ? this.#withVersion(goal.properties, request) : goal.properties;
    const state = await this.#settled((done) =>
      d.perform(urnOf(d, goal), () => planRegistration(d, { ...goal, provider, properties }, done)),
    );
    if (!goal.custom) this.#defaults.handDown(state.urn, goal.parent, own, goal.provider);
    const { protect, retainOnDelete, deletedWith } = goal;
    this.#options.set(state.urn, { protect, retainOnDelete, deletedWith });
    const answer = new this.#sdk.resourcePb.RegisterResourceResponse().setUrn(state.urn).setId(state.id);
    // A component's old outputs may name resources that this run has not come to yet.
    return answer.setObject(this.#struct(goal.custom ? state.outputs : {}));
  }

  /** protect, retainOnDelete and deletedWith go from parents to children that do not say otherwise. */
  #inherit(request: pb.RegisterResourceRequest): void {
    const parent = this.#options.get(request.getParent());
    if (parent === undefined) return;
    if (!request.hasProtect() && parent.protect) request.setProtect(true);
    if (!request.hasRetainondelete() && parent.retainOnDelete) request.setRetainondelete(true);
    if (request.getDeletedwith() === "") request.setDeletedwith(parent.deletedWith);
  }

  async registerOutputs(urn: string, outputs: Properties): Promise<void> {
    if (typeOf(urn) === rootStackType) {
      this.stackOutputs = { urn, outputs };
      return;
    }
    const state = this.#deployment.news.get(urn);
    if (state === undefined) throw new Error(`cannot complete a resource '${urn}' whose registration isn't pending`);
    await this.setOutputs(state, outputs);
  }

  async setOutputs(state: ResourceState, outputs: Properties): Promise<void> {
    if (JSON.stringify(state.outputs) === JSON.stringify(outputs)) return;
    state.outputs = outputs;
    await this.#deployment.options.journal.change(state);
  }

  async readResource(request: pb.ReadResourceRequest) {
    const d = this.#deployment;
    const goal = readRequest(request);
    const provider = await this.#defaults.resolve(
      goal.type,
      request.getProvider(),
      new Map(),
      goal.parent,
      this.#packageOf(request),
    );
    const state = await this.#settled((done) =>
      d.perform(urnOf(d, goal), () => planRead(d, { ...goal, provider }, done)),
    );
    return new this.#sdk.resourcePb.ReadResourceResponse().setUrn(state.urn).setProperties(this.#struct(state.outputs));
  }

  async invoke(request: pb.ResourceInvokeRequest) {
    const d = this.#deployment;
    const args = toProperties(request.getArgs()) ?? {};
    const reference = async (): Promise<string> =>
      request.getProvider() || this.#defaults.reference(this.#packageOf(request));
    const { result, failures } = await answerInvoke(d, request.getTok(), args, reference);
    const { CheckFailure } = this.#sdk.providerPb;
    const list = failures.map(({ property, reason }) => new CheckFailure().setProperty(property).setReason(reason));
    const { responseType } = this.#sdk.resourceRpc.ResourceMonitorService.invoke as unknown as InvokeDefinition;
    return new responseType().setReturn(this.#struct(result)).setFailuresList(list);
  }

  async registerPackage(request: pb.RegisterPackageRequest) {
    const name = request.getName();
    if (request.hasParameterization()) {
      throw new Error(`The program uses the parameterized package '${name}', which the local engine does not support.`);
    }
    const ref = `package-${this.#packages.size + 1}`;
    this.#packages.set(ref, { name, version: request.getVersion(), downloadUrl: request.getDownloadUrl() });
    return new this.#sdk.resourcePb.RegisterPackageResponse().setRef(ref);
  }

  #packageOf(request: pb.RegisterResourceRequest | pb.ReadResourceRequest | pb.ResourceInvokeRequest): PackageRequest {
    const known = this.#packages.get(request.getPackageref?.() ?? "");
    if (known !== undefined) return known;
    const token = "getTok" in request ? request.getTok() : request.getType();
    return {
      name: token.split(":")[0] ?? "",
      version: request.getVersion(),
      downloadUrl: request.getPlugindownloadurl(),
    };
  }

  #withVersion(properties: Properties, request: pb.RegisterResourceRequest): Properties {
    const { version } = this.#packageOf(request);
    return version === "" ? properties : { ...properties, version };
  }

  /** The state that a decision ends in; a run that has stopped never answers, and lets go of the call in the end. */
  #settled(start: (done: (state: ResourceState) => void) => Promise<void>): Promise<ResourceState> {
    return new Promise((resolve, reject) => {
      start(resolve).catch(reject);
    });
  }

  #struct(properties: Properties) {
    return this.#sdk.structPb.Struct.fromJavaScript(properties);
  }
}
