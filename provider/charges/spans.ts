// Owns how a length of time is written on a command line, such as 24h. It must not know what is counted in it.

/** A length of time that ends now. */
export interface Span {
  /** As it was written, for instance `24h`. */
  readonly text: string;
  readonly ms: number;
}

const UNITS: Readonly<Record<string, { ms: number; name: string }>> = {
  m: { ms: 60_000, name: "minute" },
  h: { ms: 3_600_000, name: "hour" },
  d: { ms: 86_400_000, name: "day" },
};

/** What every report tells. */
export const SPANS: readonly Span[] = ["24h", "7d", "30d"].map((text) => parseSpan(text) as Span);

/** `90m`, `24h` or `30d`; null for anything else, and for no time at all. */
export function parseSpan(text: string): Span | null {
  const [, digits = "", unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = Number(digits) * (UNITS[unit]?.ms ?? 0);
  return ms > 0 ? { text, ms } : null;
}

/** `24 hours`. */
export function spanInWords({ text }: Span): string {
  const number = Number.parseInt(text, 10);
  const name = UNITS[text.slice(-1)]?.name ?? "";
  return `${number} ${name}${number === 1 ? "" : "s"}`;
}

/** A span, or a date: the point in time that it names, in milliseconds since 1970. Null for anything else. */
export function parseSince(text: string, now: number): number | null {
  const span = parseSpan(text);
  if (span) return now - span.ms;
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
