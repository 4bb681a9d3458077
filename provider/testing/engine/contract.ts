// The public shapes of the local engine: what a caller hands in, what a run answers, and what the state file holds. It
// knows nothing of gRPC, processes or files, so that the declaration files of a test need nothing but this.

/** A stack configuration value: plain, or one that must be treated as a secret everywhere. */
export type ConfigValue = string | { readonly secret: string };

/** A provider plugin of the user's: it prints its port as its first line and speaks pulumirpc.ResourceProvider. */
export interface ProviderCommand {
  /** The executable to start, in the program's folder. */
  readonly command: string;
  /** Its arguments; the engine's address is added as the last one, as the CLI does. */
  readonly args?: readonly string[];
  /** Variables on top of the program's own; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a stand-in is asked to create. Secrets arrive unwrapped. */
export interface StandInRequest {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export interface StandInCreated {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/**
 * A provider that is an object of the test's instead of a process, for the resources around the one under test. It only
 * creates: the engine compares inputs by itself, puts new inputs over the outputs in an update, finds everything
 * unchanged in a refresh, and deletes without a call. In previews nothing is created. Outputs named like a secret input
 * are secret, too.
 */
export interface StandInProvider {
  create(request: StandInRequest): StandInCreated | Promise<StandInCreated>;
}

/** How the provider of one package comes to life: as a process, or as an object of the test's. */
export type ProviderLaunch = ProviderCommand | { readonly standIn: StandInProvider };

/** Anything that records what a service was asked, such as this package's simulator. */
export interface RequestRecorder {
  /** Grows while a run goes on; the engine only reads it. */
  readonly requests: readonly unknown[];
}

/** What stack to run, and with what around it. */
export interface LocalStackOptions {
  /** The folder of the program and its Pulumi.yaml, of which `name`, `runtime` and the option `typescript` count. */
  readonly program: string;
  /** The stack's name, "dev" by default. Plain values of Pulumi.<stack>.yaml are read where that file exists. */
  readonly stack?: string;
  /** Where the state is kept between runs. By default in a temporary folder that `dispose()` removes. */
  readonly stateFile?: string;
  /** Stack configuration, over Pulumi.<stack>.yaml: "namespace:key", or "key" for the project's own. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /** Variables for the program and the providers, on top of this process's; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Providers by package name. `pulumi-nodejs`, the dynamic provider, is always there. */
  readonly providers?: Readonly<Record<string, ProviderLaunch>>;
  /** A recorder whose new entries belong to the run that caused them. */
  readonly requests?: RequestRecorder;
  /** Gets every printed line as it is printed. */
  readonly output?: (line: string) => void;
}

/** What one run does differently. */
export interface RunOptions {
  /** Read every resource first, as `--refresh` does. */
  readonly refresh?: boolean;
  /** Show what would happen and write nothing, as `--preview-only` does. */
  readonly previewOnly?: boolean;
}

/** A stack whose program is played on this machine, without CLI, account or network. One run at a time. */
export interface LocalStack {
  /** What `up` would do. Never writes the state, never calls create, update or delete of a dynamic provider. */
  preview(options?: RunOptions): Promise<RunResult>;
  /** Makes the stack what the program declares. Runs the program once: the CLI's own preview is `preview()`. */
  up(options?: RunOptions): Promise<RunResult>;
  /** Reads every resource and takes what it finds into the state, without running the program. */
  refresh(options?: RunOptions): Promise<RunResult>;
  /** Deletes everything in the state, without running the program. */
  destroy(options?: RunOptions): Promise<RunResult>;
  /** What the state file holds, secrets encrypted, with what an interrupted run left beside it. */
  state(): Deployment;
  /** Ends what is still running and removes the temporary folder. */
  dispose(): Promise<void>;
}

/** How loud a diagnostic is; "info#err" is what a process wrote on its error stream. */
export type Severity = "info" | "info#err" | "warning" | "error";

/** One message of a run: from the engine, a process's output, or `pulumi.log`. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly message: string;
  /** The resource it is about, null for the stack. */
  readonly urn: string | null;
}

/** The engine's operations, in the CLI's own names. */
export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "refresh"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace";

/** One property that differs. Secrets are "[secret]", values not yet known are "[unknown]", absent ones null. */
export interface PropertyChange {
  readonly old: unknown;
  readonly new: unknown;
}

/** One step of a run, in the order in which they ended. Default providers take none, as in the CLI's output. */
export interface Step {
  readonly op: Operation;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The provider's id for it, null where there is none yet. */
  readonly id: string | null;
  /** What changed, by property; empty for anything but update, replace and refresh. */
  readonly diff: Readonly<Record<string, PropertyChange>>;
  /**
   * For "refresh": what was found, null where reading failed. A refresh of its own takes a difference for an update
   * where the provider does, as the CLI's summary counts; one before an up or a preview wherever an output differs, as
   * the CLI prints.
   */
  readonly outcome: "same" | "update" | "delete" | null;
  /** Why it failed, null where it did not. */
  readonly error: string | null;
}

/** What came of a run. A failed run resolves too: look at `ok` and the diagnostics. */
export interface RunResult {
  readonly ok: boolean;
  readonly steps: readonly Step[];
  /** The stack's outputs. Secrets are "[secret]", values not yet known "[unknown]". */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly Diagnostic[];
  /** Everything the recorder saw during the run. */
  readonly requests: readonly unknown[];
  /** What was printed, in the manner of the CLI. */
  readonly lines: readonly string[];
  /** How many resources met each fate; a replacement counts once, as "replace". */
  readonly changes: Readonly<Partial<Record<Operation, number>>>;
  readonly durationMs: number;
}

/** The state file: what `pulumi stack export` prints, so that either may read the other's. */
export interface Deployment {
  readonly version: 3;
  readonly deployment: {
    readonly manifest: { readonly time: string; readonly magic: string; readonly version: string };
    readonly secrets_providers?: { readonly type: string; readonly state: { readonly salt: string } };
    readonly resources: readonly DeployedResource[];
    readonly pending_operations?: readonly PendingOperation[];
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
}

/** An operation whose end was never heard of. */
export interface PendingOperation {
  readonly resource: DeployedResource;
  readonly type: "creating" | "updating" | "deleting" | "reading";
}

/** One resource in the state file. Fields that are absent are false or empty. */
export interface DeployedResource {
  readonly urn: string;
  readonly custom: boolean;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly external?: boolean;
  readonly dependencies?: readonly string[];
  readonly initErrors?: readonly string[];
  readonly provider?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly pendingReplacement?: boolean;
  readonly additionalSecretOutputs?: readonly string[];
  readonly aliases?: readonly string[];
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly created?: string;
  readonly modified?: string;
}
