// The errors that the client throws. The rules and the providers tell them apart, and show their messages as they are.
import { describeReason, type Explanation } from "./explain";
import { printable } from "./printable";

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

interface ApiFailure extends Explanation {
  /** For instance `reading the auto top-up config`. */
  attempt: string;
  accountId: string;
  /** Whether an earlier attempt of the same request may have been applied, whatever the last answer says. */
  doubtful: boolean;
}

/** A request to Cloudflare that failed for good. The message's first line says what happened, the second what to do next. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(readonly failure: ApiFailure) {
    const { attempt, accountId, status, problem, reasons, requestId, advice } = failure;
    const said = reasons.length > 0 ? reasons.slice(0, 5).map(describeReason).join("; ") : printable(problem);
    const answer = `Cloudflare ${status === null ? "could not be reached" : `answered ${status}`}: ${said}`;
    const ray = requestId ? ` (request id ${printable(requestId)})` : "";
    super(`${capitalize(attempt)} of account ${accountId} failed. ${answer}${ray}.\n${advice}`);
  }

  /** Whether a write may have been applied all the same, so that only a read can tell. */
  get outcomeUnknown(): boolean {
    return this.failure.doubtful || isDoubtful(this.failure.status);
  }
}

/** Whether a request may have been applied, by the status of its answer. */
export function isDoubtful(status: number | null): boolean {
  return status === null || status < 400 || status === 408 || status === 409 || status >= 500;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
