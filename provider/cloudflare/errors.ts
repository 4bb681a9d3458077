// Failures of requests, in words: what was attempted, for which account, what Cloudflare said and what to do next. Also how any text from
// outside is made fit for a message. Knows neither what was declared nor what becomes of a failure; no credential ever reaches it.

/** One of the API's own remarks or errors. */
export interface Reason {
  code: number | null;
  message: string;
}

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
    advice = "Run the same command again: it reads the remote values first and does what is left to do.",
  ) {
    super(`${capitalize(attempt)} of account ${accountId} was cancelled before Cloudflare answered. ${advice}`);
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
  /** What to do next, where more is known than the status says. */
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

  /** True where a write may have been applied all the same: only a read can tell. */
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

const AGAIN = "then run the same command again";

function advise(status: number | null, reasons: readonly Reason[]): string {
  if (reasons.some(({ message }) => message.includes("NO_MANUAL_TOPUP"))) {
    return `This account never bought credits: buy some once in the dashboard (AI > AI Gateway > Credits Available), ${AGAIN}.`;
  }
  if (status === null) return `Check the network, the proxy and 'baseUrl', ${AGAIN}. Nothing stored was changed.`;
  if (status === 401 || reasons.some(({ code, message }) => code === 9109 && /invalid access token/i.test(message)))
    return (
      "The credentials were not accepted: check that the token exists, is active and was copied whole. If it was just replaced: " +
      "refresh and destroy use what the last `pulumi up` stored, so run `pulumi up` first, or set CLOUDFLARE_API_TOKEN."
    );
  if (status === 403) {
    return 'Check that the API token has the permission "AI Gateway Write" for this account (reading needs "AI Gateway Read").';
  }
  if (status === 404) return "Check 'accountId' and that the credentials belong to that account.";
  if (status === 409) return `Somebody else is changing this account's billing: wait a moment, ${AGAIN}.`;
  if (status === 429)
    return `The API's rate limit (1,200 requests per five minutes) is used up: wait five minutes, ${AGAIN}.`;
  if (status === 408 || status >= 500) return `See https://www.cloudflarestatus.com, ${AGAIN}.`;
  if (status >= 400) return "Check the declared values against Cloudflare's message above.";
  return `The answer is not what this API documents, so it was not trusted. Check 'baseUrl' and any proxy, ${AGAIN}.`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One of the API's remarks in one line: its message, then its code. */
export function describeReason({ code, message }: Reason): string {
  const text = printable(message) || "no message";
  return code === null ? text : `${text} (code ${code})`;
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
