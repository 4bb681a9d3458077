// The part of the fault table about Cloudflare's answers: refusals, and answers that cannot be trusted.
import {
  AGAIN,
  answers,
  BY_HAND,
  FORBIDDEN,
  family,
  fault,
  NOT_APPLIED,
  NOT_TRUSTED,
  OTHERS,
  readAfter,
  STATUS,
  TRIED_IN_VAIN,
} from "./outcomes";
import { rateLimit, refusal, soon } from "./script";
import type { Cells, Family } from "./table";

const LACKS_PERMISSION = 'Check that the API token has the permission "AI Gateway Write" for this account';
const AT_ONCE: Cells = {
  create: ["created", "GET, POST, GET", "none"],
  update: ["updated", "POST, GET", "none"],
  delete: ["gone", "DELETE", "none"],
};
const WAITED: Cells = {
  firstRead: ["created", "GET ×2, POST", "none"],
  create: ["created", "GET, POST ×2", "none"],
  update: ["updated", "POST ×2", "none"],
  read: ["refreshed", "GET ×2", "GET"],
  delete: ["gone", "DELETE ×2", "none"],
};
const waiting = (name: string, retryAfter: () => string | null) =>
  fault(name, "", "", () => rateLimit(retryAfter()), { ...{ process: "hasty", times: 1 } });
const untrusted = (name: string, sees: string, action: Parameters<typeof fault>[3]) =>
  fault(name, `Cloudflare answered ${sees}`, NOT_TRUSTED, action);

export const ANSWERS: readonly Family[] = [
  family(
    "Cloudflare refuses",
    "Asking again would not help, so it is asked once.",
    {
      firstRead: ["not created", "GET", "GET, POST"],
      create: ["not created", "GET, POST", "GET, POST"],
      update: ["not updated", "POST", "POST"],
      read: ["kept as it was", "GET", "GET"],
      delete: ["not gone", "DELETE", "DELETE"],
    },
    [
      answers(400, 1001, "amount is out of range", "Check the declared values against Cloudflare's message above."),
      answers(400, 6003, "Invalid request headers", "The credential is malformed", "400, a malformed token"),
      answers(401, 10000, "Authentication error", "The credentials were not accepted"),
      answers(404, 7003, "Could not route to this path", "Check 'accountId' and that the credentials belong to"),
    ],
  ),
  family(
    "The rate limit lasts longer than the deadline",
    "One request is refused; whatever else the run still had to ask in that time gets the same answer, unsent. Played one after the other, in this order:",
    {
      firstRead: ["not created", "GET", "GET, POST"],
      update: ["not updated", "none", "POST"],
      read: ["kept as it was", "none", "GET"],
      delete: ["not gone", "none", "DELETE"],
    },
    [
      fault(
        "429 with a `Retry-After` beyond the deadline",
        "Cloudflare answered 429: More than 1200 requests reached (code 10100)",
        `The API's rate limit (1,200 requests per five minutes) is used up: wait five minutes, ${AGAIN}`,
        rateLimit("300"),
        { process: "spent" },
      ),
    ],
  ),
  family(
    "Cloudflare forbids",
    "A write that is forbidden is followed by one read: remote values that equal the declared ones need no write.",
    readAfter(),
    [
      fault(
        "403, the token lacks the permission",
        FORBIDDEN,
        LACKS_PERMISSION,
        refusal(403, 10000, "Authentication error"),
        {
          cells: { ...readAfter(BY_HAND) },
        },
      ),
      fault(
        "403, only dashboard sessions may write; then set by hand",
        FORBIDDEN,
        BY_HAND,
        refusal(403, 10000, "Authentication error"),
        {
          byHand: true,
          cells: {
            create: ["not created", "GET, POST, GET", "GET"],
            update: ["not updated", "POST, GET", "POST, GET"],
            delete: ["not gone", "DELETE, GET", "DELETE, GET"],
          },
        },
      ),
      answers(
        403,
        9109,
        "Cannot use the access token from location: 203.0.113.7",
        "client IP address filtering",
        "403, the token's location",
      ),
      fault(
        "403, a page of the edge",
        'Cloudflare answered 403: not in the API\'s form: "<html>Just a moment...</html>"',
        "This page does not come from the API, but from Cloudflare's edge or a proxy in front of it",
        { kind: "raw", status: 403, body: "<html>Just a moment...</html>" },
      ),
    ],
  ),
  family(
    "Cloudflare has trouble",
    "As if the request is lost: three attempts, then one read after a write.",
    TRIED_IN_VAIN,
    [
      answers(409, 1004, "conflict", `Somebody else is changing this account's billing: wait a moment, ${AGAIN}`),
      answers(500, 1000, "internal error", STATUS),
      fault("502 with HTML", 'Cloudflare answered 502: not in the API\'s form: "<html>bad gateway</html>"', STATUS, {
        kind: "raw",
        status: 502,
        body: "<html>bad gateway</html>",
      }),
      answers(503, 1000, "unavailable", STATUS),
    ],
  ),
  family(
    "The answer proves nothing",
    "It is not believed, and a write is settled by one read: it was not applied.",
    readAfter(NOT_APPLIED),
    [
      untrusted("200 with `success: false`", "200: success: false, without a reason", {
        kind: "envelope",
        success: false,
      }),
      untrusted("200 with `result: null`", "200: an unexpected result: null", { kind: "envelope", result: null }),
      untrusted("200 with an empty body", "200: an empty answer", { kind: "raw" }),
      untrusted(
        "redirect to another host, which is not followed: that host gets no request and no credential",
        "307: an empty answer",
        (location) => ({ kind: "redirect", location }),
      ),
    ],
  ),
  family(
    "The answer says something else",
    "The write was applied, and its answer does not confirm it: the read does.",
    { ...readAfter(), ...AT_ONCE },
    [
      untrusted("200 with text instead of numbers", "200: an unexpected result: {", { kind: "strings" }),
      fault(
        "200 with other values than were sent, or another account's (an answer does not name its account)",
        "already has auto top-up set, with other values than declared. Nothing was changed.",
        "To take the remote values over, declare them.",
        { kind: "alter", result: OTHERS },
        { cells: { ...readAfter(), ...AT_ONCE, read: ["read as other values", "GET", "GET"] } },
      ),
    ],
  ),
  family(
    "The answer is too large",
    "It is not read and not asked for again; after a write one read settles it: it was applied.",
    {
      firstRead: ["not created", "GET", "GET, POST"],
      create: ["created", "GET, POST, GET", "none"],
      update: ["updated", "POST, GET", "none"],
      read: ["kept as it was", "GET", "GET"],
      delete: ["gone", "DELETE, GET", "none"],
    },
    [
      fault(
        "200 with 50 MB",
        "Cloudflare answered 200: the answer is larger than 1 MB",
        "So large an answer is not read.",
        {
          kind: "flood",
          bytes: 50 * 2 ** 20,
        },
      ),
    ],
  ),
  family(
    "Cloudflare asks to wait",
    "All requests of the run wait together, each attempt up to the deadline (`deadlineSeconds`, 15 minutes by default).",
    WAITED,
    [
      waiting("429 without `Retry-After`", () => null),
      waiting("429 with `Retry-After: 1`", () => "1"),
      waiting("429 with `Retry-After` as an HTTP date", soon),
    ],
  ),
  family(
    "Cloudflare is slow",
    "As long as an answer is complete within the time for one attempt (`timeoutSeconds`, 60 by default), nothing is different.",
    {
      firstRead: ["created", "GET, POST", "none"],
      update: ["updated", "POST", "none"],
      read: ["refreshed", "GET", "GET"],
      delete: ["gone", "DELETE", "none"],
    },
    [fault("answer in a drip that ends in time", "", "", { kind: "drip", pauseMs: 20, pieceBytes: 8 })],
  ),
];
