// The outcome of a call: a value, a failure, or nothing within a bound that no healthy call comes near.

const PATIENCE_MS = 20_000;

export type Outcome<T> = { value: T } | { error: Error } | { hung: true };

export async function outcomeOf<T>(work: () => Promise<T> | T, patienceMs = PATIENCE_MS): Promise<Outcome<T>> {
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
