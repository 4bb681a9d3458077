// How a failure leaves the SDK's dynamic-provider host: reported once, without a stack trace. dynamic.ts wraps every call in it.

const MARK = "\u0000told by the engine";

/** What the host hands the engine to keep of a resource that is not finished. Without an id it tells the engine nothing of it. */
export interface PendingResource {
  readonly id: string;
  readonly properties: object;
}

/** A failure whose message the engine shows; nothing else about it is worth a line. */
export class HostError extends Error {
  override stack = "";
  readonly id: string | undefined;
  readonly properties: object | undefined;
  readonly reasons: readonly string[];

  constructor(message: string, pending: PendingResource | null = null) {
    super(message);
    this.id = pending?.id;
    this.properties = pending?.properties;
    this.reasons = [message];
  }

  override toString(): string {
    return MARK;
  }
}

/**
 * Before the engine shows what check, diff, read or delete threw, the host prints it once more with its stack
 * (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/dynamic-provider/index.ts), and the engine shows that too. This
 * leaves out that one line, and only for our own failures: other providers share the process.
 */
export function printFailuresOnce(target: Pick<Console, "error">): void {
  const print = target.error.bind(target);
  target.error = (...args: unknown[]) => {
    if (typeof args[0] !== "string" || !args[0].startsWith(MARK)) print(...args);
  };
}
