// When a request is sent again: timeouts, waits with jitter, and one pause for all requests after a 429. Does not know what a request asks.

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
  /** True: the API asked all of us to wait, not only this request. */
  everybody: boolean;
  /** How long the API asked to wait; null where it did not say. */
  ms: number | null;
}

export interface PacingOptions {
  /** How long one call may go on, waits included. The API's own window is five minutes. */
  deadlineMs: number;
  /** Attempts at a call that fails for other reasons than the rate limit. */
  attempts: number;
  /** The first wait; it doubles from attempt to attempt. */
  baseMs: number;
}

const DEFAULTS: PacingOptions = { deadlineMs: DEFAULT_TIMEOUTS.deadlineMs, attempts: 3, baseMs: 500 };
const LONGEST_BACKOFF_MS = 60_000;

/** Everybody's wait, and the outcome that asked for it. */
interface Pause<Outcome> {
  readonly until: number;
  readonly outcome: Outcome;
}

/** Shared by all requests of a process, so that one 429 holds back all of them. */
export class Pacer<Outcome> {
  private readonly options: PacingOptions;
  private latest: Pause<Outcome> | null = null;
  private toldUntil = 0;

  /**
   * @param signal ends every wait at once: what is left of a call is then its last outcome.
   * @param onPause called when all requests begin to wait, with how long.
   */
  constructor(
    options: Partial<PacingOptions> = {},
    private readonly signal?: AbortSignal,
    private readonly onPause: (ms: number) => void = () => {},
  ) {
    this.options = { ...DEFAULTS, ...options };
  }

  /**
   * Returns the first outcome that asks for no wait, or the last one before attempts or time are used up. Where everybody is to wait
   * for longer than the call has time, no attempt is made: what it would come to is known, and the outcome that asked for the wait is
   * returned.
   */
  async run(attempt: () => Promise<Outcome>, judge: (outcome: Outcome) => Wait | null): Promise<Outcome> {
    const deadline = Date.now() + this.options.deadlineMs;
    for (let tries = 1, failures = 0; ; tries++) {
      const tooLong = await this.pause(deadline);
      if (tooLong) return tooLong.outcome;
      const outcome = await attempt();
      const wait = judge(outcome);
      if (!wait) return outcome;
      if (!wait.everybody) failures += 1;
      // Zero names no time either: an API that says so would be asked again and again without a pause.
      const ms = wait.ms || this.backoff(tries);
      // For the others, whether or not this call has the time.
      if (wait.everybody) this.pauseAll({ until: Date.now() + ms, outcome });
      if (failures >= this.options.attempts || Date.now() + ms > deadline) return outcome;
      if (!wait.everybody) await sleep(ms, this.signal);
      if (this.signal?.aborted) return outcome;
    }
  }

  private pauseAll(pause: Pause<Outcome>): void {
    if (!this.latest || pause.until > this.latest.until) this.latest = pause;
  }

  /** Waits; returns a pause that outlasts the deadline, at once. */
  private async pause(deadline: number): Promise<Pause<Outcome> | null> {
    for (let pause = this.latest; pause && pause.until > Date.now(); pause = this.latest) {
      if (pause.until > deadline) return pause;
      const ms = pause.until - Date.now();
      if (this.toldUntil <= Date.now()) this.onPause(ms);
      this.toldUntil = Math.max(this.toldUntil, pause.until);
      // The jitter comes on top, so that nobody is early and not all are there at once.
      await sleep(ms + Math.random() * this.options.baseMs, this.signal);
      if (this.signal?.aborted) return null;
    }
    return null;
  }

  private backoff(tries: number): number {
    return Math.min(LONGEST_BACKOFF_MS, this.options.baseMs * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);
  }
}

/** `Retry-After`, seconds or an HTTP date, as milliseconds from now; null where it says nothing. */
export function retryAfterMs(header: string | null): number | null {
  if (!header) return null;
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
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
