// What families of the fault table have in common: words of messages, outcomes, and the functions that write a fault in a line. Other tests
// use its refusals.
import type { FaultAction } from "../../provider/testing/simulator/faults";
import type { Cells, Family, Fault } from "./table";

export const UNREACHED = "Cloudflare could not be reached: ";
export const AGAIN = "then run the same command again.";
export const NETWORK = `Check the network, the proxy and 'baseUrl', ${AGAIN} Nothing stored was changed.`;
export const STATUS = `See https://www.cloudflarestatus.com, ${AGAIN}`;
const NOT_TRUSTED = `The answer is not what this API documents, so it was not trusted. Check 'baseUrl' and any proxy, ${AGAIN}`;
export const BY_HAND =
  'Either the API token lacks the permission "AI Gateway Write", or Cloudflare lets only dashboard sessions change this.';
export const NOT_APPLIED = "The write was not applied; run the same command again.";
export const UNCONFIRMED =
  "The write may have been applied all the same: neither an answer nor a read could tell. The state keeps the resource with an initialization error";
export const MAYBE_OFF = "Auto top-up may be off already: neither an answer nor a read could tell.";

/** What was neither sent nor declared. */
export const OTHERS = { amount: 9900, threshold: 900 };

/** One request; after a write one read shows that nothing was written. */
export const readAfter = (...advice: [string?]): Cells => ({
  firstRead: ["not created", "GET", "GET, POST"],
  create: ["not created", "GET, POST, GET", "GET, POST", ...advice],
  update: ["not updated", "POST, GET", "POST", ...advice],
  read: ["kept as it was", "GET", "GET"],
  delete: ["not gone", "DELETE, GET", "DELETE", ...advice],
});
export const TRIED_IN_VAIN: Cells = {
  firstRead: ["not created", "GET ×3", "GET, POST"],
  create: ["not created", "GET, POST ×3, GET", "GET, POST", NOT_APPLIED],
  once: ["created", "GET, POST ×2", "none"],
  update: ["not updated", "POST ×3, GET", "POST", NOT_APPLIED],
  read: ["kept as it was", "GET ×3", "GET"],
  delete: ["not gone", "DELETE ×3, GET", "DELETE", NOT_APPLIED],
};
export const APPLIED: Cells = {
  create: ["created", "GET, POST ×3, GET", "none"],
  update: ["updated", "POST ×3, GET", "none"],
  delete: ["gone", "DELETE ×3, GET", "none"],
};

/** A refusal in the API's own form. */
export function refusal(status: number, code: number, message: string, headers = {}): FaultAction {
  return { kind: "envelope", status, errors: [{ code, message }], headers };
}

/** @param retryAfter as the header is sent; none if null. */
export function rateLimit(retryAfter: string | null): FaultAction {
  const headers = retryAfter === null ? {} : { "retry-after": retryAfter };
  return refusal(429, 10100, "More than 1200 requests reached", headers);
}

export const fault = (
  name: string,
  sees: string,
  advice: string,
  action: FaultAction | Fault["action"],
  more: Partial<Fault> = {},
): Fault => ({ name, sees, advice, action: typeof action === "object" && action ? () => action : action, ...more });
export const family = (name: string, about: string, cells: Cells, faults: readonly Fault[]): Family => ({
  ...{ name, about, cells, faults },
});
export const answers = (status: number, code: number, message: string, advice: string, name = String(status)): Fault =>
  fault(name, `Cloudflare answered ${status}: ${message} (code ${code})`, advice, refusal(status, code, message));
export const untrusted = (name: string, sees: string, action: Parameters<typeof fault>[3]): Fault =>
  fault(name, `Cloudflare answered ${sees}`, NOT_TRUSTED, action);
export const waiting = (name: string, retryAfter: () => string | null): Fault =>
  fault(name, "", "", () => rateLimit(retryAfter()), { process: "hasty", times: 1 });
