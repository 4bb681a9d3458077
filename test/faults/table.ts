// The vocabulary of the fault table: the calls that meet a fault, and what can be said of each. The crash tests and the documents use it too.
import type { FaultAction } from "../../provider/testing/simulator/faults";
import { type Amounts, BEFORE, DECLARED } from "./resource";

/** What the engine is about to do when the fault occurs. */
export interface Call {
  readonly title: string;
  /** The request that meets the fault. */
  readonly method: "GET" | "POST" | "DELETE";
  /** What the state holds before, and Cloudflare too; null for nothing. */
  readonly stored: Amounts | null;
  /** What the program declares; null if it no longer does. */
  readonly declared: Amounts | null;
  /** How every message about it begins. */
  readonly attempt: string;
}

const created = { stored: null, declared: DECLARED };
const READING = "Reading the auto top-up config of account";
const SETTING = "Setting the auto top-up config of account";
const REMOVING = "Removing the auto top-up config of account";

export const CALLS = {
  firstRead: { title: "create: its first read", method: "GET", ...created, attempt: READING },
  create: { title: "create: its write", method: "POST", ...created, attempt: SETTING },
  once: { title: "create: its write, but only once", method: "POST", ...created, attempt: SETTING },
  update: { title: "update", method: "POST", stored: BEFORE, declared: DECLARED, attempt: SETTING },
  read: { title: "refresh", method: "GET", stored: DECLARED, declared: DECLARED, attempt: READING },
  delete: { title: "delete", method: "DELETE", stored: DECLARED, declared: null, attempt: REMOVING },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof CALLS;
export const CALL_NAMES = Object.keys(CALLS) as CallName[];

export const KEPT = ["not created", "not updated", "initialization error", "kept as it was", "not gone"] as const;

/** What the state says of the resource afterwards. An error is shown for exactly those of `KEPT`. */
export type State = "created" | "updated" | "refreshed" | "read as other values" | "gone" | (typeof KEPT)[number];

/**
 * The outcome of one call under one fault: the state, the requests that arrived, those of the next `pulumi up` (after a refresh: of `pulumi up
 * --refresh`), which leaves everything as declared, and what is advised if that differs from the fault's own advice.
 */
export type Cell = readonly [state: State, requests: string, next: string, advice?: string | undefined];

/** A call that is missing never meets the fault. */
export type Cells = Partial<Record<CallName, Cell>>;

/** The settings of the provider's process that meets the fault. */
export const PROCESSES = ["usual", "silent", "refused", "hasty", "spent"] as const;
export type Process = (typeof PROCESSES)[number];

/** Something that goes wrong. */
export interface Fault {
  readonly name: string;
  /** Words of the message that is shown. */
  readonly sees: string;
  /** What the message advises. */
  readonly advice: string;
  /** Null if no request arrives that could be answered. */
  readonly action: ((elsewhere: string) => FaultAction) | null;
  readonly process?: Process;
  /** How many requests of the call's kind meet it; all by default. */
  readonly times?: number;
  /** From the first write on every read is reset too. */
  readonly forGood?: boolean;
  /** The fault stays, and a person sets what is declared in the dashboard before the next `pulumi up`. */
  readonly byHand?: boolean;
  /** The outcomes that differ from the family's. */
  readonly cells?: Cells;
}

/** Faults with the same outcome. */
export interface Family {
  readonly name: string;
  readonly about: string;
  readonly cells: Cells;
  readonly faults: readonly Fault[];
}

/** What must be in the message; null if the call succeeds. */
export function messageOf(fault: Fault, [state, , , advice]: Cell): { sees: string; advice: string } | null {
  if (!KEPT.some((kept) => kept === state)) return null;
  return { sees: fault.sees, advice: advice ?? fault.advice };
}

/** A row of requests in one line, for instance `GET, POST ×3, GET`. */
export function compress(requests: readonly { readonly method: string }[]): string {
  const runs: [method: string, times: number][] = [];
  for (const { method } of requests) {
    const last = runs.at(-1);
    if (last?.[0] === method) last[1] += 1;
    else runs.push([method, 1]);
  }
  return runs.map(([method, times]) => (times === 1 ? method : `${method} ×${times}`)).join(", ") || "none";
}
