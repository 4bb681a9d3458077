// Who may ask, and how often: the credentials in force and the rate limit. server.ts asks them about every request, before its endpoint.
import type { IncomingHttpHeaders } from "node:http";
import { type Answer, refuse, refuseCaller } from "./api";
import type { SimulatorOptions } from "./contract";

export class Credentials {
  /** What each token may do. */
  readonly tokens = new Map<string, "write" | "read">();

  constructor(private readonly own: Readonly<Record<"apiToken" | "readOnlyToken" | "apiKey" | "email", string>>) {
    this.restore();
  }

  /** Back to the tokens of the start. */
  restore(): void {
    this.tokens.clear();
    this.tokens.set(this.own.readOnlyToken, "read").set(this.own.apiToken, "write");
  }

  /** The refusal that the headers earn, or null if they are good for the call. A token wins over a key. */
  refusal(headers: IncomingHttpHeaders, writes: boolean): Answer | null {
    const { authorization } = headers;
    if (authorization === undefined) {
      const isRight = headers["x-auth-key"] === this.own.apiKey && headers["x-auth-email"] === this.own.email;
      return isRight ? null : refuseCaller(401);
    }
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return MALFORMED;
    const right = this.tokens.get(token);
    if (right === undefined) return refuseCaller(401);
    return writes && right === "read" ? refuseCaller(403) : null;
  }
}

const CAUSE = { code: 6111, message: "Invalid format for Authorization header" };
const MALFORMED = refuse(400, [{ code: 6003, message: "Invalid request headers", error_chain: [CAUSE] }]);

/**
 * So many requests per window, whatever they ask; the first request after a window opens the next.
 * https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
export class RateLimit {
  #endsAt = 0;
  #used = 0;

  constructor(private readonly limit: SimulatorOptions["rateLimit"]) {}

  /** Counts one request; past the limit, the refusal that it gets. */
  refusal(now = Date.now()): Answer | null {
    if (this.limit === undefined) return null;
    const { requests, windowMs } = this.limit;
    if (now >= this.#endsAt) {
      this.#endsAt = now + windowMs;
      this.#used = 0;
    }
    this.#used += 1;
    if (this.#used <= requests) return null;
    const window = `${requests} requests per ${windowMs / 1000} seconds`;
    const message = `More than ${window} reached. Please wait and consider throttling your request speed`;
    return refuse(429, [{ code: 10100, message }], { "retry-after": String(Math.ceil((this.#endsAt - now) / 1000)) });
  }
}
