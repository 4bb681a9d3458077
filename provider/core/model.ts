// Owns the parsing of everything that crosses a boundary: inputs, state, and what Cloudflare answers. The only file that
// knows zod; it must not know Pulumi, HTTP or what is done with a value.
import * as z from "zod/mini";
import { printable } from "./errors";
import { isoTime } from "./isoTime";
import type {
  CreditBalance,
  Declaration,
  Envelope,
  LiveConfig,
  PriorState,
  Resource,
  Sums,
  TopupInputs,
} from "./shapes";

export * from "./shapes";

/** The smallest sum a top-up may charge, in US cents (https://developers.cloudflare.com/api, auto top-up configuration). */
export const MINIMUM_AMOUNT = 1000;
/** The smallest balance that may trigger a top-up, in US cents (same source). */
export const MINIMUM_THRESHOLD = 500;

const accountId = z.pipe(
  z.string().check(z.regex(/^[0-9a-f]{32}$/i)),
  z.transform((id: string) => id.toLowerCase()),
);

const inputSchemas: { readonly [K in keyof TopupInputs]: z.ZodMiniType<TopupInputs[K]> } = {
  accountId,
  amount: z.int().check(z.gte(MINIMUM_AMOUNT)),
  threshold: z.int().check(z.gte(MINIMUM_THRESHOLD)),
  enabled: z._default(z.boolean(), true),
  adopt: z._default(z.boolean(), false),
};

/** The names of all inputs, in the order in which they are reported. */
export const INPUT_NAMES = Object.keys(inputSchemas) as readonly (keyof TopupInputs)[];

/** The part of a state that a program declares. */
export function inputsOf({ accountId, amount, threshold, enabled, adopt }: TopupInputs): TopupInputs {
  return { accountId, amount, threshold, enabled, adopt };
}

/** Parses one input; undefined becomes the default where there is one. Null means refused. */
export function parseInput(name: keyof TopupInputs, value: unknown): { value: string | number | boolean } | null {
  const parsed = inputSchemas[name].safeParse(value);
  return parsed.success ? { value: parsed.data } : null;
}

const stored = <T>(schema: z.ZodMiniType<T>) => z.catch(z.nullable(schema), null);
const priorSchema = z.object({
  accountId: stored(accountId),
  amount: stored(z.number()),
  threshold: stored(z.number()),
  enabled: stored(z.boolean()),
  adopt: stored(z.boolean()),
  error: stored(z.string()),
  disabledReason: stored(z.string()),
  lastFailedAt: stored(z.string()),
});

/** Reads stored state, whatever has become of it. */
export function parsePriorState(state: unknown): PriorState {
  return z.catch(priorSchema, () => priorSchema.parse({})).parse(state);
}

const resourceSchema = z.object({ key: z.string(), name: z.string() });
const declarationSchema = z.extend(resourceSchema, { progress: z.enum(["checked", "stored", "created", "failed"]) });

/** Reads which resource an input came from; null where nothing tells. */
export function parseResource(value: unknown): Resource | null {
  return resourceSchema.safeParse(value).data ?? null;
}

/** Reads what another process of the run wrote; null if it is anything else. */
export function parseDeclaration(json: string): Declaration | null {
  return declarationSchema.safeParse(JSON.parse(json)).data ?? null;
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

const sumsSchema = z.object({ amount: z.number(), threshold: z.number() });

/** The result of a write: the sums that are now live; null if it is anything else. */
export function parseSums(result: unknown): Sums | null {
  return sumsSchema.safeParse(result).data ?? null;
}

/** Compares by value; a config that is not set equals nothing. */
export function sameSums(one: Sums | null, other: Sums): boolean {
  return one !== null && one.amount === other.amount && one.threshold === other.threshold;
}

const text = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => (value && printable(value)) || null),
);
const liveSchema = z.object({
  amount: z.nullable(z.number()),
  threshold: z.nullable(z.number()),
  error: text,
  disabledReason: text,
  lastFailedAt: z.pipe(z.nullish(z.union([z.number(), z.string()])), z.transform(isoTime)),
});

/**
 * The result of a read; null if it proves nothing. A config that is not set answers with zeros or nulls, never with
 * 404, so only both sums empty means "not set"; one of them empty, or a missing field, is no answer at all.
 */
export function parseLiveConfig(result: unknown): LiveConfig | null {
  const parsed = liveSchema.safeParse(result);
  if (!parsed.success) return null;
  const { amount, threshold, ...health } = parsed.data;
  if (!amount && !threshold) return { sums: null, health };
  return amount && threshold && amount > 0 && threshold > 0 ? { sums: { amount, threshold }, health } : null;
}

const balanceSchema = z.object({
  balance: z.number(),
  has_default_payment_method: z.boolean(),
  payment_method: z.nullish(z.object({ brand: text, last4: text })),
  first_topup_success: z.nullish(z.boolean()),
});

/** The result of a look at the credits; null if it is anything else. */
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
