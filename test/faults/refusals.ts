// The answers that are no success by their status, as data: which there are, and what comes of each at each call.
import { unapplied } from "./cells";
import { TRIED_IN_VAIN } from "./connections";
import { rateLimit, refusal } from "./script";
import type { Family } from "./table";

const CHECK_STATUS = "See https://www.cloudflarestatus.com, then run the same command again.";
const BY_HAND =
  'Either the API token lacks the permission "AI Gateway Write", or Cloudflare lets only dashboard sessions change this.';
const FORBIDDEN = "Cloudflare answered 403: Authentication error (code 10000)";

const REFUSED_ONCE: Family["cells"] = {
  firstRead: { state: "not created", requests: "GET", next: "GET, POST" },
  create: { state: "not created", requests: "GET, POST", next: "GET, POST" },
  once: { state: "not created", requests: "GET, POST", next: "GET, POST" },
  update: { state: "not updated", requests: "POST", next: "POST" },
  read: { state: "kept as it was", requests: "GET", next: "GET" },
  delete: { state: "not gone", requests: "DELETE", next: "DELETE" },
};

const WRITE_FORBIDDEN = unapplied(BY_HAND);

export const REFUSALS: readonly Family[] = [
  {
    name: "Cloudflare refuses",
    about: "Asking again would not help, so it is asked once.",
    cells: REFUSED_ONCE,
    faults: [
      {
        name: "400",
        sees: "Cloudflare answered 400: amount is out of range (code 1001)",
        advice: "Check the declared values against Cloudflare's message above.",
        action: () => refusal(400, 1001, "amount is out of range"),
      },
      {
        name: "401",
        sees: "Cloudflare answered 401: Authentication error (code 10000)",
        advice: "The credentials were not accepted: check that the token exists, is active and was copied whole.",
        action: () => refusal(401, 10000, "Authentication error"),
      },
      {
        name: "404",
        sees: "Cloudflare answered 404: Could not route to this path (code 7003)",
        advice: "Check 'accountId' and that the credentials belong to that account.",
        action: () => refusal(404, 7003, "Could not route to this path"),
      },
    ],
  },
  {
    name: "The rate limit lasts longer than the deadline",
    about:
      "One request is refused; whatever else the run still had to ask in that time gets the same answer, unsent. Played one after the other, in " +
      "this order:",
    cells: {
      firstRead: { state: "not created", requests: "GET", next: "GET, POST" },
      create: null,
      once: null,
      update: { state: "not updated", requests: "none", next: "POST" },
      read: { state: "kept as it was", requests: "none", next: "GET" },
      delete: { state: "not gone", requests: "none", next: "DELETE" },
    },
    faults: [
      {
        name: "429 with a `Retry-After` beyond the deadline",
        process: "spent",
        sees: "Cloudflare answered 429: More than 1200 requests reached (code 10100)",
        advice:
          "The API's rate limit (1,200 requests per five minutes) is used up: wait five minutes, then run the same command again.",
        action: () => rateLimit("300"),
      },
    ],
  },
  {
    name: "Cloudflare forbids",
    about:
      "A write that is forbidden is followed by one read: remote values that equal the declared ones need no write.",
    cells: WRITE_FORBIDDEN,
    faults: [
      {
        name: "403, the token lacks the permission",
        sees: FORBIDDEN,
        advice: 'Check that the API token has the permission "AI Gateway Write" for this account',
        action: () => refusal(403, 10000, "Authentication error"),
      },
      {
        name: "403, only dashboard sessions may write; then set by hand",
        sees: FORBIDDEN,
        advice: BY_HAND,
        action: () => refusal(403, 10000, "Authentication error"),
        byHand: true,
        cells: {
          firstRead: null,
          create: { state: "not created", requests: "GET, POST, GET", next: "GET", advice: BY_HAND },
          once: null,
          update: { state: "not updated", requests: "POST, GET", next: "POST, GET", advice: BY_HAND },
          read: null,
          delete: { state: "not gone", requests: "DELETE, GET", next: "DELETE, GET", advice: BY_HAND },
        },
      },
    ],
  },
  {
    name: "Cloudflare has trouble",
    about: "As where the request is lost: three attempts, then one read after a write.",
    cells: TRIED_IN_VAIN,
    faults: [
      {
        name: "409",
        sees: "Cloudflare answered 409: conflict (code 1004)",
        advice: "Somebody else is changing this account's billing: wait a moment, then run the same command again.",
        action: () => refusal(409, 1004, "conflict"),
      },
      {
        name: "500",
        sees: "Cloudflare answered 500: internal error (code 1000)",
        advice: CHECK_STATUS,
        action: () => refusal(500, 1000, "internal error"),
      },
      {
        name: "502 with HTML",
        sees: 'Cloudflare answered 502: not in the API\'s form: "<html>bad gateway</html>"',
        advice: CHECK_STATUS,
        action: () => ({ kind: "raw", status: 502, body: "<html>bad gateway</html>" }),
      },
      {
        name: "503",
        sees: "Cloudflare answered 503: unavailable (code 1000)",
        advice: CHECK_STATUS,
        action: () => refusal(503, 1000, "unavailable"),
      },
    ],
  },
];
