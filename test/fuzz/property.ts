// Tries a property: the kept cases first, then new ones, as many as asked for.
//
// FUZZ_SEED starts the random numbers (default: a fixed one, so that `npm test` is the same every time), FUZZ_SECONDS lets every
// property run for that long instead of its own small number of times, FUZZ_REPORT names a file that a found case is written to.
import { appendFileSync } from "node:fs";
import { it } from "@jest/globals";
import fc from "fast-check";
import kept from "./seeds.json";

/** All properties; seeds.json keeps cases under these names. */
export const PROPERTIES = ["inputs", "state", "answers", "configuration", "messages", "bytes", "processes"] as const;
export type PropertyName = (typeof PROPERTIES)[number];

const seed = Number(process.env.FUZZ_SEED ?? 20_261_122);
const seconds = Number(process.env.FUZZ_SECONDS ?? 0);

export interface Trial<T> {
  /** What seeds.json calls it. */
  name: PropertyName;
  cases: fc.Arbitrary<T>;
  /** How many new cases `npm test` tries. */
  runs: number;
  /** What is wrong with the outcome of a case; empty where nothing is. */
  flaws(one: T): Promise<string[]> | string[];
}

/** Declares a test: the sentence holds for every case. */
export function holds<T>(sentence: string, { name, cases, runs, flaws }: Trial<T>): void {
  const property = fc.asyncProperty(cases, async (one) => {
    const found = await flaws(one);
    if (found.length > 0) throw new Error(found.join("\n"));
  });
  const examples = ((kept as unknown as Partial<Record<string, T[]>>)[name] ?? []).map((one): [T] => [one]);
  const work = async () => {
    const end = Date.now() + seconds * 1000;
    // In rounds of few cases: fast-check's own limit in time would leave the last case running into the next test.
    for (let round = 0; round === 0 || Date.now() < end; round += 1) {
      const played = round === 0 ? examples : [];
      const effort = { seed: seed + round, examples: played, numRuns: runs + played.length };
      const details = await fc.check(property, { ...effort, endOnFailure: true });
      if (details.counterexample)
        report(name, details, await shrink(property, { ...effort, path: details.counterexamplePath }));
    }
  };
  it(sentence, work, (seconds + 200) * 1000);
}

/** A smaller case that fails as well; it is searched for as long as somebody may want to wait. */
function shrink<T>(property: fc.IAsyncProperty<[T]>, parameters: fc.Parameters<[T]>): Promise<fc.RunDetails<[T]>> {
  return fc.check(property, { ...parameters, interruptAfterTimeLimit: 15_000 });
}

function report<T>(name: PropertyName, first: fc.RunDetails<[T]>, smaller: fc.RunDetails<[T]>): never {
  const { counterexample, errorInstance, seed } = smaller.counterexample ? smaller : first;
  const found = JSON.stringify(counterexample?.[0]);
  if (process.env.FUZZ_REPORT) appendFileSync(process.env.FUZZ_REPORT, `${JSON.stringify({ name, found })}\n`);
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(`${reason}\nwith FUZZ_SEED=${seed}; the case, for test/fuzz/seeds.json under "${name}":\n${found}`);
}
