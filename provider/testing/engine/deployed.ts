// The public shape of the state file, which is that of the CLI's own: one deployment with its resources. Types only.

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
  readonly customTimeouts?: Readonly<Record<string, number>>;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly created?: string;
  readonly modified?: string;
}
