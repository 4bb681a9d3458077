// What is wrong with an answer that did not bring what was asked for, why, and what to do next. client.ts asks it for every request that
// failed for good, and throws the result as an ApiError.
import type { Envelope, Exchange, Reason } from "./answers";
import { printable } from "./printable";

/**
 * Why Cloudflare refused the caller, as far as the answer tells:
 * - `permission`: the credentials work, but not for this; perhaps only a dashboard session may do it;
 * - `credential`: the credentials are malformed, unknown, expired, or not accepted from this address;
 * - `edge`: not the API answered, but a challenge or block page in front of it.
 */
export type Refusal = "permission" | "credential" | "edge";

/** What is wrong with an answer. */
export interface Explanation {
  /** The HTTP status; null if there was no answer. */
  status: number | null;
  /** What went wrong, if Cloudflare gave no reasons of its own. */
  problem: string;
  reasons: readonly Reason[];
  /** Null if the caller was not refused. */
  refusal: Refusal | null;
  /** Cloudflare's `cf-ray`. */
  requestId: string | null;
  /** What to do next. */
  advice: string;
}

export function explain(exchange: Exchange, envelope: Envelope | null): Explanation {
  const { status, requestId, unread } = exchange;
  const reasons = envelope?.errors ?? [];
  const refusal = unread ? null : refusalOf(status, envelope);
  const advice = unread ? TOO_LARGE : adviceFor(status, reasons, refusal);
  return { status, requestId, reasons, refusal, problem: unread ?? problemOf(exchange, envelope), advice };
}

/** One of the API's remarks in one line: its message, then its code. */
export function describeReason({ code, message }: Reason): string {
  const text = printable(message) || "no message";
  return code === null ? text : `${text} (code ${code})`;
}

function problemOf({ status, text }: Exchange, envelope: Envelope | null): string {
  if (status === null) return text;
  if (!envelope) return text ? `not in the API's form: "${text.slice(0, 120)}"` : "an empty answer";
  if (!envelope.success) return "success: false, without a reason";
  try {
    return `an unexpected result: ${JSON.stringify(envelope.result ?? null)}`;
  } catch {
    // JSON can be parsed to a greater depth than it can be written.
    return "an unexpected result: nested too deeply to be shown";
  }
}

// Codes seen in public threads: 6003 with 6111 for a malformed header, 9103 and 9106 for an unknown or missing key and email, 1000 for an
// invalid token (and for much else), 9109 for a token that is invalid, expired or restricted to other addresses.
const CREDENTIAL_CODES = [6003, 6111, 9103, 9106, 9109];

function refusalOf(status: number | null, envelope: Envelope | null): Refusal | null {
  if (status === 401) return "credential";
  if (status !== 400 && status !== 403) return null;
  if (!envelope) return status === 403 ? "edge" : null;
  const isCredential = ({ code, message }: Reason) =>
    CREDENTIAL_CODES.includes(code ?? 0) || (code === 1000 && /token/i.test(message));
  if (envelope.errors.some(isCredential)) return "credential";
  return status === 403 ? "permission" : null;
}

const AGAIN = "then run the same command again";
const TOO_LARGE =
  "So large an answer is not read. Check 'baseUrl' and any proxy; a list this long can be seen in the dashboard.";
const ROTATED =
  "If it was replaced, set CLOUDFLARE_API_TOKEN to the new one. If the stack's configuration holds it, set it there and run `pulumi up`: refresh " +
  "and destroy use what the last `pulumi up` stored.";

function adviceFor(status: number | null, reasons: readonly Reason[], refusal: Refusal | null): string {
  if (reasons.some(({ message }) => message.includes("NO_MANUAL_TOPUP")))
    return `This account never bought credits: buy some once in the dashboard (AI > AI Gateway > Credits Available), ${AGAIN}.`;
  if (refusal === "credential") return adviceForCredential(reasons);
  if (refusal === "edge")
    return (
      "This page does not come from the API, but from Cloudflare's edge or a proxy in front of it: a challenge, or a block of this " +
      `machine's address. No token and no dashboard setting changes that. Try from another network, or without the proxy, ${AGAIN}.`
    );
  if (refusal === "permission")
    return 'Check that the API token has the permission "AI Gateway Write" for this account (reading needs "AI Gateway Read").';
  if (status === null) return `Check the network, the proxy and 'baseUrl', ${AGAIN}. Nothing stored was changed.`;
  if (status === 404 || reasons.some(({ code }) => code === 7003))
    return "Check 'accountId' and that the credentials belong to that account.";
  if (status === 409) return `Another change to this account's billing is under way: wait a moment, ${AGAIN}.`;
  if (status === 429)
    return `The API's rate limit (1,200 requests per five minutes) is used up: wait five minutes, ${AGAIN}.`;
  if (status === 408 || status >= 500) return `See https://www.cloudflarestatus.com, ${AGAIN}.`;
  if (status >= 400) return "Check the declared values against Cloudflare's message above.";
  return `The answer is not what this API documents, so it was not trusted. Check 'baseUrl' and any proxy, ${AGAIN}.`;
}

function adviceForCredential(reasons: readonly Reason[]): string {
  const has = (...codes: number[]) => reasons.some(({ code }) => codes.includes(code ?? 0));
  const says = (pattern: RegExp) => reasons.some(({ message }) => pattern.test(message));
  if (has(6003, 6111)) return `The credential is malformed: copy it again, whole, without quotes or spaces, ${AGAIN}.`;
  if (has(9109) && says(/location|\bIP\b/i))
    return (
      "The token's client IP address filtering does not allow this machine's address: allow it in the token's settings " +
      `(https://dash.cloudflare.com/profile/api-tokens), or run from an address that is allowed, ${AGAIN}.`
    );
  if (says(/expired/i)) return `The token has expired: make a new one, or move its end date. ${ROTATED}`;
  if (has(9103, 9106))
    return `Cloudflare does not know this Global API Key and email, or one of the two is missing: check both, or use an API token, ${AGAIN}.`;
  return `The credentials were not accepted: check that the token exists, is active and was copied whole. ${ROTATED}`;
}
