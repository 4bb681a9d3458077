// The fault table, in the order of docs/failures.md: what goes wrong with the connection here, then what Cloudflare may answer.
import { ANSWERS } from "./answers";
import {
  CONFIRMED,
  family,
  fault,
  hasty,
  LATE,
  MAYBE_OFF,
  NETWORK,
  TRIED_IN_VAIN,
  UNCONFIRMED,
  UNREACHED,
} from "./outcomes";
import { CALL_NAMES, type CallName, type Cell, type Cells, type Family, type Fault } from "./table";

export const FAMILIES: readonly Family[] = [
  family(
    "Cloudflare cannot be reached",
    "Three attempts, and three to read after a write. Nothing arrives, nothing is lost.",
    {
      firstRead: ["not created", "none", "GET, POST"],
      update: ["initialization error", "none", "POST", UNCONFIRMED],
      read: ["kept as it was", "none", "GET"],
      delete: ["not gone", "none", "DELETE", MAYBE_OFF],
    },
    [
      fault("connection refused", `${UNREACHED}connect ECONNREFUSED`, NETWORK, null, { process: "refused" }),
      fault("connecting takes too long", LATE, NETWORK, null, { process: "silent" }),
    ],
  ),
  family(
    "The request is lost",
    "Three attempts with growing waits. If a write still has no answer, one read of the remote values settles it: it was not applied.",
    TRIED_IN_VAIN,
    [
      fault("reset before the request was read", UNREACHED, NETWORK, { kind: "reset" }),
      fault("no first byte of an answer in time", LATE, NETWORK, { kind: "hang" }, hasty),
    ],
  ),
  family(
    "The answer is lost",
    "The request was applied and no answer arrived. A read settles a write: done, with one change in all.",
    { ...TRIED_IN_VAIN, ...CONFIRMED },
    [
      fault("reset after the request was applied", UNREACHED, NETWORK, { kind: "reset", apply: true }),
      fault("answer cut in the middle", UNREACHED, NETWORK, { kind: "cut" }),
      fault("silence in the middle of the answer", LATE, NETWORK, { kind: "stall" }, hasty),
      fault("answer in a drip that takes too long", LATE, NETWORK, { kind: "drip", pauseMs: 200 }, hasty),
    ],
  ),
  family(
    "The connection is lost for good after a write was applied",
    "The read is not answered either, so the run fails and the state keeps the resource with an initialization error. The next run writes what is declared then.",
    {
      create: ["initialization error", "GET, POST ×3, GET ×3", "POST", UNCONFIRMED],
      update: ["initialization error", "POST ×3, GET ×3", "POST", UNCONFIRMED],
      delete: ["not gone", "DELETE ×3, GET ×3", "DELETE", MAYBE_OFF],
    },
    [
      fault(
        "reset after the request was applied, then no connection",
        UNREACHED,
        NETWORK,
        { kind: "reset", apply: true },
        { forGood: true },
      ),
    ],
  ),
  ...ANSWERS,
];

/** A fault, a call that meets it, and its outcome. */
export interface Row {
  readonly fault: Fault;
  readonly call: CallName;
  readonly cell: Cell;
}

export const ROWS: readonly Row[] = FAMILIES.flatMap(({ faults, cells }) =>
  faults.flatMap((fault) => rowsOf(fault, cells)),
);

function rowsOf(fault: Fault, ofFamily: Cells): Row[] {
  return CALL_NAMES.flatMap((call) => {
    const cell = (fault.cells ?? ofFamily)[call];
    return cell ? [{ fault, call, cell }] : [];
  });
}
