// What Cloudflare answers, read once and typed from then on: the envelope, the config and the credits. Does not send anything, nor know
// what was declared.
import * as z from "zod/mini";
import { type ApiFailure, printable, type Reason } from "./errors";

/** What came back from one request. */
export interface Exchange {
  /** The HTTP status; null where no whole answer arrived. */
  status: number | null;
  /** The answer's text; where none arrived, what prevented it. */
  text: string;
  retryAfter: string | null;
  /** Cloudflare's `cf-ray`. */
  requestId: string | null;
}

/** The envelope of every Cloudflare answer. */
export interface Envelope {
  success: boolean;
  errors: readonly Reason[];
  messages: readonly Reason[];
  /** Missing in some refusals. */
  result?: unknown;
}

/** What Cloudflare reports of failed top-ups; null where there is nothing to report. */
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

/** What an account's auto top-up is set to right now; `amounts` is null where it is not set. */
export interface RemoteConfig {
  amounts: Amounts | null;
  health: TopupHealth;
}

/** An account's AI Gateway credits, and what pays for them. */
export interface CreditBalance {
  /** As Cloudflare reports it: the unit is not documented, and it may be negative. */
  balance: number;
  hasDefaultPaymentMethod: boolean;
  /** For instance `visa`; null where there is no payment method, or no brand. */
  paymentMethodBrand: string | null;
  paymentMethodLast4: string | null;
  /** Whether credits were ever bought; null where Cloudflare does not say. */
  firstTopupSucceeded: boolean | null;
}

/** The envelope around every answer; null where there is none. */
export function openEnvelope(text: string): Envelope | null {
  try {
    return parseEnvelope(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What is wrong with an answer that did not bring what was asked for. */
export function explain(
  { status, text, requestId }: Exchange,
  envelope: Envelope | null,
): Omit<ApiFailure, "attempt" | "accountId" | "doubtful"> {
  const facts = { status, requestId, reasons: envelope?.errors ?? [], advice: null };
  if (status === null) return { ...facts, problem: text };
  if (!envelope)
    return { ...facts, problem: text ? `not in the API's form: "${text.slice(0, 120)}"` : "an empty answer" };
  if (!envelope.success) return { ...facts, problem: "success: false, without a reason" };
  return { ...facts, problem: `an unexpected result: ${inJson(envelope.result ?? null)}` };
}

// Brackets in brackets can be parsed deeper than they can be written.
function inJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "nested too deeply to be shown";
  }
}

const reasons = z.pipe(
  z.nullish(z.array(z.object({ code: z.optional(z.unknown()), message: z.optional(z.unknown()) }))),
  z.transform((list) =>
    (list ?? []).map(({ code, message }) => ({ code: codeOf(code), message: String(message ?? "") })),
  ),
);
// A refusal may come without a result, and its reasons must not be lost with it.
const envelopeSchema = z.object({
  success: z.boolean(),
  errors: reasons,
  messages: reasons,
  result: z.optional(z.unknown()),
});

function codeOf(code: unknown): number | null {
  return typeof code === "number" ? code : null;
}

/** Reads an answer's JSON; null if it is no Cloudflare envelope. */
export function parseEnvelope(json: unknown): Envelope | null {
  return envelopeSchema.safeParse(json).data ?? null;
}

const amountsSchema = z.object({ amount: z.number(), threshold: z.number() });

/** The result of a write: the amounts that are now remote; null if it is anything else. */
export function parseAmounts(result: unknown): Amounts | null {
  return amountsSchema.safeParse(result).data ?? null;
}

/** Compares by value; a config that is not set equals nothing. */
export function sameAmounts(one: Amounts | null, other: Amounts): boolean {
  return one !== null && one.amount === other.amount && one.threshold === other.threshold;
}

const text = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => (value && printable(value)) || null),
);
const remoteSchema = z.object({
  amount: z.nullable(z.number()),
  threshold: z.nullable(z.number()),
  error: text,
  disabledReason: text,
  lastFailedAt: z.pipe(z.nullish(z.union([z.number(), z.string()])), z.transform(isoTime)),
});

/**
 * The result of a read; null if it proves nothing. A config that is not set answers with zeros or nulls, never with
 * 404, so only both amounts empty means "not set"; one of them empty, or a missing field, is no answer at all.
 */
export function parseRemoteConfig(result: unknown): RemoteConfig | null {
  const parsed = remoteSchema.safeParse(result);
  if (!parsed.success) return null;
  const { amount, threshold, ...health } = parsed.data;
  if (!amount && !threshold) return { amounts: null, health };
  return amount && threshold && amount > 0 && threshold > 0 ? { amounts: { amount, threshold }, health } : null;
}

const balanceSchema = z.object({
  balance: z.number(),
  has_default_payment_method: z.boolean(),
  payment_method: z.nullish(z.object({ brand: text, last4: text })),
  first_topup_success: z.nullish(z.boolean()),
});

/** The result of reading the credits; null if it is anything else. */
export function parseCreditBalance(result: unknown): CreditBalance | null {
  const parsed = balanceSchema.safeParse(result);
  if (!parsed.success) return null;
  const { balance, has_default_payment_method, payment_method, first_topup_success } = parsed.data;
  return {
    balance,
    hasDefaultPaymentMethod: has_default_payment_method,
    paymentMethodBrand: payment_method?.brand ?? null,
    paymentMethodLast4: payment_method?.last4 ?? null,
    firstTopupSucceeded: first_topup_success ?? null,
  };
}

/** ISO 8601; a text that is none is left as it is. Null for anything else. */
export function isoTime(value: number | string | null | undefined): string | null {
  if (typeof value !== "number") return (value && printable(value)) || null;
  // What is too small for milliseconds of this century is seconds.
  const date = new Date(value < 1e11 ? value * 1000 : value);
  return value > 0 && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}
