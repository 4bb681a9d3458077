// The fault table as a whole, in the order of the document.
import { ANSWERS } from "./answers";
import { CONNECTIONS } from "./connections";
import { REFUSALS } from "./refusals";
import { CALL_NAMES, type CallName, type Cell, cellOf, type Family, type Fault } from "./table";

export const FAMILIES: readonly Family[] = [...CONNECTIONS, ...REFUSALS, ...ANSWERS];

/** A fault, a call that meets it, and what comes of it. */
export interface Row {
  readonly fault: Fault;
  readonly call: CallName;
  readonly cell: Cell;
}

export const ROWS: readonly Row[] = FAMILIES.flatMap((family) =>
  family.faults.flatMap((fault) => rowsOf(family, fault)),
);

function rowsOf(family: Family, fault: Fault): Row[] {
  return CALL_NAMES.flatMap((call) => {
    const cell = cellOf(family, fault, call);
    return cell ? [{ fault, call, cell }] : [];
  });
}
