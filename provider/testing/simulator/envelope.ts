// Cloudflare's envelope: the one shape of every answer, and the codes and messages of its refusals.

/** One entry of the envelope's `errors` or `messages`. */
export interface ApiError {
  readonly code: number;
  readonly message: string;
  /** The cause one level down, if the API names it. */
  readonly error_chain?: readonly ApiError[];
}

/** The body of every answer of the API. */
export interface Envelope {
  readonly success: boolean;
  readonly errors: readonly ApiError[];
  readonly messages: readonly ApiError[];
  readonly result: unknown;
}

/** An answer before it is put on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly envelope: Envelope;
}

export function succeed(result: unknown, remarks: readonly string[] = []): Answer {
  const messages = remarks.map((message) => ({ code: 1000, message }));
  return { status: 200, headers: {}, envelope: { success: true, errors: [], messages, result } };
}

export function refuse(status: number, errors: readonly ApiError[], headers: Record<string, string> = {}): Answer {
  return { status, headers, envelope: { success: false, errors, messages: [], result: null } };
}

/** 401 says "who are you?", 403 "not you"; the API uses one code and one sentence for both. */
export function unauthenticated(status: 401 | 403): Answer {
  return refuse(status, [{ code: 10000, message: "Authentication error" }]);
}

/** What the API says to a credential header that it cannot even parse. */
export function malformedHeader(code: number, header: string): Answer {
  const error_chain = [{ code, message: `Invalid format for ${header} header` }];
  return refuse(400, [{ code: 6003, message: "Invalid request headers", error_chain }]);
}

/** An unknown path and an unknown account look the same. */
export function unroutable(path: string): Answer {
  const message = `Could not route to ${path}, perhaps your object identifier is invalid?`;
  return refuse(404, [
    { code: 7003, message },
    { code: 7000, message: "No route for that URI" },
  ]);
}
