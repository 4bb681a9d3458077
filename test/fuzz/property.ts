// Declares a test for a property: it holds for every case that fast-check makes up. FUZZ_SEED starts the random numbers (a fixed one by
// default, so that `npm test` is the same every time); FUZZ_TIMES=100 tries a hundred times as many cases, for as long as that takes.
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
