// What an account's charges and failed attempts come to in a span of time, and how sure that is; also how a span or a date is written. The
// function getTopupCharges and the command topup-watch count with it.
import { type Charge, type ChargeHistory, exactTime } from "../cloudflare/invoices";

/** A length of time that ends now. */
export interface Span {
  /** As it was written, for instance `24h`. */
  readonly text: string;
  readonly ms: number;
}

export const DAY = 86_400_000;

const UNITS: Readonly<Record<string, { ms: number; name: string }>> = {
  m: { ms: 60_000, name: "minute" },
  h: { ms: 3_600_000, name: "hour" },
  d: { ms: DAY, name: "day" },
};

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
  return `${number} ${UNITS[text.slice(-1)]?.name}${number === 1 ? "" : "s"}`;
}

/** A span, or a date: the point in time that it names, in milliseconds since 1970. Null for anything else, and for the future. */
export function parseSince(text: string, now: number): number | null {
  const span = parseSpan(text);
  if (span) return now - span.ms;
  const time = exactTime(text) ?? exactTime(`${text}T00:00Z`);
  // East of Greenwich, today's date may begin only tomorrow.
  return time !== null && time <= now + DAY ? time : null;
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
export function totalSince(history: ChargeHistory, since: number): Total {
  const { charges, failedAttempts, amounts, lacksSums } = tallySince(history, since);
  const isAtLeast = charges.most !== charges.least;
  return { charges: charges.least, failedAttempts: failedAttempts.least, amounts, isAtLeast, lacksSums };
}

/** A number that is known to lie between two; `most` is null if nothing bounds it. */
export interface Bounds {
  readonly least: number;
  readonly most: number | null;
}

/** A total with all that is known of it. */
export interface Tally extends Pick<Total, "amounts" | "lacksSums"> {
  readonly charges: Bounds;
  readonly failedAttempts: Bounds;
}

/** @param since the span's begin, in milliseconds since 1970; it ends now. */
export function tallySince({ charges, unlisted }: ChargeHistory, since: number): Tally {
  const undated = charges.filter(({ date }) => date === null);
  const within = charges.filter(({ date }) => date !== null && Date.parse(date) >= since);
  const charged = within.filter(isCharged);
  const unseen = reachesBehind(charges, since) ? 0 : unlisted;
  const mostCharges = unseen === null ? null : charged.length + undated.filter(isCharged).length + unseen;
  return {
    charges: { least: charged.length, most: mostCharges },
    failedAttempts: {
      least: within.reduce((sum, charge) => sum + (charge.failedAttempts ?? (charge.outcome === "failed" ? 1 : 0)), 0),
      most: unseen === 0 ? mostAttempts(charges, since) : null,
    },
    amounts: addUp(charged),
    lacksSums: charged.some(({ amount }) => amount === null),
  };
}

const isCharged = ({ outcome }: Charge) => outcome === "charged";

// Cloudflare says how often a card was asked, and when the invoice was made, but not when it was asked again. Stripe, whose invoices these
// seem to be, does so for two months at most (https://docs.stripe.com/billing/revenue-recovery/smart-retries).
const LONGEST_RETRY = 60 * DAY;

function mostAttempts(charges: readonly Charge[], since: number): number | null {
  let most = 0;
  for (const { date, failedAttempts } of charges) {
    const time = date === null ? since : Date.parse(date);
    if (time < since - LONGEST_RETRY) continue;
    if (failedAttempts === null) return null;
    most += time < since ? Math.max(0, failedAttempts - 1) : failedAttempts;
  }
  return most;
}

/** The newest first, without what was neither a charge nor an attempt; what has no date may be from any time. */
export function chargesSince({ charges }: ChargeHistory, since: number): Charge[] {
  const time = ({ date }: Charge) => (date === null ? Number.MAX_VALUE : Date.parse(date));
  const within = charges.filter((charge) => charge.outcome !== "none" && time(charge) >= since);
  return within.sort((one, other) => time(other) - time(one));
}

function addUp(charged: readonly Charge[]): Record<string, number> {
  const amounts = new Map<string, number>();
  for (const { amount, currency } of charged) {
    if (amount !== null) amounts.set(currency ?? "unknown", (amounts.get(currency ?? "unknown") ?? 0) + amount);
  }
  return Object.fromEntries(amounts);
}

// A part of a list is enough if it is sorted by date and ends before the span begins. Cloudflare documents no order, so it is checked.
function reachesBehind(charges: readonly Charge[], since: number): boolean {
  const times = charges.map(({ date }) => (date === null ? Number.NaN : Date.parse(date)));
  const [newest = Number.NaN, oldest = Number.NaN] = [times[0], times.at(-1)];
  const sorted = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? Number.NaN));
  // One charge, or several of one moment, prove no order: the list could as well begin with the oldest.
  return sorted && newest > oldest && oldest < since;
}
