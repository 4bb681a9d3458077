// Owns how Cloudflare's points in time are read, whose unit is not documented. It must not know what happened then.
import { printable } from "./errors";

/** ISO 8601; a text that is none is left as it is. Null for what tells no time. */
export function isoTime(value: number | string | null | undefined): string | null {
  if (typeof value !== "number") return (value && printable(value)) || null;
  // What is too small for milliseconds of this century is seconds.
  const date = new Date(value < 1e11 ? value * 1000 : value);
  return value > 0 && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}
