// Which credentials may read and write, and the refusals that the others get. The API asks it about every request.
import type { IncomingHttpHeaders } from "node:http";
import type { RecordedRequest, SimulatorOptions } from "./contract";
import { type Answer, malformedHeader, unauthenticated } from "./envelope";

/** The credentials in force. The defaults are obvious fakes. */
export class Credentials {
  readonly apiToken: string;
  readonly readOnlyToken: string;
  readonly apiKey: string;
  readonly email: string;
  #tokens = new Map<string, "write" | "read">();

  constructor(options: SimulatorOptions) {
    this.apiToken = options.apiToken ?? "fake-simulator-token-that-may-write";
    this.readOnlyToken = options.readOnlyToken ?? "fake-simulator-token-that-may-only-read";
    this.apiKey = options.apiKey ?? "fake-simulator-global-api-key";
    this.email = options.email ?? "nobody@simulator.invalid";
    this.restore();
  }

  /** Back to the tokens of the start. */
  restore(): void {
    this.#tokens = new Map([
      [this.readOnlyToken, "read"],
      [this.apiToken, "write"],
    ]);
  }

  accept(token: string): void {
    this.#tokens.set(token, "write");
  }

  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  /** The refusal that the headers earn, or null if they are good for the call. A token wins over a key. */
  refusal(headers: IncomingHttpHeaders, writes: boolean): Answer | null {
    const authorization = headers.authorization;
    if (authorization !== undefined) return this.#tokenRefusal(authorization, writes);
    const right = headers["x-auth-key"] === this.apiKey && headers["x-auth-email"] === this.email;
    return right ? null : unauthenticated(401);
  }

  #tokenRefusal(authorization: string, writes: boolean): Answer | null {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return malformedHeader(6111, "Authorization");
    const right = this.#tokens.get(token);
    if (right === undefined) return unauthenticated(401);
    return writes && right === "read" ? unauthenticated(403) : null;
  }
}

/** Which scheme the credentials are of, right or wrong. */
export function schemeOf(headers: IncomingHttpHeaders): RecordedRequest["auth"] {
  if (headers.authorization !== undefined) return "token";
  return headers["x-auth-key"] !== undefined || headers["x-auth-email"] !== undefined ? "key" : "none";
}
