// What an account's charges come to in a span of time, and how sure that is; also how a span or a date is written. Does not know how charges
// are read, which limits hold for them, or who asks.
import type { Charge, ChargeHistory } from "../cloudflare/invoices";

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
const DAY = 86_400_000;

/** The spans that every report adds up. */
export const SPANS: readonly Span[] = ["24h", "7d", "30d"].map((text) => parseSpan(text) as Span);

/** `90m`, `24h` or `30d`; null for anything else, and for no time at all. */
export function parseSpan(text: string): Span | null {
  const [, digits = "", unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = Number(digits) * (UNITS[unit]?.ms ?? 0);
  return ms > 0 ? { text, ms } : null;
}

/** `24 hours`. */
export function describeSpan({ text }: Span): string {
  const number = Number.parseInt(text, 10);
  const name = UNITS[text.slice(-1)]?.name ?? "";
  return `${number} ${name}${number === 1 ? "" : "s"}`;
}

/** A span, or a date: the point in time that it names, in milliseconds since 1970. Null for anything else, and for the future. */
export function parseSince(text: string, now: number): number | null {
  const span = parseSpan(text);
  if (span) return now - span.ms;
  const [, date] = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const day = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes February 30 for March 2.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return null;
  const time = Date.parse(text);
  // East of Greenwich, today's date may begin only tomorrow.
  return time <= now + DAY ? time : null;
}

/** What is known of a span of time. */
export interface Total {
  charges: number;
  /** Attempts that failed, which are not among the charges. */
  failedAttempts: number;
  /** The charges' numbers added up as Cloudflare reports them, by currency in lower case; those without one are under `unknown`. */
  amounts: Record<string, number>;
  /** There may be more charges: Cloudflare lists only a part, or does not say when one was. */
  isAtLeast: boolean;
  /** Some of the charges have no readable sum. */
  lacksSums: boolean;
}

/** @param since the span's begin, in milliseconds since 1970; it ends now. */
export function totalSince({ charges, isWhole }: ChargeHistory, since: number): Total {
  const real = distinct(charges).filter(({ outcome }) => outcome !== "none");
  const within = real.filter(({ date }) => date !== null && Date.parse(date) >= since);
  const charged = within.filter(({ outcome }) => outcome === "charged");
  const undated = real.some(({ date, outcome }) => date === null && outcome === "charged");
  return {
    charges: charged.length,
    failedAttempts: within.length - charged.length,
    amounts: addUp(charged),
    isAtLeast: undated || !(isWhole || reachesBehind(charges, since)),
    lacksSums: charged.some(({ amount }) => amount === null),
  };
}

/** The newest first, without what was neither a charge nor an attempt; what has no date may be from any time. */
export function chargesSince({ charges }: ChargeHistory, since: number): Charge[] {
  const time = ({ date }: Charge) => (date === null ? Number.POSITIVE_INFINITY : Date.parse(date));
  return distinct(charges)
    .filter((charge) => charge.outcome !== "none" && time(charge) >= since)
    .sort((one, other) => (time(one) === time(other) ? 0 : time(other) - time(one)));
}

// An invoice that is listed twice is one charge. Where anything about the two differs, both count: an alarm that is wrong costs less than one
// that is missing.
function distinct(charges: readonly Charge[]): readonly Charge[] {
  const seen = new Set<string>();
  return charges.filter((charge) => {
    if (charge.id === null) return true;
    const invoice = JSON.stringify(charge);
    return !seen.has(invoice) && seen.add(invoice);
  });
}

function addUp(charged: readonly Charge[]): Record<string, number> {
  const amounts = new Map<string, number>();
  for (const { amount, currency } of charged) {
    const key = currency ?? "unknown";
    if (amount !== null) amounts.set(key, (amounts.get(key) ?? 0) + amount);
  }
  return Object.fromEntries(amounts);
}

// A part of a list is enough where it is sorted by date and ends before the span begins. Cloudflare documents no order, so it is checked.
function reachesBehind(charges: readonly Charge[], since: number): boolean {
  const times = charges.map(({ date }) => (date === null ? Number.NaN : Date.parse(date)));
  const [newest = Number.NaN, oldest = Number.NaN] = [times[0], times.at(-1)];
  const sorted = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? Number.NaN));
  // One charge, or several of one moment, prove no order: the list could as well begin with the oldest.
  return sorted && newest > oldest && oldest < since;
}
