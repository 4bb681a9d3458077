// The public shape of a stand-in: a provider that is an object of the test's instead of a process.

/** The resource that a call is about. */
export interface StandInResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

/** Plain property values; a value not yet known in a preview is the string `pulumi.runtime.unknownValue`. */
export type StandInProperties = Record<string, unknown>;

/**
 * A provider in the test's own process. Every method may be left out: check echoes the inputs, diff compares them, create
 * takes the resource's name as the id and the inputs as the outputs, update and read echo, delete does nothing.
 * Secrets arrive unwrapped; outputs named like a secret input are marked secret again.
 */
export interface StandInProvider {
  /** Set to have create and update called in previews too, with `preview: true`. */
  readonly supportsPreview?: boolean;
  configure?(config: StandInProperties): Promise<void> | void;
  check?(request: StandInResource & { olds: StandInProperties; news: StandInProperties }): MaybePromise<StandInCheck>;
  diff?(
    request: StandInResource & {
      id: string;
      oldInputs: StandInProperties;
      oldOutputs: StandInProperties;
      news: StandInProperties;
    },
  ): MaybePromise<StandInDiff>;
  create?(request: StandInResource & { inputs: StandInProperties; preview: boolean }): MaybePromise<StandInCreated>;
  update?(
    request: StandInResource & { id: string; olds: StandInProperties; news: StandInProperties; preview: boolean },
  ): MaybePromise<StandInProperties>;
  /** Null means gone. */
  read?(
    request: StandInResource & { id: string; inputs: StandInProperties; outputs: StandInProperties },
  ): MaybePromise<StandInRead | null>;
  delete?(request: StandInResource & { id: string; outputs: StandInProperties }): MaybePromise<void>;
  /** Answers a function such as `cloudflare:index/getAccount:getAccount`. */
  invoke?(request: { token: string; args: StandInProperties }): MaybePromise<StandInProperties>;
}

export type MaybePromise<T> = T | Promise<T>;

export interface StandInCheck {
  readonly inputs: StandInProperties;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

export interface StandInDiff {
  readonly changes: boolean;
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

export interface StandInCreated {
  readonly id: string;
  readonly outputs: StandInProperties;
}

export interface StandInRead {
  readonly id: string;
  readonly outputs: StandInProperties;
  readonly inputs?: StandInProperties;
}
