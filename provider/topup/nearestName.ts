// Which known name a misspelt one means. Loads nothing: every program that imports the package loads it.

/**
 * The known name that is nearest to another one; null if none is near.
 *
 * @param mostEdits letters that may be wrong, missing, too many or in the place of their neighbour; case, `-` and `_` never count. By
 * default half of the longer name.
 */
export function nearestName<Name extends string>(
  name: string,
  known: readonly Name[],
  mostEdits = Number.POSITIVE_INFINITY,
): Name | null {
  const near = known
    .map((candidate) => ({ candidate, edits: editsBetween(plain(name), plain(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.min(mostEdits, Math.max(plain(name).length, candidate.length) / 2))
    .sort((one, other) => one.edits - other.edits);
  return near[0]?.candidate ?? null;
}

function plain(name: string): string {
  // Nothing longer is near to any name.
  return name.slice(0, 60).toLowerCase().replace(/[-_]/g, "");
}

// https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance, as optimal string alignment.
function editsBetween(one: string, other: string): number {
  const table = Array.from({ length: one.length + 1 }, (_, row) => [row]);
  const at = (row: number, column: number) => table[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (const [row, cells] of table.entries()) {
    for (let column = 1; column <= other.length; column++) {
      const changed = one[row - 1] === other[column - 1] ? 0 : 1;
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const ways = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + changed];
      cells.push(Math.min(...ways, isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY));
    }
  }
  return at(one.length, other.length);
}
