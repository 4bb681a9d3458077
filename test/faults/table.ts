// The vocabulary of the fault table: the calls, and what can be said of each of them under a fault. Types and the calls; how a cell is played or
// printed is in cell.ts and document.ts.
import type { FaultAction } from "../../provider/testing/simulator/faults";
import { type Amounts, BEFORE, DECLARED } from "./resource";

/** What the engine is about to do when the fault comes in its way. */
export interface Call {
  /** As in "Auto top-up is created". */
  readonly title: string;
  /** The request that meets the fault. */
  readonly method: "GET" | "POST" | "DELETE";
  /** What the state holds before; null for nothing. The same is live. */
  readonly stored: Amounts | null;
  /** What the program declares; null where it does not any more. */
  readonly declared: Amounts | null;
  /** How every message about it begins. */
  readonly attempt: string;
}

const READING = "Reading the auto top-up config of account";
const SETTING = "Setting the auto top-up config of account";

export const CALLS = {
  firstRead: { title: "create: its first read", method: "GET", stored: null, declared: DECLARED, attempt: READING },
  create: { title: "create: its write", method: "POST", stored: null, declared: DECLARED, attempt: SETTING },
  once: {
    title: "create: its write, but only once",
    method: "POST",
    stored: null,
    declared: DECLARED,
    attempt: SETTING,
  },
  update: { title: "update", method: "POST", stored: BEFORE, declared: DECLARED, attempt: SETTING },
  read: { title: "refresh", method: "GET", stored: DECLARED, declared: DECLARED, attempt: READING },
  delete: {
    title: "delete",
    method: "DELETE",
    stored: DECLARED,
    declared: null,
    attempt: "Removing the auto top-up config of account",
  },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof CALLS;
export const CALL_NAMES = Object.keys(CALLS) as CallName[];

/** What comes of one call under one fault. */
export interface Cell {
  /** What the state says of the resource afterwards. An error is shown for exactly those of `Kept`. */
  readonly state: "created" | "updated" | "refreshed" | "read as other values" | "gone" | Kept;
  /** The requests that arrived, in order. */
  readonly requests: string;
  /** The requests of the next `pulumi up` (after a refresh: of `pulumi up --refresh`), which leaves everything as declared. */
  readonly next: string;
  /** What is said instead of the fault's own `sees`, or of its `advice`. */
  readonly sees?: string;
  readonly advice?: string;
}

type Kept = "not created" | "not updated" | "initialization error" | "kept as it was" | "not gone";
const FAILED: readonly Cell["state"][] = [
  "not created",
  "not updated",
  "initialization error",
  "kept as it was",
  "not gone",
];

/** The provider's process that plays the fault: by the settings that it has. */
export type Process = "usual" | "hasty" | "limited" | "spent" | "refused" | "silent";

/** Something that goes wrong, and what is said about it wherever a call fails. */
export interface Fault {
  readonly name: string;
  /** Words of the message that is shown. */
  readonly sees: string;
  /** What the message advises. */
  readonly advice: string;
  /** Null where nothing arrives that could be answered. */
  readonly action: ((elsewhere: string) => FaultAction) | null;
  readonly process?: Process;
  /** How many requests of the call's kind meet it; all by default. */
  readonly times?: number;
  /** From the first write on nobody answers, whatever is asked. */
  readonly forGood?: boolean;
  /** It stays, and somebody does by hand what is declared before the next `pulumi up`. */
  readonly byHand?: boolean;
  /** Nothing is wrong with the answer by itself: `sees` is our own refusal to overwrite what is live. */
  readonly refusal?: boolean;
  /** Where something else comes of it than of the others of its family; null where the call never meets it. */
  readonly cells?: Partial<Record<CallName, Cell | null>>;
}

/** Faults of which the same comes. */
export interface Family {
  readonly name: string;
  readonly about: string;
  readonly cells: Record<CallName, Cell | null>;
  readonly faults: readonly Fault[];
}

/** Null where the call never meets the fault. */
export function cellOf(family: Family, fault: Fault, call: CallName): Cell | null {
  const own = fault.cells?.[call];
  return own === undefined ? family.cells[call] : own;
}

/** What has to be in the message; null where the call succeeds. */
export function messageOf(fault: Fault, cell: Cell): { sees: string; advice: string } | null {
  if (!FAILED.includes(cell.state)) return null;
  return { sees: cell.sees ?? fault.sees, advice: cell.advice ?? fault.advice };
}
