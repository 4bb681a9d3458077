// Plays a scripted fault to the client. The server calls it for a request that queue.ts has a fault for.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Answer } from "./envelope";
import type { Exchange } from "./exchange";
import type { FaultAction, FaultOf } from "./faults";

/** Processes the request as if there were no fault: its effect happens, its answer is returned and not sent. */
export type Process = () => Promise<Answer>;

/** Sends an answer as it is. */
export async function deliver(answer: Answer, exchange: Exchange): Promise<void> {
  await exchange.send(answer.status, answer.headers, JSON.stringify(answer.envelope));
}

/** Plays a fault to its end. If that is silence, the connection stays open. */
export async function play(fault: FaultAction, exchange: Exchange, process: Process): Promise<void> {
  if ("apply" in fault && fault.apply) await process();
  switch (fault.kind) {
    case "reset":
      return exchange.reset();
    case "hang":
      return void (await exchange.text());
    case "envelope":
      return deliver(madeUp(fault), exchange);
    case "raw":
      return exchange.send(fault.status ?? 200, { "content-type": "text/html", ...fault.headers }, fault.body ?? "");
    case "redirect":
      return exchange.send(fault.status ?? 307, { location: fault.location }, "");
    default:
      return distort(fault, exchange, await process());
  }
}

type Distortion = Exclude<FaultAction, { apply?: boolean }>;

async function distort(fault: Distortion, exchange: Exchange, answer: Answer): Promise<void> {
  switch (fault.kind) {
    case "cut":
      return cut(exchange, answer);
    case "stall":
      return void (await sendHalf(exchange, answer));
    case "alter":
      return deliver(withResult(answer, altered(answer.envelope.result, fault.result)), exchange);
    case "strings":
      return deliver(withResult(answer, numbersAsStrings(answer.envelope.result)), exchange);
    case "flood":
      return flood(fault, exchange, answer);
    case "drip":
      return drip(fault, exchange, answer);
    case "delay":
      await exchange.wait(fault.ms);
      return deliver(answer, exchange);
  }
}

function madeUp(fault: FaultOf<"envelope">): Answer {
  const { status = 200, headers = {}, errors = [], messages = [], result = null } = fault;
  const success = fault.success ?? (status < 400 && errors.length === 0);
  return { status, headers, envelope: { success, errors, messages, result } };
}

async function cut(exchange: Exchange, answer: Answer): Promise<void> {
  const response = await sendHalf(exchange, answer);
  response.destroy();
}

/** Announces the whole body and sends half of it; resolves when the half is out. */
async function sendHalf(exchange: Exchange, { status, headers, envelope }: Answer) {
  const body = Buffer.from(JSON.stringify(envelope));
  const response = await exchange.head(status, { "content-length": String(body.length), ...headers });
  await new Promise((sent) => response.write(body.subarray(0, body.length / 2), sent));
  return response;
}

function withResult(answer: Answer, result: unknown): Answer {
  return { ...answer, envelope: { ...answer.envelope, result } };
}

function altered(result: unknown, changes: Readonly<Record<string, unknown>>): unknown {
  return typeof result === "object" ? { ...result, ...changes } : changes;
}

function numbersAsStrings(result: unknown): unknown {
  return JSON.parse(JSON.stringify(result, (_, value) => (typeof value === "number" ? String(value) : value)));
}

/** Still one valid envelope, so that a client which reads it all finds the true answer behind the filler. */
async function flood({ bytes }: FaultOf<"flood">, exchange: Exchange, answer: Answer): Promise<void> {
  const response = await exchange.head(answer.status, answer.headers);
  const rest = JSON.stringify(answer.envelope).slice(1);
  exchange.record.status = answer.status;
  await pipeline(Readable.from(padded(bytes, rest)), response);
}

function* padded(bytes: number, rest: string): Generator<Buffer> {
  const piece = Buffer.alloc(65536, "x");
  yield Buffer.from('{"padding":"');
  for (let left = bytes; left > 0; left -= piece.length) yield piece.subarray(0, left);
  yield Buffer.from(`",${rest}`);
}

async function drip(fault: FaultOf<"drip">, exchange: Exchange, answer: Answer): Promise<void> {
  const body = Buffer.from(JSON.stringify(answer.envelope));
  const response = await exchange.head(answer.status, { "content-length": String(body.length), ...answer.headers });
  const step = fault.pieceBytes ?? 1;
  for (let at = 0; at < body.length; at += step) {
    if (at + step >= body.length) exchange.record.status = answer.status;
    response.write(body.subarray(at, at + step));
    await exchange.wait(fault.pauseMs);
  }
  response.end();
}
