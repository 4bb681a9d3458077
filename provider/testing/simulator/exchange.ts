// One request and its answer on the wire: reading, recording, sending, breaking off. What the answer means is decided elsewhere.
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { accountIdOf } from "./api";
import { schemeOf } from "./auth";
import type { RecordedRequest } from "./contract";
import { parseJson } from "./validate";

type Headers = Readonly<Record<string, string>>;

/** A record that is still being filled in. */
export type Recording = { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] };

/** One request and its answer. */
export class Exchange {
  readonly record: Recording;
  readonly #over = new AbortController();
  #text: string | null = null;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    connection: number,
    private readonly latencyMs: number,
  ) {
    this.record = recordingOf(request, connection);
    response.once("close", () => this.#over.abort());
  }

  /** Whether the client has left, so that whatever fails now is of no interest. */
  get abandoned(): boolean {
    return this.request.socket.destroyed;
  }

  /** Reads the body, once, and records it. */
  async text(): Promise<string> {
    if (this.#text !== null) return this.#text;
    const chunks: Buffer[] = [];
    for await (const chunk of this.request) chunks.push(chunk);
    this.#text = Buffer.concat(chunks).toString("utf8");
    this.record.body = this.#text === "" ? null : (parseJson(this.#text) ?? this.#text);
    return this.#text;
  }

  /** Waits, but no longer than the client does. */
  async wait(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#over.signal });
  }

  /**
   * Prepares the headers, which go out with the first bytes of the body. The request has been read by then, as
   * clients expect, and the simulator's latency has passed.
   */
  async head(status: number, headers: Headers): Promise<ServerResponse> {
    await this.text();
    await this.wait(this.latencyMs);
    const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const own = { "cf-ray": this.record.ray, "content-type": "application/json" };
    return this.response.writeHead(status, { ...own, ...Object.fromEntries(given) });
  }

  /** Sends a whole answer. It is on record before the client can have seen it. */
  async send(status: number, headers: Headers, body: string): Promise<void> {
    const response = await this.head(status, { "content-length": String(Buffer.byteLength(body)), ...headers });
    this.record.status = status;
    response.end(body);
  }

  /** Breaks the connection with a TCP reset. */
  reset(): void {
    this.request.socket.resetAndDestroy();
  }
}

function recordingOf(request: IncomingMessage, connection: number): Recording {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  return {
    method: request.method ?? "GET",
    path,
    accountId: accountIdOf(path),
    body: null,
    status: null,
    auth: schemeOf(request.headers),
    connection,
    at: Date.now(),
    ray: `${randomBytes(8).toString("hex")}-SIM`,
    fault: null,
  };
}
