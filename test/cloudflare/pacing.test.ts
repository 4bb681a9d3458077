import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Pacer, type PacingOptions, retryAfterMs, type Wait } from "../../provider/cloudflare/pacing";

// Time is simulated: the tests look at when attempts are made, and none waits.
beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

const done = null;
const failed: Wait = { isForAll: false, ms: null };
const limited = (ms: number | null): Wait => ({ isForAll: true, ms });

/** Runs one call whose attempts have these outcomes (the last one again and again); returns when they were made. */
function call(
  pacer: Pacer<Wait | null>,
  outcomes: readonly (Wait | null)[],
): { times: number[]; last: Promise<Wait | null> } {
  const times: number[] = [];
  const attempt = async () => {
    times.push(Date.now());
    if (times.length > 1000) throw new Error("a storm of requests");
    return outcomes[Math.min(times.length, outcomes.length) - 1] ?? null;
  };
  return { times, last: pacer.run(attempt, (outcome) => outcome) };
}

/** A pacer, and the pauses that it reports. */
function listening(options: Partial<PacingOptions> = {}): { pacer: Pacer<Wait | null>; pauses: number[] } {
  const pauses: number[] = [];
  return { pacer: new Pacer<Wait | null>(options, undefined, (ms) => pauses.push(ms)), pauses };
}

describe("one call", () => {
  it.each([
    ["made once if it succeeds", [done], [0]],
    ["made again as late as the API asks", [{ isForAll: false, ms: 7000 }, done], [0, 7000]],
    ["made ten times at the rate limit, not just three", [...Array(9).fill(limited(30_000)), done], { length: 10 }],
    ["made again after the API's window of five minutes", [limited(300_000), done], { length: 2 }],
  ])("is %s", async (_, outcomes, expected) => {
    const { times, last } = call(new Pacer<Wait | null>(), outcomes);
    await jest.runAllTimersAsync();
    expect(await last).toBe(done);
    expect(times).toMatchObject(expected);
  });

  it("is tried three times if it fails, with growing waits", async () => {
    const { times, last } = call(new Pacer<Wait | null>({ baseMs: 1000 }), [failed]);
    await jest.runAllTimersAsync();
    expect(await last).toBe(failed);
    const [first, second, third] = times as [number, number, number];
    expect(times).toHaveLength(3);
    expect(first).toBe(0);
    for (const [waited, least] of [
      [second, 500],
      [third - second, 1000],
    ] as const) {
      expect(waited).toBeGreaterThanOrEqual(least);
      expect(waited).toBeLessThanOrEqual(2 * least + 1);
    }
  });

  it("gives up at once if the wait would end after the deadline", async () => {
    const { times, last } = call(new Pacer<Wait | null>({ deadlineMs: 60_000 }), [limited(61_000)]);
    expect(await last).toEqual(limited(61_000));
    expect(times).toEqual([0]);
  });

  it.each([null, 0])("does not storm an API that says 429 and %p milliseconds to wait", async (ms) => {
    const { times, last } = call(new Pacer<Wait | null>(), [limited(ms)]);
    await jest.runAllTimersAsync();
    expect(await last).toEqual(limited(ms));
    expect(times.length).toBeLessThan(50);
    expect(times.at(-1)).toBeLessThanOrEqual(15 * 60_000);
  });
});

describe("one 429", () => {
  it("holds back all calls, also those that begin during the pause", async () => {
    const pacer = new Pacer<Wait | null>({ baseMs: 100 });
    const first = call(pacer, [limited(10_000), done]);
    await jest.advanceTimersByTimeAsync(5000);
    const others = Array.from({ length: 20 }, () => call(pacer, [done]));
    await jest.advanceTimersByTimeAsync(4999);
    expect([first, ...others].flatMap(({ times }) => times)).toEqual([0]);
    await jest.runAllTimersAsync();
    for (const { times } of others) expect(times).toHaveLength(1);
    for (const { times } of others) expect(times[0]).toBeGreaterThanOrEqual(10_000);
  });

  it("that lasts is reported once a minute, not once for each of its pauses", async () => {
    const { pacer, pauses } = listening();
    const { times } = call(pacer, [limited(1000)]);
    await jest.advanceTimersByTimeAsync(5 * 60_000);
    expect(times.length).toBeGreaterThan(100);
    expect(pauses).toHaveLength(5);
  });

  it.each([
    ["once, with its length, however many calls wait", [[10_000], [9000, 4000]], [10_000]],
    ["anew at once if the wait doubles", [[1000, 1500, 2000, 30_000]], [1000, 2000, 30_000]],
  ])("is reported %s", async (_, calls, reported) => {
    const { pacer, pauses } = listening({ baseMs: 0 });
    for (const waits of calls) call(pacer, [...waits.map(limited), done]);
    await jest.runAllTimersAsync();
    expect(pauses).toEqual(reported);
  });

  it("is not followed by all calls at the same moment", async () => {
    const pacer = new Pacer<Wait | null>({ baseMs: 1000 });
    const calls = [call(pacer, [limited(10_000), done]), ...Array.from({ length: 20 }, () => call(pacer, [done]))];
    await jest.advanceTimersByTimeAsync(0);
    const late = Array.from({ length: 20 }, () => call(pacer, [done]));
    await jest.runAllTimersAsync();
    expect(new Set([...calls, ...late].map(({ times }) => times.at(-1))).size).toBeGreaterThan(10);
  });

  it("of a shorter wait does not shorten a longer one", async () => {
    const pacer = new Pacer<Wait | null>({ baseMs: 0 });
    call(pacer, [limited(10_000), done]);
    call(pacer, [limited(1000), done]);
    await jest.advanceTimersByTimeAsync(0);
    const late = call(pacer, [done]);
    await jest.runAllTimersAsync();
    expect(late.times).toEqual([10_000]);
  });

  it("that asks for more time than the calls have ends all of them with its answer, unsent", async () => {
    const { pacer, pauses } = listening({ deadlineMs: 5000, baseMs: 0 });
    const first = call(pacer, [limited(30_000), done]);
    await jest.advanceTimersByTimeAsync(1);
    const others = Array.from({ length: 8 }, () => call(pacer, [done]));
    expect(await Promise.all([first, ...others].map(({ last }) => last))).toEqual(Array(9).fill(limited(30_000)));
    expect([first, ...others].flatMap(({ times }) => times)).toEqual([0]);
    expect(pauses).toEqual([]);
    await jest.advanceTimersByTimeAsync(27_000);
    const late = call(pacer, [done]);
    await jest.runAllTimersAsync();
    expect([await late.last, late.times, pauses]).toEqual([done, [30_000], [2999]]);
  });

  it("that asks for more time than a call has ends it even while it waits for a reason of its own", async () => {
    const pacer = new Pacer<Wait | null>({ deadlineMs: 10_000 });
    const failing = call(pacer, [{ isForAll: false, ms: 6000 }, done]);
    await jest.advanceTimersByTimeAsync(1);
    call(pacer, [limited(20_000)]);
    await jest.runAllTimersAsync();
    expect([await failing.last, failing.times]).toEqual([limited(20_000), [0]]);
  });

  it("is needed to hold back others: the failure of one request is its own", async () => {
    const pacer = new Pacer<Wait | null>();
    call(pacer, [{ isForAll: false, ms: 10_000 }, done]);
    await jest.advanceTimersByTimeAsync(1);
    const other = call(pacer, [done]);
    await other.last;
    expect(other.times).toEqual([1]);
    await jest.runAllTimersAsync();
  });
});

describe("a wait of one call", () => {
  it("is reported if a person would notice it", async () => {
    const seen: number[] = [];
    const outcomes = [{ isForAll: false, ms: 5001 }, { isForAll: false, ms: 5000 }, done];
    const run = new Pacer<Wait | null>().run(
      async () => outcomes.shift() ?? null,
      (outcome) => outcome,
      (wait) => seen.push(wait),
    );
    await jest.runAllTimersAsync();
    await run;
    expect(seen).toEqual([5001]);
  });
});

describe("a stopped run", () => {
  it("ends every wait at once, with the last outcome", async () => {
    const stop = new AbortController();
    const pacer = new Pacer<Wait | null>({}, stop.signal);
    const calls = [call(pacer, [limited(300_000)]), call(pacer, [{ isForAll: false, ms: 300_000 }])];
    await jest.advanceTimersByTimeAsync(1000);
    stop.abort();
    const outcomes = await Promise.all(calls.map(({ last }) => last));
    expect(outcomes).toEqual([limited(300_000), { isForAll: false, ms: 300_000 }]);
    expect(Date.now()).toBe(1000);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    ["120", 120_000],
    ["0.5", 500],
    ["Thu, 01 Jan 1970 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 1969 23:59:00 GMT", 0],
    [null, null],
    ["", null],
    ["soon", null],
    ["9".repeat(400), null],
  ])("of %j is %p milliseconds", (header, ms) => {
    jest.setSystemTime(0);
    expect(retryAfterMs(header)).toBe(ms);
  });
});
