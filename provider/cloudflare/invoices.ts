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
  /** Cloudflare's id; null where there is none. */
  id: string | null;
  /** When, ISO 8601; null where Cloudflare does not say. */
  date: string | null;
  /** What was paid, or, of an attempt, what was asked for, as Cloudflare reports it: the unit is not documented. Null where it says nothing. */
  amount: number | null;
  /** For instance `usd`, in lower case; null where Cloudflare does not say. */
  currency: string | null;
  /** As Cloudflare writes it, for instance `paid` or `open`; null where it has none. */
  status: string | null;
  outcome: ChargeOutcome;
  /** How often the card was asked in vain; null where Cloudflare does not say. */
  failedAttempts: number | null;
}

/** What Cloudflare lists of an account. */
export interface ChargeHistory {
  charges: Charge[];
  /** Whether this is the whole list. Where it is not, nothing can ask for the rest. */
  isWhole: boolean;
  /** How many invoices are missing in the list; null if that is not known. */
  unlisted: number | null;
}

const odd = <T>(schema: z.ZodMiniType<T>) => z.catch(z.nullish(schema), null);
// What is there and cannot be read is not taken for zero. A fraction proves that the unit is not cents.
const wholeNumber = z.catch(z.nullish(z.int().check(z.nonnegative())), Number.NaN);

const invoiceSchema = z.object({
  id: odd(z.string()),
  created: odd(z.union([z.number(), z.string()])),
  amount_paid: wholeNumber,
  amount_due: wholeNumber,
  currency: odd(z.string()),
  status: odd(z.string()),
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
  const parsed = historySchema.safeParse(result);
  if (!parsed.success) return null;
  const { has_more, total_count } = parsed.data.pagination;
  const charges = distinct(parsed.data.invoices ?? []).map(chargeOf);
  const unlisted = unlistedOf(charges.length, has_more, total_count);
  return { charges, isWhole: unlisted === 0, unlisted };
}

// What does not say that it is whole may be a part, and so may a list whose two statements contradict each other.
function unlistedOf(listed: number, hasMore: boolean | null | undefined, total: number | null | undefined) {
  if (total === null || total === undefined) return hasMore === false ? 0 : null;
  if (total === listed && hasMore === false) return 0;
  return total > listed ? total - listed : null;
}

// An invoice that is listed twice is one charge. If anything about the two differs, both count: an alarm that is wrong costs less than one
// that is missing. Compared before anything is cut.
function distinct(invoices: readonly Invoice[]): readonly Invoice[] {
  const seen = new Set<string>();
  return invoices.filter((invoice) => {
    const key = JSON.stringify(invoice);
    return !invoice.id?.trim() || (!seen.has(key) && seen.add(key));
  });
}

function chargeOf(invoice: Invoice): Charge {
  const outcome = outcomeOf(invoice);
  return {
    id: textOf(invoice.id),
    date: dateOf(invoice.created),
    amount: known(outcome === "charged" ? paidOf(invoice) : invoice.amount_due),
    currency: textOf(invoice.currency)?.toLowerCase() ?? null,
    status: textOf(invoice.status),
    outcome,
    failedAttempts: failedAttemptsOf(invoice, outcome),
  };
}

// A charge of which nothing is said to be paid yet is not to look free.
function paidOf({ amount_paid, amount_due }: Invoice) {
  return amount_paid ? amount_paid : Number.isNaN(amount_paid) ? null : (amount_due ?? amount_paid);
}

// The states are those of Stripe's invoices, whose names the fields have (https://docs.stripe.com/invoicing/overview). Whatever is not
// proven to be unpaid counts as charged: an alarm that is wrong costs less than one that is missing.
function outcomeOf({ status, amount_paid, attempted, attempt_count }: Invoice): ChargeOutcome {
  if (amount_paid || Number.isNaN(amount_paid)) return "charged";
  const state = status?.trim().toLowerCase();
  if (state === "draft" || state === "void") return attempted || attempt_count ? "failed" : "none";
  if (state !== "open" && state !== "uncollectible") return "charged";
  return attempted === false && (attempt_count ?? 0) === 0 ? "none" : "failed";
}

// The attempt that succeeded is one of those that are counted.
function failedAttemptsOf({ status, amount_paid, attempted, attempt_count }: Invoice, outcome: ChargeOutcome) {
  if (Number.isNaN(attempt_count)) return null;
  const attempts = known(attempt_count);
  if (outcome === "failed") return attempts || null;
  if (attempts !== null) return Math.max(0, attempts - 1);
  const state = status?.trim().toLowerCase();
  const isSure =
    outcome === "charged" ? (amount_paid ?? 0) > 0 || state === "paid" : attempted === false || state === "draft";
  return isSure ? 0 : null;
}

function known(number: number | null | undefined): number | null {
  return number === null || number === undefined || Number.isNaN(number) ? null : number;
}

function textOf(text: string | null | undefined): string | null {
  return printable(text ?? "", 60) || null;
}

// Auto top-up is younger, and no clock is so wrong.
const [EARLIEST, LATEST] = [Date.UTC(2020), Date.UTC(2100)];

// Seconds, milliseconds or microseconds: a date within these years is only one of the three.
function dateOf(created: number | string | null | undefined): string | null {
  const candidates =
    typeof created === "string"
      ? [exactTime(created) ?? Number.NaN]
      : [1000, 1, 0.001].map((scale) => (created ?? Number.NaN) * scale);
  const time = candidates.find((ms) => ms >= EARLIEST && ms < LATEST);
  return time === undefined ? null : new Date(time).toISOString();
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
