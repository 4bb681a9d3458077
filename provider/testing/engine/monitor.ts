// The resource monitor: the service that a running program registers its resources with. It knows which calls there are, which
// are refused, and how a run lets go of those that wait; a session answers them.
// https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/resource_pb";
import type { Deployment } from "./deployment";
import type { Sdk } from "./sdk";
import type { Session } from "./session";
import { toProperties } from "./wire";

type Call<T> = ServerUnaryCall<T, unknown>;
type Answer<T> = sendUnaryData<T>;

/**
 * What the engine does; the SDK itself refuses whatever else a program asks for, by name. Not so hooks: with a "no" the SDK
 * waits for them for ever, so they are let through to be refused here. "parameterization" stands for package references.
 */
const features = ["secrets", "resourceReferences", "aliasSpecs", "deletedWith", "parameterization"];
const refusedHere = ["resourceHooks", "errorHooks"];

export class Monitor {
  readonly #sdk: Sdk;
  readonly #deployment: Deployment;
  readonly #session: Session;
  #onSignal: () => void = () => {};
  /** Resolves when the program says that it will register nothing more. Old SDKs only end. */
  readonly signalled = new Promise<void>((resolve) => {
    this.#onSignal = resolve;
  });
  #onShutdown: () => void = () => {};
  readonly #shutdown = new Promise<void>((resolve) => {
    this.#onShutdown = resolve;
  });

  constructor(sdk: Sdk, deployment: Deployment, session: Session) {
    this.#sdk = sdk;
    this.#deployment = deployment;
    this.#session = session;
  }

  /** Lets go of every waiting call: those of a failed run end with an error that tells the program to end, too. */
  shutdown(): void {
    this.#onShutdown();
  }

  get handlers() {
    const { Empty } = this.#sdk.emptyPb;
    return {
      supportsFeature: this.#unary((request: pb.SupportsFeatureRequest) => this.#supportsFeature(request)),
      registerResource: this.#unary((request: pb.RegisterResourceRequest) =>
        this.#orFail(this.#session.registerResource(request)),
      ),
      registerResourceOutputs: (call: Call<pb.RegisterResourceOutputsRequest>, answer: Answer<unknown>) => {
        const outputs = toProperties(call.request.getOutputs()) ?? {};
        // Answered even after the run is over: a program that failed may only just have come to its end.
        this.#session.registerOutputs(call.request.getUrn(), outputs).then(
          () => answer(null, new Empty()),
          (error: Error) => answer({ code: this.#sdk.grpc.status.UNKNOWN, details: error.message }),
        );
      },
      readResource: this.#unary((request: pb.ReadResourceRequest) => this.#orFail(this.#session.readResource(request))),
      invoke: this.#unary((request: pb.ResourceInvokeRequest) => this.#session.invoke(request)),
      registerPackage: this.#unary((request: pb.RegisterPackageRequest) =>
        this.#orFail(this.#session.registerPackage(request)),
      ),
      call: this.#unary((request: pb.ResourceCallRequest) => this.#refuse(`calls the method ${request.getTok()}`)),
      registerResourceHook: this.#unary((request: pb.RegisterResourceHookRequest) =>
        this.#refuse(`uses the resource hook '${request.getName()}'`),
      ),
      registerErrorHook: this.#unary((request: pb.RegisterErrorHookRequest) =>
        this.#refuse(`uses the error hook '${request.getName()}'`),
      ),
      signalAndWaitForShutdown: (_call: Call<unknown>, answer: Answer<unknown>) => {
        this.#onSignal();
        this.#shutdown.then(() => answer(null, new Empty()));
      },
    };
  }

  /**
   * Fails the run with the error and leaves the call waiting. The program then ends with the run: left to itself, the SDK puts
   * a stack trace around the message, or waits for ever.
   */
  async #orFail<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!this.#deployment.stopped) this.#deployment.fail(error, null);
      return new Promise(() => {});
    }
  }

  #refuse(what: string): Promise<never> {
    return this.#orFail(Promise.reject(new Error(`The program ${what}, which the local engine does not support.`)));
  }

  async #supportsFeature(request: pb.SupportsFeatureRequest) {
    return new this.#sdk.resourcePb.SupportsFeatureResponse().setHassupport(
      [...features, ...refusedHere].includes(request.getId()),
    );
  }

  #unary<Q, A>(handle: (request: Q) => Promise<A>) {
    const { UNAVAILABLE, UNKNOWN } = this.#sdk.grpc.status;
    return (call: Call<Q>, answer: Answer<A>): void => {
      const gone = this.#shutdown.then(() =>
        Promise.reject(Object.assign(new Error("the run is over"), { code: UNAVAILABLE })),
      );
      Promise.race([Promise.resolve().then(() => handle(call.request)), gone]).then(
        (value) => answer(null, value),
        (error: Error & { code?: number }) => answer({ code: error.code ?? UNKNOWN, details: error.message }),
      );
    };
  }
}
