// What comes of faults of several kinds, and the advice that goes with it.
import type { Family } from "./table";

export const UNCONFIRMED =
  "The write may have been applied all the same: neither an answer nor a read could tell. The state keeps the resource with an initialization " +
  "error, so the next `pulumi up` writes what is declared then, even if you take the change back.";
export const MAYBE_OFF =
  "Auto top-up may be off already: neither an answer nor a read could tell. Check the network, the proxy and 'baseUrl', then run the same " +
  "command again; to keep the resource after all, run `pulumi up --refresh`, which finds out and sets it again.";
export const NOT_APPLIED = "The write was not applied; run the same command again.";

/** Asked once; after a write one read shows that nothing was written, and what to do is said in this way. */
export function unapplied(advice: string): Family["cells"] {
  return {
    firstRead: { state: "not created", requests: "GET", next: "GET, POST" },
    create: { state: "not created", requests: "GET, POST, GET", next: "GET, POST", advice },
    once: { state: "not created", requests: "GET, POST, GET", next: "GET, POST", advice },
    update: { state: "not updated", requests: "POST, GET", next: "POST", advice },
    read: { state: "kept as it was", requests: "GET", next: "GET" },
    delete: { state: "not gone", requests: "DELETE, GET", next: "DELETE", advice },
  };
}
