// What Cloudflare answers, parsed once and typed from then on: the envelope, the config and the credits. client.ts parses every answer
// with it; explain.ts says what is wrong with one.
import * as z from "zod/mini";
import { printable } from "./printable";

/** One of the API's own remarks or errors. */
export interface Reason {
  code: number | null;
  message: string;
}

/** What came back from one request. */
export interface Exchange {
  /** The HTTP status; null if no whole answer arrived. */
  status: number | null;
  /** The answer's text; if none arrived, what prevented it. */
  text: string;
  retryAfter: string | null;
  /** Cloudflare's `cf-ray`. */
  requestId: string | null;
  /** Why an answer that came was not read. Asking again would bring the same. */
  unread?: string;
}

/** The envelope of every Cloudflare answer. */
export interface Envelope {
  success: boolean;
  errors: readonly Reason[];
  messages: readonly Reason[];
  /** Missing in some refusals. */
  result?: unknown;
}

/** What Cloudflare reports of failed top-ups; null if there is nothing to report. */
export interface TopupHealth {
  error: string | null;
  disabledReason: string | null;
  /** ISO 8601. */
  lastFailedAt: string | null;
}

/** What auto top-up is set to, in US cents. */
export interface Amounts {
  amount: number;
  threshold: number;
}

/** What an account's auto top-up is set to right now; `amounts` is null if it is not set. */
export interface RemoteConfig {
  amounts: Amounts | null;
  health: TopupHealth;
}

/** An account's AI Gateway credits, and what pays for them. */
export interface CreditBalance {
  /** As Cloudflare reports it: the unit is not documented, and it may be negative. */
  balance: number;
  hasDefaultPaymentMethod: boolean;
  /** For instance `visa`; null if there is no payment method, or it has no brand. */
  paymentMethodBrand: string | null;
  paymentMethodLast4: string | null;
  /** Whether credits were ever bought; null if Cloudflare does not say. */
  firstTopupSucceeded: boolean | null;
}

const reason = z.object({ code: z.catch(z.nullish(z.number()), null), message: z.optional(z.unknown()) });
// "Invalid request headers" says little; what is wrong with them stands in the chain.
const chain = z.catch(z.optional(z.array(reason)), undefined);
const reasons = z.pipe(
  z.nullish(z.array(z.extend(reason, { error_chain: chain }))),
  z.transform((list) =>
    (list ?? [])
      .flatMap(({ error_chain = [], ...first }) => [first, ...error_chain])
      .map(({ code, message }) => ({ code: code ?? null, message: String(message ?? "") })),
  ),
);
// A refusal may come without a result; its reasons must not be lost.
const envelope = z.object({
  success: z.boolean(),
  errors: reasons,
  messages: reasons,
  result: z.optional(z.unknown()),
});

/** The envelope around an answer; null if there is none. */
export function openEnvelope(text: string): Envelope | null {
  try {
    return envelope.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function reader<T>(schema: z.ZodMiniType<T>): (result: unknown) => T | null {
  return (result) => schema.safeParse(result).data ?? null;
}

/** The result of a write: the amounts that are now remote; null if it is anything else. */
export const parseAmounts = reader<Amounts>(z.object({ amount: z.number(), threshold: z.number() }));

/** Compares by value; a config that is not set equals nothing. */
export function sameAmounts(one: Amounts | null, other: Amounts): boolean {
  return one !== null && one.amount === other.amount && one.threshold === other.threshold;
}

const text = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => (value && printable(value)) || null),
);
const config = z.object({
  amount: z.nullable(z.number()),
  threshold: z.nullable(z.number()),
  error: text,
  disabledReason: text,
  lastFailedAt: z.pipe(z.nullish(z.union([z.number(), z.string()])), z.transform(isoTime)),
});

/**
 * The result of a read; null if it proves nothing. A config that is not set answers with zeros or nulls, never with
 * 404, so only if both amounts are empty is it not set; one of them empty, or a missing field, proves nothing.
 */
export const parseRemoteConfig = reader<RemoteConfig | null>(
  z.pipe(
    config,
    z.transform(({ amount, threshold, ...health }) => {
      if (!amount && !threshold) return { amounts: null, health };
      return amount && threshold && amount > 0 && threshold > 0 ? { amounts: { amount, threshold }, health } : null;
    }),
  ),
);

const credits = z.object({
  balance: z.number(),
  has_default_payment_method: z.boolean(),
  payment_method: z.nullish(z.object({ brand: text, last4: text })),
  first_topup_success: z.nullish(z.boolean()),
});

/** The result of reading the credits; null if it is anything else. */
export const parseCreditBalance = reader<CreditBalance>(
  z.pipe(
    credits,
    z.transform(({ balance, has_default_payment_method, payment_method, first_topup_success }) => ({
      balance,
      hasDefaultPaymentMethod: has_default_payment_method,
      paymentMethodBrand: payment_method?.brand ?? null,
      paymentMethodLast4: payment_method?.last4 ?? null,
      firstTopupSucceeded: first_topup_success ?? null,
    })),
  ),
);

/** ISO 8601; any other text is left as it is. Null for anything else. */
function isoTime(value: number | string | null | undefined): string | null {
  if (typeof value !== "number") return (value && printable(value)) || null;
  // Too small for milliseconds of this century: seconds.
  const date = new Date(value < 1e11 ? value * 1000 : value);
  return value > 0 && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}
