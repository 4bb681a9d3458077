// Writes a row of requests in one line.

/** For instance `GET, POST ×3, GET`. */
export function compress(methods: readonly string[] = []): string {
  const runs: [string, number][] = [];
  for (const method of methods) {
    const last = runs.at(-1);
    if (last?.[0] === method) last[1] += 1;
    else runs.push([method, 1]);
  }
  return runs.map(([method, times]) => (times === 1 ? method : `${method} ×${times}`)).join(", ") || "none";
}
