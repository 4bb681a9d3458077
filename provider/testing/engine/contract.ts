// The public shapes of the local engine: what a caller hands in and what it gets back. It knows nothing of gRPC, processes
// or files, so that the declaration files of a test need nothing but this.
import type { Deployment } from "./deployed";
import type { StandInProvider } from "./standInContract";

/** A stack configuration value: plain, or one that must be treated as a secret everywhere. */
export type ConfigValue = string | { readonly secret: string };

/** A provider plugin of the user's: a program that prints its port as its first line and speaks pulumirpc.ResourceProvider. */
export interface ProviderCommand {
  /** The executable to start, in the program's folder. */
  readonly command: string;
  /** Its arguments; the engine's address is added as the last one, as the CLI does. */
  readonly args?: readonly string[];
  /** Variables on top of the program's own; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
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
  /** The folder that holds Pulumi.yaml. `name`, `main` and the runtime options `typescript`, `nodeargs` and `tsconfig` count. */
  readonly program: string;
  /** The stack's name, "dev" by default. Plain values of Pulumi.<stack>.yaml are read where that file exists. */
  readonly stack?: string;
  /** Where the state is kept between runs. By default in a temporary folder that `dispose()` removes. */
  readonly stateFile?: string;
  /** Stack configuration, over Pulumi.<stack>.yaml: "namespace:key", or "key" for the project's own. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /** Variables for the program and the providers, on top of this process's; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How many resource operations may run at once, 16 by default. */
  readonly parallel?: number;
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
  /** Refresh only: forget creates that an earlier, killed run left in an unknown state, as `--clear-pending-creates` does. */
  readonly clearPendingCreates?: boolean;
  /** Show secret values in outputs and diffs instead of "[secret]". */
  readonly showSecrets?: boolean;
  /** Ends the run early: running operations finish, no new ones begin. */
  readonly signal?: AbortSignal;
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

/** One property that differs. Secrets are "[secret]", values not yet known in a preview are "[unknown]", absent ones null. */
export interface PropertyChange {
  readonly old: unknown;
  readonly new: unknown;
}

/** One step of a run, in the order in which the engine finished them. Default providers take none, as in the CLI's output. */
export interface Step {
  readonly op: Operation;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The provider's id for it, null where there is none yet. */
  readonly id: string | null;
  /** What changed, by property; empty for anything but update, replace and refresh. */
  readonly diff: Readonly<Record<string, PropertyChange>>;
  /** For "refresh": what was found. */
  readonly outcome: "same" | "update" | "delete" | null;
  /** Why it failed, null where it did not. */
  readonly error: string | null;
  /** What the recorder saw during this step's provider calls; null where that cannot be told, as others ran at the same time. */
  readonly requests: readonly unknown[] | null;
}

/** What came of a run. A failed run resolves too: look at `ok` and the diagnostics. */
export interface RunResult {
  readonly ok: boolean;
  readonly steps: readonly Step[];
  /** The stack's outputs. Secrets are "[secret]" unless asked for, values not yet known "[unknown]". */
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
