// The scripted faults, as plain data, so that a table of them can be run, printed and documented. queue.ts decides which request meets a fault,
// and play.ts plays it.
import type { ApiError } from "./envelope";

/** Which requests a fault is for, and what happens to them. A part that is left out matches all requests. */
export type Fault = FaultAction & {
  method?: "GET" | "POST" | "DELETE";
  accountId?: string;
  /** The last segment of the path. */
  endpoint?: "config" | "credit-balance" | "invoice-history";
  /** How many matching requests pass first; 0 by default. */
  skip?: number;
  /** How many matching requests are hit; 1 by default, `Infinity` for all. */
  times?: number;
};

/** `apply`: the request is processed all the same, although its answer is made up. */
type MadeUp = { apply?: boolean };
/** An answer that the API would not send: its status (200 by default) and further headers. */
type Answered = MadeUp & { status?: number; headers?: Readonly<Record<string, string>> };

/** What can happen: the first five kinds make their answer up, the others change the true one. */
export type FaultAction =
  /** A TCP reset: before the request is read, or, with `apply`, after it took effect. */
  | ({ kind: "reset" } & MadeUp)
  /** No answer; the connection stays open until the client or close() ends it. */
  | ({ kind: "hang" } & MadeUp)
  /** Any status with any envelope. By default `success` follows the status, lists are empty and `result` is null. */
  | ({
      kind: "envelope";
      success?: boolean;
      errors?: readonly ApiError[];
      messages?: readonly ApiError[];
      result?: unknown;
    } & Answered)
  /** Any status with any text (none by default), as text/html unless `headers` says otherwise. */
  | ({ kind: "raw"; body?: string } & Answered)
  /** A redirect; the default status, 307, keeps method and body. */
  | ({ kind: "redirect"; location: string; status?: 301 | 302 | 303 | 307 | 308 } & MadeUp)
  /** The headers and the first half of the true answer's body, then the connection ends. */
  | { kind: "cut" }
  /** The headers and the first half of the true answer's body, then silence. */
  | { kind: "stall" }
  /** The true answer with these parts of its `result` replaced. */
  | { kind: "alter"; result: Readonly<Record<string, unknown>> }
  /** The true answer with every number in its `result` sent as a string. */
  | { kind: "strings" }
  /** The true answer with filler in its envelope, streamed, at least `bytes` long and without a Content-Length. */
  | { kind: "flood"; bytes: number }
  /** The true answer in small pieces (1 byte by default) with a pause after each. */
  | { kind: "drip"; pauseMs: number; pieceBytes?: number }
  /** The true answer, held back; the request takes effect on arrival. */
  | { kind: "delay"; ms: number };

export type FaultOf<Kind extends FaultAction["kind"]> = Extract<FaultAction, { kind: Kind }>;
