// Property paths such as `a.b[0]["c.d"]` and `a[*]`, as ignoreChanges and replaceOnChanges use them.
// https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/
import { isObject, type Properties, type Value } from "./values";

export type Path = readonly (string | number)[];

const part = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]/gy;

/** The parts of a path; null where it is none. */
export function parsePath(text: string): Path | null {
  const parts: (string | number)[] = [];
  part.lastIndex = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return null;
    const [, plain, quoted, index] = match;
    if (index !== undefined) parts.push(index === "*" ? "*" : Number(index));
    else parts.push(plain ?? (quoted ?? "").replace(/\\(.)/g, "$1"));
  }
  return parts;
}

/** True if the inner path is the outer one or lies inside it. */
export function covers(outer: Path, inner: Path): boolean {
  return outer.length <= inner.length && outer.every((key, index) => key === "*" || key === inner[index]);
}

/** Puts what `from` has at the path into `into`, also where it has nothing. False where the path cannot be followed. */
export function resetPath(path: Path, from: Properties, into: Properties): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return reset(from, into, key, rest);
}

function reset(from: Value | undefined, into: Value | undefined, key: string | number, rest: Path): boolean {
  if (key === "*") return resetAll(from, into, rest);
  const [next, ...after] = rest;
  if (Array.isArray(into) && typeof key === "number") return resetElement(from, into, key, rest);
  if (!isObject(into)) return false;
  const old = isObject(from) ? from[key] : undefined;
  if (next !== undefined) {
    return into[key] === undefined ? old === undefined : reset(old, into[key], next, after);
  }
  if (old === undefined) delete into[key];
  else into[key] = old;
  return true;
}

function resetElement(from: Value | undefined, into: Value[], index: number, rest: Path): boolean {
  const old = Array.isArray(from) ? from[index] : undefined;
  const [next, ...after] = rest;
  if (old === undefined || index >= into.length) return false;
  if (next !== undefined) return reset(old, into[index], next, after);
  into[index] = old;
  return true;
}

function resetAll(from: Value | undefined, into: Value | undefined, rest: Path): boolean {
  if (Array.isArray(into)) {
    if (!Array.isArray(from) || from.length !== into.length) return false;
    return into.map((_, index) => reset(from, into, index, rest)).every(Boolean);
  }
  if (!isObject(into)) return false;
  const keys = new Set([...Object.keys(into), ...(isObject(from) ? Object.keys(from) : [])]);
  return [...keys].map((key) => reset(from, into, key, rest)).every(Boolean);
}
