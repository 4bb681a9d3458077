// Faults that the table uses more than once.
import type { FaultAction } from "../../provider/testing/simulator/faults";

/** A refusal in the API's own form. */
export function refusal(status: number, code: number, message: string, headers = {}): FaultAction {
  return { kind: "envelope", status, errors: [{ code, message }], headers };
}

/** @param retryAfter as the header is sent; none if null. */
export function rateLimit(retryAfter: string | null): FaultAction {
  const headers = retryAfter === null ? {} : { "retry-after": retryAfter };
  return refusal(429, 10100, "More than 1200 requests reached", headers);
}

/** The HTTP date of a moment soon; it names whole seconds only. */
export function soon(): string {
  return new Date(Date.now() + 2000).toUTCString();
}
