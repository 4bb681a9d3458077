// The answers that come with a success's status and cannot be trusted, and those that end well, as data.
import { NOT_APPLIED, unapplied } from "./cells";
import { rateLimit, soon } from "./script";
import type { Family } from "./table";

const NOT_TRUSTED =
  "The answer is not what this API documents, so it was not trusted. Check 'baseUrl' and any proxy, then run the same command again.";
/** What nobody sent and nobody declares. */
export const OTHERS = { amount: 9900, threshold: 900 };

const NOT_BELIEVED = unapplied(NOT_APPLIED);

const WELL: Family["cells"] = {
  firstRead: { state: "created", requests: "GET, POST", next: "none" },
  create: { state: "created", requests: "GET, POST", next: "none" },
  once: { state: "created", requests: "GET, POST", next: "none" },
  update: { state: "updated", requests: "POST", next: "none" },
  read: { state: "refreshed", requests: "GET", next: "GET" },
  delete: { state: "gone", requests: "DELETE", next: "none" },
};

export const ANSWERS: readonly Family[] = [
  {
    name: "The answer proves nothing",
    about: "It is not believed, and a write is settled by one read: it was not applied.",
    cells: NOT_BELIEVED,
    faults: [
      {
        name: "200 with `success: false`",
        sees: "Cloudflare answered 200: success: false, without a reason",
        advice: NOT_TRUSTED,
        action: () => ({ kind: "envelope", success: false }),
      },
      {
        name: "200 with `result: null`",
        sees: "Cloudflare answered 200: an unexpected result: null",
        advice: NOT_TRUSTED,
        action: () => ({ kind: "envelope", result: null }),
      },
      {
        name: "200 with an empty body",
        sees: "Cloudflare answered 200: an empty answer",
        advice: NOT_TRUSTED,
        action: () => ({ kind: "raw" }),
      },
      {
        name: "redirect to another host, which is not followed: that host gets no request and no credential",
        sees: "Cloudflare answered 307: an empty answer",
        advice: NOT_TRUSTED,
        action: (elsewhere) => ({ kind: "redirect", location: elsewhere }),
      },
    ],
  },
  {
    name: "The answer says something else",
    about: "The write was applied, and its answer does not confirm it: the read does.",
    cells: {
      ...NOT_BELIEVED,
      create: { state: "created", requests: "GET, POST, GET", next: "none" },
      once: { state: "created", requests: "GET, POST, GET", next: "none" },
      update: { state: "updated", requests: "POST, GET", next: "none" },
      delete: { state: "gone", requests: "DELETE", next: "none" },
    },
    faults: [
      {
        name: "200 with text in place of numbers",
        sees: "Cloudflare answered 200: an unexpected result: {",
        advice: NOT_TRUSTED,
        action: () => ({ kind: "strings" }),
      },
      {
        name: "200 with other values than were sent, or another account's (an answer names no account)",
        sees: "already has auto top-up set, with other values than declared. Nothing was changed for this account.",
        advice:
          "To take the remote values over, declare them. To replace them, or to switch auto top-up off where that is declared, set 'adopt: true'",
        action: () => ({ kind: "alter", result: OTHERS }),
        refusal: true,
        cells: { read: { state: "read as other values", requests: "GET", next: "GET" } },
      },
    ],
  },
  {
    name: "Cloudflare asks to wait",
    about:
      "All requests of the run wait together, each attempt up to the deadline (`deadlineSeconds`, 15 minutes by default).",
    cells: {
      firstRead: { state: "created", requests: "GET ×2, POST", next: "none" },
      create: { state: "created", requests: "GET, POST ×2", next: "none" },
      once: { state: "created", requests: "GET, POST ×2", next: "none" },
      update: { state: "updated", requests: "POST ×2", next: "none" },
      read: { state: "refreshed", requests: "GET ×2", next: "GET" },
      delete: { state: "gone", requests: "DELETE ×2", next: "none" },
    },
    faults: [
      waiting("429 without `Retry-After`", () => rateLimit(null)),
      waiting("429 with `Retry-After: 1`", () => rateLimit("1")),
      waiting("429 with `Retry-After` as an HTTP date", () => rateLimit(soon())),
    ],
  },
  {
    name: "Cloudflare is slow",
    about:
      "As long as an answer is complete within the time for one attempt (`timeoutSeconds`, 60 by default), nothing is different.",
    cells: WELL,
    faults: [
      {
        name: "answer in a drip that ends in time",
        sees: "",
        advice: "",
        action: () => ({ kind: "drip", pauseMs: 20, pieceBytes: 8 }),
      },
    ],
  },
];

function waiting(name: string, action: Family["faults"][number]["action"]): Family["faults"][number] {
  return { name, process: "limited", sees: "", advice: "", action, times: 1 };
}
