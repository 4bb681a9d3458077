// The rate limit: so many requests per window, whatever they ask, and then a wall until the window ends.
// https://developers.cloudflare.com/fundamentals/api/reference/limits/
import type { SimulatorOptions } from "./contract";
import { type Answer, refuse } from "./envelope";

/** Counts requests in fixed windows; the first request after a window opens the next. */
export class RateLimit {
  #endsAt = 0;
  #used = 0;

  constructor(private readonly limit: SimulatorOptions["rateLimit"]) {}

  /** Counts one request; past the limit, the refusal that it gets. */
  refusal(now = Date.now()): Answer | null {
    if (this.limit === undefined) return null;
    if (now >= this.#endsAt) {
      this.#endsAt = now + this.limit.windowMs;
      this.#used = 0;
    }
    this.#used += 1;
    return this.#used > this.limit.requests ? tooMany(this.limit, this.#endsAt - now) : null;
  }

  /** Opens a fresh window with the next request. */
  restart(): void {
    this.#endsAt = 0;
  }
}

function tooMany(limit: { requests: number; windowMs: number }, restMs: number): Answer {
  const window = `${limit.requests} requests per ${limit.windowMs / 1000} seconds`;
  const message = `More than ${window} reached. Please wait and consider throttling your request speed`;
  return refuse(429, [{ code: 10100, message }], { "retry-after": String(Math.ceil(restMs / 1000)) });
}
