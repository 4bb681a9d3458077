// Puts one answer on the wire, as it is or as a scripted fault distorts it. server.ts calls it for every request, once that has been read.
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./api";
import type { RecordedRequest } from "./contract";
import type { FaultAction, FaultOf } from "./faults";

/** A record that is still being filled in. */
export type Recording = { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] };

/** What is on record of a request, and the way back to its client. */
export interface Exchange {
  readonly record: Recording;
  readonly response: ServerResponse;
}

/**
 * @param fault null if the request meets none. If it is silence, the connection stays open.
 * @param process makes the request's effect happen and returns its true answer.
 */
export async function play(fault: FaultAction | null, exchange: Exchange, process: () => Answer): Promise<void> {
  if (fault && "apply" in fault && fault.apply) process();
  switch (fault?.kind) {
    case "reset":
      return void exchange.response.socket?.resetAndDestroy();
    case "hang":
      return;
    case "envelope":
      return send(madeUp(fault), exchange);
    case "raw": {
      const { status = 200, headers, body = "" } = fault;
      return send({ status, headers: { "content-type": "text/html", ...headers }, body }, exchange);
    }
    case "redirect":
      return send({ status: fault.status ?? 307, headers: { location: fault.location }, body: "" }, exchange);
    case "cut":
      await sendHalf(process(), exchange);
      return void exchange.response.destroy();
    case "stall":
      return sendHalf(process(), exchange);
    case "alter": {
      const altered = withResult(process(), (result) => Object.assign(Object(result), fault.result));
      return send(altered, exchange);
    }
    case "strings":
      return send(withResult(process(), numbersAsStrings), exchange);
    case "flood":
      return flood(fault, exchange, process());
    case "drip":
      return drip(fault, exchange, process());
    case "delay": {
      const answer = process();
      await wait(fault.ms);
      return send(answer, exchange);
    }
    default:
      return send(process(), exchange);
  }
}

function madeUp(fault: FaultOf<"envelope">): Answer {
  const { status = 200, headers = {}, errors = [], messages = [], result = null } = fault;
  const success = fault.success ?? (status < 400 && errors.length === 0);
  return { status, headers, body: JSON.stringify({ success, errors, messages, result }) };
}

function withResult(answer: Answer, change: (result: unknown) => unknown): Answer {
  const envelope = JSON.parse(answer.body);
  return { ...answer, body: JSON.stringify({ ...envelope, result: change(envelope.result) }) };
}

function numbersAsStrings(result: unknown): unknown {
  return JSON.parse(JSON.stringify(result, (_, value) => (typeof value === "number" ? String(value) : value)));
}

/** Prepares the headers, which go out with the first bytes of the body. One that the answer brings replaces ours, in whatever case. */
function begin({ response, record }: Exchange, { status, headers }: Answer, length: number | null): ServerResponse {
  response.setHeader("cf-ray", record.ray).setHeader("content-type", "application/json");
  if (length !== null) response.setHeader("content-length", length);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return response.writeHead(status);
}

/** Sends a whole answer. It is on record before the client can have seen it. */
async function send(answer: Answer, exchange: Exchange): Promise<void> {
  if (exchange.response.destroyed) return;
  exchange.record.status = answer.status;
  begin(exchange, answer, Buffer.byteLength(answer.body)).end(answer.body);
}

/** Announces the whole body and sends half of it; resolves when the half is out. */
async function sendHalf(answer: Answer, exchange: Exchange): Promise<void> {
  const body = Buffer.from(answer.body);
  const response = begin(exchange, answer, body.length);
  await new Promise((sent) => response.write(body.subarray(0, body.length / 2), sent));
}

/** Still one valid envelope, so that a client which reads it all finds the true answer behind the filler. */
async function flood({ bytes }: FaultOf<"flood">, exchange: Exchange, answer: Answer): Promise<void> {
  exchange.record.status = answer.status;
  const response = begin(exchange, answer, null);
  // A client may leave as soon as it has seen enough.
  await pipeline(Readable.from(padded(bytes, answer.body.slice(1))), response).catch(() => {});
}

function* padded(bytes: number, rest: string): Generator<Buffer> {
  const piece = Buffer.alloc(65536, "x");
  yield Buffer.from('{"padding":"');
  for (let left = bytes; left > 0; left -= piece.length) yield piece.subarray(0, left);
  yield Buffer.from(`",${rest}`);
}

async function drip({ pauseMs, pieceBytes = 1 }: FaultOf<"drip">, exchange: Exchange, answer: Answer): Promise<void> {
  const body = Buffer.from(answer.body);
  const response = begin(exchange, answer, body.length);
  for (let at = 0; at < body.length && !response.destroyed; at += pieceBytes) {
    if (at + pieceBytes >= body.length) exchange.record.status = answer.status;
    response.write(body.subarray(at, at + pieceBytes));
    await wait(pauseMs);
  }
  response.end();
}

/** Keeps no process alive that has closed its simulator. */
function wait(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}
