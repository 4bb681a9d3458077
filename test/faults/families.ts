// biome-ignore-all format: a table is read by its rows.
// The fault table, in the order of docs/failures.md: what goes wrong, what an error then says and advises, and the outcome for each call.
import {
  AGAIN, APPLIED, answers, BY_HAND, family, fault, MAYBE_OFF, NETWORK, NOT_APPLIED, OTHERS, rateLimit, readAfter, refusal, STATUS, TRIED_IN_VAIN,
  UNCONFIRMED, UNREACHED, untrusted, waiting,
} from "./outcomes";
import { CALL_NAMES, type CallName, type Cell, type Cells, type Family, type Fault } from "./table";

const LATE = `${UNREACHED}it did not answer in time`;
const FORBIDDEN = refusal(403, 10000, "Authentication error");
const SAYS_FORBIDDEN = "Cloudflare answered 403: Authentication error (code 10000)";
const LACKS_PERMISSION = 'Check that the API token has the permission "AI Gateway Write" for this account';
const FROM_EDGE = "This page does not come from the API, but from Cloudflare's edge or a proxy in front of it";
const OTHER_VALUES = "already has auto top-up set, with other values than declared. Nothing was changed for this account.";
// A date names whole seconds only.
const soon = () => new Date(Date.now() + 2000).toUTCString();
const hasty = { process: "hasty" } as const;
const page = (text: string, status: number) => ({ kind: "raw", status, body: `<html>${text}</html>` }) as const;
const CONFIRMED: Cells = { ...readAfter(), create: ["created", "GET, POST, GET", "none"], update: ["updated", "POST, GET", "none"], delete: ["gone", "DELETE", "none"] };

export const FAMILIES: readonly Family[] = [
  family("Cloudflare cannot be reached", "Three attempts, and three to read after a write. Nothing arrives, nothing is lost.", {
    firstRead: ["not created", "none", "GET, POST"], read: ["kept as it was", "none", "GET"],
    update: ["initialization error", "none", "POST", UNCONFIRMED], delete: ["not gone", "none", "DELETE", MAYBE_OFF],
  }, [
    fault("connection refused", `${UNREACHED}connect ECONNREFUSED`, NETWORK, null, { process: "refused" }),
    fault("connecting takes too long", LATE, NETWORK, null, { process: "silent" }),
  ]),
  family("The request is lost", "Three attempts with growing waits. If a write still has no answer, one read of the remote values settles it: it was not applied.", TRIED_IN_VAIN, [
    fault("reset before the request was read", UNREACHED, NETWORK, { kind: "reset" }),
    fault("no first byte of an answer in time", LATE, NETWORK, { kind: "hang" }, hasty),
  ]),
  family("The answer is lost", "The request was applied and no answer arrived. A read settles a write: done, with one change in all.", { ...TRIED_IN_VAIN, ...APPLIED }, [
    fault("reset after the request was applied", UNREACHED, NETWORK, { kind: "reset", apply: true }),
    fault("answer cut in the middle", UNREACHED, NETWORK, { kind: "cut" }),
    fault("silence in the middle of the answer", LATE, NETWORK, { kind: "stall" }, hasty),
    fault("answer in a drip that takes too long", LATE, NETWORK, { kind: "drip", pauseMs: 200 }, hasty),
  ]),
  family("The connection is lost for good after a write was applied", "The read is not answered either, so the run fails and the state keeps the resource with an initialization error. The next run writes what is declared then.", {
    create: ["initialization error", "GET, POST ×3, GET ×3", "POST", UNCONFIRMED],
    update: ["initialization error", "POST ×3, GET ×3", "POST", UNCONFIRMED], delete: ["not gone", "DELETE ×3, GET ×3", "DELETE", MAYBE_OFF],
  }, [
    fault("reset after the request was applied, then no connection", UNREACHED, NETWORK, { kind: "reset", apply: true }, { forGood: true }),
  ]),
  family("Cloudflare refuses", "Asking again would not help, so it is asked once.", {
    firstRead: ["not created", "GET", "GET, POST"], create: ["not created", "GET, POST", "GET, POST"], update: ["not updated", "POST", "POST"],
    read: ["kept as it was", "GET", "GET"], delete: ["not gone", "DELETE", "DELETE"],
  }, [
    answers(400, 1001, "amount is out of range", "Check the declared values against Cloudflare's message above."),
    answers(400, 6003, "Invalid request headers", "The credential is malformed", "400, a malformed token"),
    answers(401, 10000, "Authentication error", "The credentials were not accepted"),
    answers(404, 7003, "Could not route to this path", "Check 'accountId' and that the credentials belong to that account."),
  ]),
  family("The rate limit lasts longer than the deadline", "One request is refused; whatever else the run still had to ask in that time gets the same answer, unsent. Played one after the other, in this order:", {
    firstRead: ["not created", "GET", "GET, POST"], update: ["not updated", "none", "POST"], read: ["kept as it was", "none", "GET"], delete: ["not gone", "none", "DELETE"],
  }, [
    fault("429 with a `Retry-After` beyond the deadline", "Cloudflare answered 429: More than 1200 requests reached (code 10100)",
      `The API's rate limit (1,200 requests per five minutes) is used up: wait five minutes, ${AGAIN}`, rateLimit("300"), { process: "spent" }),
  ]),
  family("Cloudflare forbids", "A write that is forbidden is followed by one read: remote values that equal the declared ones need no write.", readAfter(), [
    fault("403, the token lacks the permission", SAYS_FORBIDDEN, LACKS_PERMISSION, FORBIDDEN, { cells: readAfter(BY_HAND) }),
    fault("403, only dashboard sessions may write; then set by hand", SAYS_FORBIDDEN, BY_HAND, FORBIDDEN, { byHand: true, cells: {
      create: ["not created", "GET, POST, GET", "GET"], update: ["not updated", "POST, GET", "POST, GET"], delete: ["not gone", "DELETE, GET", "DELETE, GET"],
    } }),
    answers(403, 9109, "Cannot use the access token from location: 203.0.113.7", "client IP address filtering", "403, the token's location"),
    fault("403, a page of the edge", 'Cloudflare answered 403: not in the API\'s form: "<html>Just a moment...</html>"', FROM_EDGE, page("Just a moment...", 403)),
  ]),
  family("Cloudflare has trouble", "As if the request is lost: three attempts, then one read after a write.", TRIED_IN_VAIN, [
    answers(409, 1004, "conflict", `Another change to this account's billing is under way: wait a moment, ${AGAIN}`),
    answers(500, 1000, "internal error", STATUS),
    fault("502 with HTML", 'Cloudflare answered 502: not in the API\'s form: "<html>bad gateway</html>"', STATUS, page("bad gateway", 502)),
    answers(503, 1000, "unavailable", STATUS),
  ]),
  family("The answer proves nothing", "It is not believed, and a write is settled by one read: it was not applied.", readAfter(NOT_APPLIED), [
    untrusted("200 with `success: false`", "200: success: false, without a reason", { kind: "envelope", success: false }),
    untrusted("200 with `result: null`", "200: an unexpected result: null", { kind: "envelope", result: null }),
    untrusted("200 with an empty body", "200: an empty answer", { kind: "raw" }),
    untrusted("redirect to another host, which is not followed: that host gets no request and no credential", "307: an empty answer", (location) => ({ kind: "redirect", location })),
  ]),
  family("The answer says something else", "The write was applied, and its answer does not confirm it: the read does.", CONFIRMED, [
    untrusted("200 with text instead of numbers", "200: an unexpected result: {", { kind: "strings" }),
    fault("200 with other values than were sent, or another account's (an answer does not name its account)", OTHER_VALUES, "To take the remote values over, declare them.",
      { kind: "alter", result: OTHERS }, { cells: { ...CONFIRMED, read: ["read as other values", "GET", "GET"] } }),
  ]),
  family("The answer is too large", "It is not read and not asked for again; after a write one read settles it: it was applied.", {
    ...CONFIRMED, delete: ["gone", "DELETE, GET", "none"],
  }, [
    fault("200 with 50 MB", "Cloudflare answered 200: the answer is larger than 1 MB", "So large an answer is not read.", { kind: "flood", bytes: 50 * 2 ** 20 }),
  ]),
  family("Cloudflare asks to wait", "All requests of the run wait together, each attempt up to the deadline (`deadlineSeconds`, 15 minutes by default).", {
    firstRead: ["created", "GET ×2, POST", "none"], create: ["created", "GET, POST ×2", "none"], update: ["updated", "POST ×2", "none"],
    read: ["refreshed", "GET ×2", "GET"], delete: ["gone", "DELETE ×2", "none"],
  }, [
    waiting("429 without `Retry-After`", () => null), waiting("429 with `Retry-After: 1`", () => "1"), waiting("429 with `Retry-After` as an HTTP date", soon),
  ]),
  family("Cloudflare is slow", "As long as an answer is complete within the time for one attempt (`timeoutSeconds`, 60 by default), nothing is different.", {
    firstRead: ["created", "GET, POST", "none"], update: ["updated", "POST", "none"], read: ["refreshed", "GET", "GET"], delete: ["gone", "DELETE", "none"],
  }, [
    fault("answer in a drip that ends in time", "", "", { kind: "drip", pauseMs: 20, pieceBytes: 8 }),
  ]),
];

/** A fault, a call that meets it, and its outcome. */
export interface Row {
  readonly fault: Fault;
  readonly call: CallName;
  readonly cell: Cell;
}

export const ROWS: readonly Row[] = FAMILIES.flatMap(({ faults, cells }) => faults.flatMap((fault) => rowsOf(fault, cells)));

function rowsOf(fault: Fault, ofFamily: Cells): Row[] {
  return CALL_NAMES.flatMap((call) => {
    const cell = (fault.cells ?? ofFamily)[call];
    return cell ? [{ fault, call, cell }] : [];
  });
}
