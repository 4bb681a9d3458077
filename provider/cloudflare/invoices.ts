// Reads Cloudflare's invoice history into charges; any field may be missing or odd. Adds nothing up. `invoice_pdf` is left out on purpose:
// it may open without a login.
import * as z from "zod/mini";
import { isoTime } from "./answers";
import { printable } from "./errors";

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
}

/** What Cloudflare lists of an account. */
export interface ChargeHistory {
  charges: Charge[];
  /** Whether this is the whole list. Where it is not, nothing can ask for the rest. */
  isWhole: boolean;
}

const odd = <T>(schema: z.ZodMiniType<T>) => z.catch(z.nullable(schema), null);
const text = z.pipe(
  z.string(),
  z.transform((value) => printable(value, 60)),
);
const sum = z.number().check(z.nonnegative());

const invoiceSchema = z.object({
  id: odd(text),
  created: odd(z.union([z.number(), z.string()])),
  amount_paid: odd(sum),
  amount_due: odd(sum),
  currency: odd(text),
  status: odd(text),
  attempted: odd(z.boolean()),
  attempt_count: odd(z.number()),
});
type Invoice = z.infer<typeof invoiceSchema>;

const historySchema = z.object({
  invoices: z.nullable(z.array(z.catch(invoiceSchema, () => invoiceSchema.parse({})))),
  pagination: z.catch(z.object({ has_more: odd(z.boolean()), total_count: odd(z.number()) }), {
    has_more: null,
    total_count: null,
  }),
});

/** The result of reading the invoices; null if it is anything else. */
export function parseChargeHistory(result: unknown): ChargeHistory | null {
  const parsed = historySchema.safeParse(result);
  if (!parsed.success) return null;
  const { has_more, total_count } = parsed.data.pagination;
  const charges = (parsed.data.invoices ?? []).map(chargeOf);
  // What does not say that it is whole may be a part.
  return { charges, isWhole: has_more === false && (total_count ?? 0) <= charges.length };
}

function chargeOf(invoice: Invoice): Charge {
  const outcome = outcomeOf(invoice);
  const { id, created, amount_paid, amount_due, currency, status } = invoice;
  // A charge of which nothing is said to be paid yet is not to look free.
  const amount = outcome === "charged" ? amount_paid || (amount_due ?? amount_paid) : amount_due;
  return { id, date: dateOf(created), amount, currency: currency?.toLowerCase() || null, status, outcome };
}

// The states are those of Stripe's invoices, whose names the fields have (https://docs.stripe.com/invoicing/overview). Whatever is not
// proven to be unpaid counts as charged: an alarm that is wrong costs less than one that is missing.
function outcomeOf({ status, amount_paid, attempted, attempt_count }: Invoice): ChargeOutcome {
  if (amount_paid !== null && amount_paid > 0) return "charged";
  const state = status?.toLowerCase();
  if (state === "draft" || state === "void") return "none";
  if (state !== "open" && state !== "uncollectible") return "charged";
  return attempted === false && !attempt_count ? "none" : "failed";
}

function dateOf(created: number | string | null): string | null {
  const time = isoTime(created);
  return time !== null && !Number.isNaN(Date.parse(time)) ? new Date(time).toISOString() : null;
}
