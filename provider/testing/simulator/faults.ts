// The vocabulary of scripted faults, as plain data so that a table of them can be run, printed and documented.
// Types only: queue.ts decides which request meets a fault, play.ts acts it out.
import type { ApiError } from "./envelope";

/** Which requests a fault is for, and what happens to them. */
export type Fault = FaultTarget & FaultAction;

/** The requests that a fault is for; a part that is left out matches all. */
export interface FaultTarget {
  method?: "GET" | "POST" | "DELETE";
  accountId?: string;
  /** The last segment of the path, to know config reads from balance reads. */
  endpoint?: "config" | "credit-balance" | "invoice-history";
  /** How many matching requests pass first; 0 by default. */
  skip?: number;
  /** How many matching requests are hit; 1 by default, `Infinity` for all. */
  times?: number;
}

/** What can happen: the first five kinds make their answer up, the others do something to the true one. */
export type FaultAction =
  | ResetFault
  | HangFault
  | EnvelopeFault
  | RawFault
  | RedirectFault
  | CutFault
  | StallFault
  | AlterFault
  | StringsFault
  | FloodFault
  | DripFault
  | DelayFault;

/** Where the answer is made up: whether the request is processed all the same. Default: it is not. */
interface MadeUp {
  apply?: boolean;
}

/** Where an answer is sent that the API would not send: its status (default 200) and further headers. */
interface MadeUpAnswer extends MadeUp {
  status?: number;
  headers?: Readonly<Record<string, string>>;
}

/** A TCP reset: before the request is read, or, with `apply`, after it took effect. */
export interface ResetFault extends MadeUp {
  kind: "reset";
}

/** No answer at all; the connection stays open until the client or close() ends it. */
export interface HangFault extends MadeUp {
  kind: "hang";
}

/** Any status with any envelope. `success` follows the status, lists are empty, `result` is null by default. */
export interface EnvelopeFault extends MadeUpAnswer {
  kind: "envelope";
  success?: boolean;
  errors?: readonly ApiError[];
  messages?: readonly ApiError[];
  result?: unknown;
}

/** Any status with any text (default: none), as text/html unless `headers` says otherwise. */
export interface RawFault extends MadeUpAnswer {
  kind: "raw";
  body?: string;
}

/** A redirect; the default status, 307, keeps method and body. */
export interface RedirectFault extends MadeUp {
  kind: "redirect";
  location: string;
  status?: 301 | 302 | 303 | 307 | 308;
}

/** Headers and the first half of the true answer's body, then the connection ends. */
export interface CutFault {
  kind: "cut";
}

/** Headers and the first half of the true answer's body, then silence. */
export interface StallFault {
  kind: "stall";
}

/** The true answer with these parts of its `result` replaced. */
export interface AlterFault {
  kind: "alter";
  result: Readonly<Record<string, unknown>>;
}

/** The true answer with every number in its `result` sent as a string. */
export interface StringsFault {
  kind: "strings";
}

/** The true answer with filler in its envelope, streamed, at least `bytes` long and without a Content-Length. */
export interface FloodFault {
  kind: "flood";
  bytes: number;
}

/** The true answer in small pieces (1 byte by default) with a pause after each. */
export interface DripFault {
  kind: "drip";
  pauseMs: number;
  pieceBytes?: number;
}

/** The true answer, held back; the request takes effect on arrival. */
export interface DelayFault {
  kind: "delay";
  ms: number;
}
