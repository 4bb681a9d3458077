// The errors that the client throws. The rules and the providers tell them apart, and show their messages as they are.
import { type ApiFailure, adviceFor, capitalize, describeFailure, type Refusal } from "./explain";

/** A setting that is missing or unusable; `property` is its name without a namespace. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  constructor(
    readonly property: string,
    message: string,
  ) {
    super(message);
  }
}

/** A request during which the run was stopped, by Ctrl-C or because another resource failed. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";

  /**
   * @param sent whether an attempt was on its way by then, so that a write may have been applied.
   * @param advice what to do next.
   */
  constructor(
    readonly attempt: string,
    readonly accountId: string,
    readonly sent = false,
    advice = "Run the same command again: it reads the remote values first and does what is left to do.",
  ) {
    super(`${capitalize(attempt)} of account ${accountId} was cancelled before Cloudflare answered. ${advice}`);
  }
}

/** A request to Cloudflare that failed for good. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number | null;

  constructor(readonly failure: ApiFailure) {
    super(describeFailure(failure));
    this.status = failure.status;
  }

  /** Why Cloudflare refused the caller; null for every other failure. */
  get refusal(): Refusal | null {
    return this.failure.refusal;
  }

  /** What to do next: the message's second line. */
  get advice(): string {
    return adviceFor(this.failure);
  }

  /** Whether a write may have been applied all the same, so that only a read can tell. */
  get outcomeUnknown(): boolean {
    return this.failure.doubtful || isDoubtful(this.status);
  }
}

/** Whether a request may have been applied, by the status of its answer. */
export function isDoubtful(status: number | null): boolean {
  return status === null || status < 400 || status === 408 || status === 409 || status >= 500;
}
