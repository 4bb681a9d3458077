// The faults of the connection, as data: which there are, and what comes of each at each call.
import { MAYBE_OFF, NOT_APPLIED, UNCONFIRMED } from "./cells";
import type { Family } from "./table";

const NETWORK =
  "Check the network, the proxy and 'baseUrl', then run the same command again. Nothing stored was changed.";
const LATE = "Cloudflare could not be reached: it did not answer in time";

/** What comes of it where three attempts fail and a look then shows that nothing was written. */
export const TRIED_IN_VAIN: Family["cells"] = {
  firstRead: { state: "not created", requests: "GET ×3", next: "GET, POST" },
  create: { state: "not created", requests: "GET, POST ×3, GET", next: "GET, POST", advice: NOT_APPLIED },
  once: { state: "created", requests: "GET, POST ×2", next: "none" },
  update: { state: "not updated", requests: "POST ×3, GET", next: "POST", advice: NOT_APPLIED },
  read: { state: "kept as it was", requests: "GET ×3", next: "GET" },
  delete: { state: "not gone", requests: "DELETE ×3, GET", next: "DELETE", advice: NOT_APPLIED },
};

export const CONNECTIONS: readonly Family[] = [
  {
    name: "Cloudflare cannot be reached",
    about: "Three attempts, and three to read after a write. Nothing arrives, nothing is lost.",
    cells: {
      firstRead: { state: "not created", requests: "none", next: "GET, POST" },
      create: null,
      once: null,
      update: { state: "initialization error", requests: "none", next: "POST", advice: UNCONFIRMED },
      read: { state: "kept as it was", requests: "none", next: "GET" },
      delete: { state: "not gone", requests: "none", next: "DELETE", advice: MAYBE_OFF },
    },
    faults: [
      {
        name: "connection refused",
        process: "refused",
        sees: "Cloudflare could not be reached: connect ECONNREFUSED",
        advice: NETWORK,
        action: null,
      },
      { name: "connecting takes too long", process: "silent", sees: LATE, advice: NETWORK, action: null },
    ],
  },
  {
    name: "The request is lost",
    about:
      "Three attempts with growing waits. Where a write still has no answer, one read of the remote values settles it: it was not applied.",
    cells: TRIED_IN_VAIN,
    faults: [
      {
        name: "reset before the request was read",
        sees: "Cloudflare could not be reached: ",
        advice: NETWORK,
        action: () => ({ kind: "reset" }),
      },
      {
        name: "no first byte of an answer in time",
        process: "hasty",
        sees: LATE,
        advice: NETWORK,
        action: () => ({ kind: "hang" }),
      },
    ],
  },
  {
    name: "The answer is lost",
    about: "The request was applied and no answer arrived. A read settles a write: done, with one change in all.",
    cells: {
      ...TRIED_IN_VAIN,
      create: { state: "created", requests: "GET, POST ×3, GET", next: "none" },
      update: { state: "updated", requests: "POST ×3, GET", next: "none" },
      delete: { state: "gone", requests: "DELETE ×3, GET", next: "none" },
    },
    faults: [
      {
        name: "reset after the request was applied",
        sees: "Cloudflare could not be reached: ",
        advice: NETWORK,
        action: () => ({ kind: "reset", apply: true }),
      },
      {
        name: "answer cut in the middle",
        sees: "Cloudflare could not be reached: ",
        advice: NETWORK,
        action: () => ({ kind: "cut" }),
      },
      {
        name: "silence in the middle of the answer",
        process: "hasty",
        sees: LATE,
        advice: NETWORK,
        action: () => ({ kind: "stall" }),
      },
      {
        name: "answer in a drip that takes too long",
        process: "hasty",
        sees: LATE,
        advice: NETWORK,
        action: () => ({ kind: "drip", pauseMs: 200 }),
      },
      {
        name: "answer of 50 MB",
        sees: "Cloudflare could not be reached: the answer is larger than 1048576 bytes",
        advice: NETWORK,
        action: () => ({ kind: "flood", bytes: 50 * 1024 * 1024 }),
      },
    ],
  },
  {
    name: "The connection is lost for good after a write was applied",
    about:
      "The read is not answered either, so the run fails and the state keeps the resource with an initialization error. The next run writes what is declared then.",
    cells: {
      firstRead: null,
      create: { state: "initialization error", requests: "GET, POST ×3, GET ×3", next: "POST", advice: UNCONFIRMED },
      once: null,
      update: { state: "initialization error", requests: "POST ×3, GET ×3", next: "POST", advice: UNCONFIRMED },
      read: null,
      delete: { state: "not gone", requests: "DELETE ×3, GET ×3", next: "DELETE", advice: MAYBE_OFF },
    },
    faults: [
      {
        name: "reset after the request was applied, then no connection",
        sees: "Cloudflare could not be reached: ",
        advice: NETWORK,
        action: () => ({ kind: "reset", apply: true }),
        forGood: true,
      },
    ],
  },
];
