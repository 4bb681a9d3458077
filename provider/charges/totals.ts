// Owns what an account's charges come to in a span of time, and how sure that is. It must not know where they come from, nor what
// is allowed.
import type { Charge, ChargeHistory } from "../cloudflare/invoices";

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
  const real = charges.filter(({ outcome }) => outcome !== "none");
  const within = real.filter(({ date }) => date !== null && Date.parse(date) >= since);
  const charged = within.filter(({ outcome }) => outcome === "charged");
  const undated = real.some(({ date, outcome }) => date === null && outcome === "charged");
  return {
    charges: charged.length,
    failedAttempts: within.length - charged.length,
    amounts: sumsOf(charged),
    isAtLeast: undated || !(isWhole || reachesBehind(charges, since)),
    lacksSums: charged.some(({ amount }) => amount === null),
  };
}

/** The newest first, without what was neither a charge nor an attempt; what has no date may be from any time. */
export function chargesSince({ charges }: ChargeHistory, since: number): Charge[] {
  const time = ({ date }: Charge) => (date === null ? Number.POSITIVE_INFINITY : Date.parse(date));
  return charges
    .filter((charge) => charge.outcome !== "none" && time(charge) >= since)
    .sort((one, other) => (time(one) === time(other) ? 0 : time(other) - time(one)));
}

function sumsOf(charged: readonly Charge[]): Record<string, number> {
  const amounts = new Map<string, number>();
  for (const { amount, currency } of charged) {
    const key = currency ?? "unknown";
    if (amount !== null) amounts.set(key, (amounts.get(key) ?? 0) + amount);
  }
  return Object.fromEntries(amounts);
}

// A part of a list is enough where it is sorted by date and its end is older than what is asked for. Cloudflare documents no order, so
// it is looked at.
function reachesBehind(charges: readonly Charge[], since: number): boolean {
  const times = charges.map(({ date }) => (date === null ? Number.NaN : Date.parse(date)));
  const sorted = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? Number.NaN));
  return sorted && (times.at(-1) ?? Number.NaN) < since;
}
