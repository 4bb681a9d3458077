// Keeps as many calls under way at once as an engine does.

/** As `pulumi up` does by default on a machine with four cores. */
export const LANES = 16;

/** Works through all items, so many at a time; returns the results in the items' order. */
export async function parallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>, lanes = LANES): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
