// Owns how failures are told: what was attempted, for which account, what Cloudflare said and what to do next. It must not
// know where a failure comes from; no credential ever reaches it.
import { advise } from "./advice";
import type { Reason } from "./shapes";

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

/** A change that this package refuses to make, though Cloudflare would. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** A request that the run was stopped in, by Ctrl-C or because another resource failed. */
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
    advice = "Run the same command again: it looks at what is live and does what is left to do.",
  ) {
    super(`${capitalize(attempt)} of account ${accountId} was cancelled before Cloudflare answered. ${advice}`);
  }
}

/**
 * A write that may have been applied, though neither an answer nor a look told so. The engine must keep the resource as unfinished:
 * if it went on from its old state, a change that is taken back in the program would seem to be done, and stay live.
 */
export class UnconfirmedError extends Error {
  override readonly name = "UnconfirmedError";

  /**
   * @param told the failure in words.
   * @param state what the engine keeps until the next run writes again.
   */
  constructor(
    { message }: Error,
    readonly accountId: string,
    readonly state: object,
  ) {
    super(message);
  }
}

/** One request that failed for good, as facts. */
export interface ApiFailure {
  /** What was attempted, for instance `reading the auto top-up config`. */
  attempt: string;
  accountId: string;
  /** The HTTP status; null where there was no answer. */
  status: number | null;
  /** What went wrong, where Cloudflare gave no reasons of its own. */
  problem: string;
  reasons: readonly Reason[];
  /** Cloudflare's `cf-ray`. */
  requestId: string | null;
  /** What to do next, where more is known than the status tells. */
  advice: string | null;
  /** Whether an earlier attempt of the same request may have been applied, whatever the last answer says. */
  doubtful: boolean;
}

/** A request to Cloudflare that failed for good. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number | null;

  constructor(readonly failure: ApiFailure) {
    super(describeFailure(failure));
    this.status = failure.status;
  }

  /** True where a write may have been applied all the same: only a look at the live config can tell. */
  get outcomeUnknown(): boolean {
    return this.failure.doubtful || isDoubtful(this.status);
  }
}

/** Whether what was sent may have been applied, by the status of the answer. */
export function isDoubtful(status: number | null): boolean {
  return status === null || status < 400 || status === 408 || status === 409 || status >= 500;
}

function describeFailure({ attempt, accountId, status, problem, reasons, requestId, advice }: ApiFailure): string {
  const said = reasons.length > 0 ? reasons.slice(0, 5).map(describeReason).join("; ") : printable(problem);
  const answer =
    status === null ? `Cloudflare could not be reached: ${said}` : `Cloudflare answered ${status}: ${said}`;
  const ray = requestId ? ` (request id ${printable(requestId)})` : "";
  return `${capitalize(attempt)} of account ${accountId} failed. ${answer}${ray}.\n${advice ?? advise(status, reasons)}`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One of the API's remarks in one line: its words, then its code. */
export function describeReason({ code, message }: Reason): string {
  const words = printable(message) || "no words";
  return code === null ? words : `${words} (code ${code})`;
}

// Controls, line breaks, marks that turn or hide text, and halves of characters, which gRPC cannot carry in a status: the attempt
// ends the whole process.
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+/gu;

/** Text from outside, made fit for a terminal and for gRPC: no control characters, no half characters, and not endless. */
export function printable(text: string, longest = 300): string {
  // Cleaned after a first generous cut, so that a megabyte costs nothing; the second cut may leave half a character.
  const clean = text
    .slice(0, longest * 4)
    .replace(UNPRINTABLE, " ")
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest).replace(/\p{Cs}$/u, "")}...` : clean;
}

const TOLD = [SettingsError, RefusedError, CancelledError, UnconfirmedError, ApiError];

/** Any failure in words for people. What is not one of ours is a bug, and says so instead of a stack trace. */
export function explainError(error: unknown): string {
  // Half a character would end the process: gRPC cannot write it into a status.
  if (TOLD.some((kind) => error instanceof kind)) return (error as Error).message.replace(/\p{Cs}/gu, "\ufffd");
  return `Unexpected failure, please report it: ${printable(error instanceof Error ? error.message : String(error))}`;
}
