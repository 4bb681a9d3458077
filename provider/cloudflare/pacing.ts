// When a request is sent again: timeouts, waits with jitter, and one pause for all requests after a 429. client.ts runs every call
// through one pacer.

/** How long a request may take. */
export interface Timeouts {
  /** One attempt, the answer's body included. */
  timeoutMs: number;
  /** No attempt begins later than this after the first. The API's rate limit alone may ask for a wait of five minutes. */
  deadlineMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { timeoutMs: 60_000, deadlineMs: 15 * 60_000 };

/** What an outcome asks for before the next attempt. */
export interface Wait {
  /** Whether the API asked all requests to wait, not only this one. */
  isForAll: boolean;
  /** How long the API asked to wait; null if it did not say. */
  ms: number | null;
}

export interface PacingOptions {
  /** How long one call may go on, waits included. */
  readonly deadlineMs: number;
  /** The first wait; it doubles from attempt to attempt. */
  readonly baseMs: number;
}

/** Attempts at a call that fails for other reasons than the rate limit. */
const ATTEMPTS = 3;
const LONGEST_BACKOFF_MS = 60_000;
/** A person notices a longer wait of one request. */
const NOTICEABLE_MS = 5000;
/** How often one and the same rate limit is reported. */
const REPORT_MS = 60_000;

/** Shared by all requests of a process, so that one 429 holds back all of them. */
export class Pacer<Outcome> {
  private readonly options: PacingOptions;
  /** The wait of all requests, and the outcome that asked for it. */
  private latest: { until: number; outcome: Outcome } | null = null;
  private reported: { at: number; ms: number } | null = null;

  /**
   * @param signal ends every wait at once: what is left of a call is then its last outcome.
   * @param onPause called with how long all requests wait: once for a rate limit, and again if the wait doubles or a minute has passed.
   */
  constructor(
    options: Partial<PacingOptions> = {},
    private readonly signal?: AbortSignal,
    private readonly onPause: (ms: number) => void = () => {},
  ) {
    this.options = { deadlineMs: DEFAULT_TIMEOUTS.deadlineMs, baseMs: 500, ...options };
  }

  /**
   * Returns the first outcome that asks for no wait, or the last one before attempts or time are used up. If all requests are to wait for
   * longer than the call has time, no attempt is made: the outcome that asked for the wait is returned, since another attempt would end
   * the same.
   *
   * @param onWait called before this call waits by itself for longer than a few seconds.
   */
  async run(
    attempt: () => Promise<Outcome>,
    judge: (outcome: Outcome) => Wait | null,
    onWait: (ms: number, outcome: Outcome) => void = () => {},
  ): Promise<Outcome> {
    const deadline = Date.now() + this.options.deadlineMs;
    for (let tries = 1, failures = 0; ; tries++) {
      const tooLong = await this.pause(deadline);
      if (tooLong) return tooLong.outcome;
      const outcome = await attempt();
      const wait = judge(outcome);
      if (!wait) return outcome;
      // Zero does not name a time either: an API that says so would be asked again and again without a pause.
      const ms = wait.ms || this.backoff(tries);
      const until = Date.now() + ms;
      // For the others, whether or not this call has the time.
      if (wait.isForAll && until > (this.latest?.until ?? 0)) this.latest = { until, outcome };
      if (!wait.isForAll) failures += 1;
      if (failures >= ATTEMPTS || until > deadline) return outcome;
      if (!wait.isForAll && ms > NOTICEABLE_MS) onWait(ms, outcome);
      if (!wait.isForAll) await this.sleep(ms);
      if (this.signal?.aborted) return outcome;
    }
  }

  /** Waits; returns a pause that outlasts the deadline, at once. */
  private async pause(deadline: number): Promise<{ outcome: Outcome } | null> {
    for (let pause = this.latest; pause && pause.until > Date.now(); pause = this.latest) {
      if (pause.until > deadline) return pause;
      const ms = pause.until - Date.now();
      this.report(ms);
      // The jitter comes on top: no request is early, and not all are sent at the same moment. None is sent after its deadline.
      await this.sleep(Math.min(ms + Math.random() * this.options.baseMs, deadline - Date.now()));
      if (this.signal?.aborted) return null;
    }
    return null;
  }

  /** A rate limit that lasts makes a pause every second or so; a line for each would bury everything else. */
  private report(ms: number): void {
    const last = this.reported;
    if (last && Date.now() < last.at + REPORT_MS && ms < 2 * last.ms) return;
    this.reported = { at: Date.now(), ms };
    this.onPause(ms);
  }

  private backoff(tries: number): number {
    return Math.min(LONGEST_BACKOFF_MS, this.options.baseMs * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);
  }

  private sleep(ms: number): Promise<void> {
    const { signal } = this;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener("abort", end);
      if (signal?.aborted) end();
    });
  }
}

/** `Retry-After`, seconds or an HTTP date, as milliseconds from now; null if it says nothing. */
export function retryAfterMs(header: string | null): number | null {
  if (!header) return null;
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
