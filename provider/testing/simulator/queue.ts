// Decides which scripted fault, if any, a request meets. What a fault then does is in play.ts.
import type { Fault } from "./faults";

/** What a fault is matched against. */
export interface FaultSubject {
  readonly method: string;
  readonly path: string;
  readonly accountId: string | null;
}

/** The scripted faults, in the order in which they were given. */
export class FaultQueue {
  #waiting: Waiting[] = [];

  /** How many faults have not been used up. */
  get size(): number {
    return this.#waiting.length;
  }

  add(fault: Fault): void {
    this.#waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The first fault that matches and has let enough requests pass. Those behind it do not count the request. */
  take(subject: FaultSubject): Fault | null {
    for (const waiting of this.#waiting) {
      if (!matches(waiting.fault, subject)) continue;
      if (waiting.skip > 0) {
        waiting.skip -= 1;
        continue;
      }
      waiting.times -= 1;
      if (waiting.times <= 0) this.#waiting = this.#waiting.filter((other) => other !== waiting);
      return waiting.fault;
    }
    return null;
  }
}

interface Waiting {
  readonly fault: Fault;
  skip: number;
  times: number;
}

function matches(fault: Fault, { method, path, accountId }: FaultSubject): boolean {
  return (
    (fault.method === undefined || fault.method === method) &&
    (fault.accountId === undefined || fault.accountId.toLowerCase() === accountId) &&
    (fault.endpoint === undefined || path.endsWith(`/${fault.endpoint}`))
  );
}
