// The scripted faults, as plain data, so that a table of them can be run, printed and documented, and which request meets one. play.ts plays them.

/** One entry of the envelope's `errors` or `messages`. */
export interface ApiError {
  readonly code: number;
  readonly message: string;
  /** The cause one level down, if the API names it. */
  readonly error_chain?: readonly ApiError[];
}

/** Which requests a fault is for, and what happens to them. A part that is left out matches all requests. */
export type Fault = FaultAction & {
  method?: "GET" | "POST" | "DELETE";
  accountId?: string;
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
  /** A TCP reset: before the request took effect, or, with `apply`, after it did. */
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

export type ScriptedFault = Fault & { skip: number; times: number };

/** The first fault that matches and has let enough requests pass, off the script if it is used up. Those behind it do not count the request. */
export function takeFault(script: ScriptedFault[], method: string, accountId: string | null): Fault | null {
  const isFor = (fault: Fault) =>
    (fault.method ?? method) === method && (!fault.accountId || fault.accountId.toLowerCase() === accountId);
  const fault = script.find((each) => isFor(each) && each.skip-- <= 0);
  if (!fault) return null;
  fault.times -= 1;
  if (fault.times <= 0) script.splice(script.indexOf(fault), 1);
  return fault;
}
