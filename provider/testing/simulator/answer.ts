// What is sent back before it is put on the wire, and Cloudflare's envelope in it, the one shape of every answer of the API.

/** One entry of the envelope's `errors` or `messages`. */
export interface ApiError {
  readonly code: number;
  readonly message: string;
  /** The cause one level down, if the API names it. */
  readonly error_chain?: readonly ApiError[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function succeed(result: unknown, remarks: readonly string[]): Answer {
  const messages = remarks.map((message) => ({ code: 1000, message }));
  return { status: 200, headers: {}, body: JSON.stringify({ success: true, errors: [], messages, result }) };
}

export function refuse(status: number, errors: readonly ApiError[], headers: Answer["headers"] = {}): Answer {
  return { status, headers, body: JSON.stringify({ success: false, errors, messages: [], result: null }) };
}
