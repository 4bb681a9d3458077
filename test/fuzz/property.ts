// Declares a test for a property: it holds for every case that fast-check makes up. Also the outcome of a call, and the rules for every text
// that a person gets to see. FUZZ_SEED starts the random numbers (a fixed one by default, so that `npm test` is the same every time);
// FUZZ_TIMES=100 tries a hundred times as many cases, for as long as that takes.
import { it } from "@jest/globals";
import fc from "fast-check";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_122);
const times = Number(process.env.FUZZ_TIMES ?? 1);

/** @param flaws says what is wrong with the outcome of a case; nothing if the sentence holds. */
export function holds<T>(
  sentence: string,
  runs: number,
  cases: fc.Arbitrary<T>,
  flaws: (one: T) => Promise<string[]> | string[],
): void {
  const property = fc.asyncProperty(cases, async (one) => {
    const found = await flaws(one);
    if (found.length > 0) throw new Error(found.join("\n"));
  });
  const work = () => fc.assert(property, { seed, numRuns: runs * times, interruptAfterTimeLimit: 3_600_000 });
  it(sentence, work, 200_000 * times);
}

export type Outcome<T> = { value: T } | { error: Error } | { hung: true };

/** A value, a failure, or nothing within a bound that no healthy call comes near. */
export async function outcomeOf<T>(work: () => Promise<T> | T, patienceMs = 20_000): Promise<Outcome<T>> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Outcome<T>>((resolve) => {
    timer = setTimeout(() => resolve({ hung: true }), patienceMs);
  });
  const done = Promise.resolve()
    .then(work)
    .then(
      (value) => ({ value }),
      (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
  return Promise.race([done, hung]).finally(() => clearTimeout(timer));
}

/** The longest text of one failure; what was sent by others is cut long before. */
const LONGEST = 5000;

// Line breaks of our own are fine. Left out of the list of formats: the joiner that emoji need.
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;

const RULES: readonly (readonly [string, (text: string) => boolean])[] = [
  ["is empty", (text) => text.trim() === ""],
  ["is endless", (text) => text.length > LONGEST],
  ["holds half a character", (text) => /\p{Cs}/u.test(text)],
  ["holds a control character", (text) => (text.match(CONTROL) ?? []).some((found) => found !== "\n")],
  ["holds a stack trace", (text) => /\n\s+at .*[:(]/.test(text) || /\.[cm]?[jt]s:\d+/.test(text)],
  ["is a bug's", (text) => /Unexpected failure|TypeError|RangeError|Cannot read properties|\[object /.test(text)],
];

/** What is wrong with a text, whatever was in it and wherever it comes from; empty if nothing is. */
export function flawsOf(text: string): string[] {
  return RULES.filter(([, broken]) => broken(text)).map(([rule]) => `${rule}: ${JSON.stringify(text.slice(0, 500))}`);
}
