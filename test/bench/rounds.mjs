// Makes a comparison fair, whatever is compared: everything in turns, A B A B, after a warm-up, and medians of what was seen.

/**
 * Measures every subject once per round and returns, by subject and metric, one number per round.
 *
 * @param measure what one turn of a subject comes to: numbers by the name of a metric.
 * @param warm true if what went before has warmed everything up already.
 */
export async function inTurns(names, rounds, measure, { warm = false } = {}) {
  const seen = Object.fromEntries(names.map((name) => [name, {}]));
  for (let round = warm ? 0 : -1; round < rounds; round++) {
    for (const name of names) {
      const metrics = await measure(name);
      // The round before the first only warms the disk's cache and the processor.
      if (round >= 0) add(seen[name], metrics);
    }
  }
  return seen;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** By how much each round's value lies over the same round's base, as a median: what shakes the machine shakes both. */
export function medianOver(values, base) {
  return median(values.map((value, round) => value - base[round]));
}

/** One metric's median of every subject that has it. */
export function mediansOf(seen, metric) {
  return bySubject(seen, metric, median);
}

/** One metric of every other subject over that of `base`. */
export function overBase(seen, metric, base) {
  const { [base]: own, ...others } = seen;
  return bySubject(others, metric, (values) => medianOver(values, own[metric]));
}

/** How many rounds a metric was seen in. */
export function roundsOf(seen, metric) {
  return Math.max(...Object.values(seen).map((metrics) => metrics[metric]?.length ?? 0));
}

function bySubject(seen, metric, sum) {
  const entries = Object.entries(seen).filter(([, metrics]) => metrics[metric]);
  return Object.fromEntries(entries.map(([name, metrics]) => [name, sum(metrics[metric])]));
}

function add(seen, metrics) {
  for (const [metric, value] of Object.entries(metrics)) seen[metric] = [...(seen[metric] ?? []), value];
}
