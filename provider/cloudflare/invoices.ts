// Reads Cloudflare's invoice history into charges, whatever is missing or odd in it; called for the client's one GET of it. Adds nothing up.
// `invoice_pdf` is left out on purpose: it may open without a login.
import * as z from "zod/mini";
import { printable } from "./printable";

/**
 * - `charged`: paid, or not proven to be anything else;
 * - `failed`: the card was asked, and did not pay;
 * - `none`: neither, as a draft or a void invoice.
 */
export type ChargeOutcome = "charged" | "failed" | "none";

/** One charge of auto top-up, or an attempt at one. */
export interface Charge {
  /** Cloudflare's id; null if there is none. */
  id: string | null;
  /** When, ISO 8601; null if Cloudflare does not say. */
  date: string | null;
  /** What was paid, or, of an attempt, what was asked for, as Cloudflare reports it: the unit is not documented. Null if it says nothing. */
  amount: number | null;
  /** For instance `usd`, in lower case; null if Cloudflare does not say. */
  currency: string | null;
  /** As Cloudflare writes it, for instance `paid` or `open`; null if it has none. */
  status: string | null;
  outcome: ChargeOutcome;
  /** How often the card was asked in vain; null if Cloudflare does not say. */
  failedAttempts: number | null;
}

/** What Cloudflare lists of an account. */
export interface ChargeHistory {
  charges: Charge[];
  /** Whether this is the whole list. If it is not, no request can ask for the rest. */
  isWhole: boolean;
  /** How many invoices are missing in the list; null if that is not known. */
  unlisted: number | null;
}

const odd = <T>(schema: z.ZodMiniType<T>) => z.catch(z.nullish(schema), null);
// What is there and cannot be read is not taken for zero. A fraction proves that the unit is not cents.
const wholeNumber = z.catch(z.nullish(z.int().check(z.nonnegative())), Number.NaN);
const text = z.pipe(
  odd(z.string()),
  z.transform((value) => value ?? ""),
);

const invoiceSchema = z.object({
  id: text,
  created: odd(z.union([z.number(), z.string()])),
  amount_paid: wholeNumber,
  amount_due: wholeNumber,
  currency: text,
  status: text,
  attempted: odd(z.boolean()),
  attempt_count: wholeNumber,
});
type Invoice = z.infer<typeof invoiceSchema>;

const count = z.pipe(
  z.union([z.int().check(z.nonnegative()), z.string().check(z.regex(/^\d{1,9}$/))]),
  z.transform(Number),
);
const historySchema = z.object({
  invoices: z.nullable(z.array(z.catch(invoiceSchema, () => invoiceSchema.parse({})))),
  pagination: z.catch(
    z.object({ has_more: odd(z.boolean()), total_count: z.catch(z.nullish(count), Number.NaN) }),
    () => ({ has_more: null, total_count: null }),
  ),
});

/** The result of reading the invoices; null if it is anything else. */
export function parseChargeHistory(result: unknown): ChargeHistory | null {
  const parsed = historySchema.safeParse(result).data;
  if (!parsed) return null;
  const charges = distinct(parsed.invoices ?? []).map(chargeOf);
  const unlisted = unlistedOf(charges.length, parsed.pagination);
  return { charges, isWhole: unlisted === 0, unlisted };
}

// What does not say that it is whole may be a part, and so may a list whose two statements contradict each other.
function unlistedOf(listed: number, { has_more, total_count }: z.infer<typeof historySchema>["pagination"]) {
  if ((total_count ?? listed) === listed) return has_more === false ? 0 : null;
  return Number(total_count) > listed ? Number(total_count) - listed : null;
}

// An invoice that is listed twice is one charge. If anything about the two differs, both count: an alarm that is wrong costs less than one
// that is missing. Compared before anything is cut.
function distinct(invoices: readonly Invoice[]): readonly Invoice[] {
  const seen = new Set<string>();
  return invoices.filter((invoice) => {
    const key = JSON.stringify(invoice);
    return !invoice.id.trim() || (!seen.has(key) && seen.add(key));
  });
}

function chargeOf(invoice: Invoice): Charge {
  const outcome = outcomeOf(invoice);
  return {
    id: shown(invoice.id),
    date: dateOf(invoice.created),
    amount: known(outcome === "charged" ? paidOf(invoice) : invoice.amount_due),
    currency: shown(invoice.currency)?.toLowerCase() ?? null,
    status: shown(invoice.status),
    outcome,
    failedAttempts: failedAttemptsOf(invoice, outcome),
  };
}

// A charge of which nothing is said to be paid yet is not to look free.
const paidOf = (invoice: Invoice) =>
  isPaid(invoice) ? invoice.amount_paid : (invoice.amount_due ?? invoice.amount_paid);

const stateOf = ({ status }: Invoice) => status.trim().toLowerCase();
// NaN stands for a sum that cannot be read.
const isPaid = ({ amount_paid }: Invoice) => Boolean(amount_paid) || Number.isNaN(amount_paid);

// The states are those of Stripe's invoices, whose names the fields have (https://docs.stripe.com/invoicing/overview). Whatever is not
// proven to be unpaid counts as charged: an alarm that is wrong costs less than one that is missing.
function outcomeOf(invoice: Invoice): ChargeOutcome {
  const { attempted, attempt_count } = invoice;
  const state = stateOf(invoice);
  if (isPaid(invoice)) return "charged";
  if (state === "draft" || state === "void") return attempted || attempt_count ? "failed" : "none";
  if (state !== "open" && state !== "uncollectible") return "charged";
  return attempted === false && (attempt_count ?? 0) === 0 ? "none" : "failed";
}

// The attempt that succeeded is one of those that are counted.
function failedAttemptsOf(invoice: Invoice, outcome: ChargeOutcome): number | null {
  const { amount_paid, attempted, attempt_count } = invoice;
  const attempts = known(attempt_count);
  if (Number.isNaN(attempt_count)) return null;
  if (outcome === "failed") return attempts || null;
  if (attempts !== null) return Math.max(0, attempts - 1);
  const isKnown =
    outcome === "charged"
      ? (amount_paid ?? 0) > 0 || stateOf(invoice) === "paid"
      : attempted === false || stateOf(invoice) === "draft";
  return isKnown ? 0 : null;
}

const known = (number: number | null | undefined) => (Number.isNaN(number) ? null : (number ?? null));
const shown = (text: string) => printable(text, 60) || null;

// Auto top-up is younger, and no clock is so wrong.
const [EARLIEST, LATEST] = [Date.UTC(2020), Date.UTC(2100)];

// Seconds, milliseconds or microseconds: a date within these years is only one of the three.
function dateOf(created: number | string | null | undefined): string | null {
  const read =
    typeof created === "string" ? [exactTime(created)] : [1000, 1, 0.001].map((scale) => (created ?? 0) * scale);
  const time = read.find((ms) => ms !== null && ms >= EARLIEST && ms < LATEST);
  return time ? new Date(time).toISOString() : null;
}

/**
 * The time that an ISO 8601 text with a date, a time and a zone names, in milliseconds since 1970; null for anything else. What only a
 * lenient parser reads, as "01.11.2026" or "invoice 3", names no time that could be relied on.
 */
export function exactTime(text: string): number | null {
  const [, date] = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const day = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes February 30 for March 2.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
