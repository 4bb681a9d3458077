// What the engine asks of any provider, process or stand-in: the calls of pulumirpc.ResourceProvider with plain values.
// https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
import type { Properties } from "./values";

/** The resource that a call is about. */
export interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

/** What a provider says it understands. */
export interface Protocol {
  readonly acceptSecrets: boolean;
  readonly acceptResources: boolean;
  readonly supportsPreview: boolean;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckAnswer {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

/** The kind of a property's change, as the wire names it: "add", "update-replace" and so on. */
export type ChangeKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface DetailedChange {
  readonly kind: ChangeKind;
  /** The old value stands in the inputs, not in the outputs. */
  readonly inputDiff: boolean;
}

export interface DiffAnswer {
  readonly changes: "unknown" | "none" | "some";
  readonly replaces: readonly string[];
  readonly diffs: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** By property path; null where the provider sends none. */
  readonly detailed: Readonly<Record<string, DetailedChange>> | null;
}

export interface StateAnswer {
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadAnswer {
  readonly id: string;
  /** Null where the provider sent no properties. */
  readonly outputs: Properties | null;
  /** Null where the provider sent none and the old ones hold. */
  readonly inputs: Properties | null;
}

/** The calls. A call that the provider does not implement rejects with a ProviderError whose `unimplemented` is true. */
export interface ProviderClient {
  handshake(): Promise<Protocol | null>;
  checkConfig(subject: Subject, olds: Properties, news: Properties): Promise<CheckAnswer>;
  diffConfig(subject: Subject, oldInputs: Properties, oldOutputs: Properties, news: Properties): Promise<DiffAnswer>;
  configure(subject: Subject & { id: string }, inputs: Properties): Promise<Protocol>;
  check(subject: Subject, olds: Properties, news: Properties): Promise<CheckAnswer>;
  diff(request: DiffRequest): Promise<DiffAnswer>;
  create(request: Subject & { inputs: Properties; timeout: number; preview: boolean }): Promise<StateAnswer>;
  update(request: UpdateRequest): Promise<Properties>;
  read(
    request: Subject & { id: string; inputs: Properties; outputs: Properties; timeout: number },
  ): Promise<ReadAnswer>;
  delete(request: Subject & { id: string; inputs: Properties; outputs: Properties; timeout: number }): Promise<void>;
  invoke(
    token: string,
    args: Properties,
    preview: boolean,
  ): Promise<{ result: Properties; failures: readonly CheckFailure[] }>;
  cancel(): Promise<void>;
  close(): void;
}

export interface DiffRequest extends Subject {
  readonly id: string;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
}

export interface UpdateRequest extends DiffRequest {
  readonly timeout: number;
  readonly preview: boolean;
}

/** A call that failed. */
export class ProviderError extends Error {
  readonly unimplemented: boolean;
  /** Set where the resource exists all the same, but has not become ready. */
  readonly partial: { readonly state: ReadAnswer; readonly reasons: readonly string[] } | null;

  constructor(message: string, details: Partial<Pick<ProviderError, "unimplemented" | "partial">> = {}) {
    super(message);
    this.unimplemented = details.unimplemented ?? false;
    this.partial = details.partial ?? null;
  }
}
