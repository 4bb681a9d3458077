// What a program declares, what the state holds, and how both are read once and typed from then on. The rules and both providers use these types.
import * as z from "zod/mini";
import type { TopupHealth } from "../cloudflare/answers";

/** Stands for a value that is not known yet: in a preview, an output of something that is still to be created. */
export const UNKNOWN = Symbol("unknown");
export type Unknown = typeof UNKNOWN;

/** What a program declares for one account, with the defaults filled in. */
export interface TopupInputs {
  /** The Cloudflare account: 32 hexadecimal digits, lower case. */
  accountId: string;
  /** US cents of credits bought at each top-up. */
  amount: number;
  /** US cents: a balance below this triggers a top-up. */
  threshold: number;
  /** False: auto top-up must be off; amount and threshold are kept for later. */
  enabled: boolean;
  /** True: create may take over a live config with other values. */
  adopt: boolean;
}

/** What is stored for one account. */
export interface TopupState extends TopupInputs, TopupHealth {}

/** State as it comes back from storage: what is missing or damaged is null, so that the next update can heal it. */
export type PriorState = { [K in keyof TopupState]: TopupState[K] | null };

/** Inputs that passed the check; any of them may be unknown during a preview. */
export type CheckedInputs = { [K in keyof TopupInputs]: TopupInputs[K] | Unknown };

/** A resource as the engine knows it. */
export interface Resource {
  /** The same for every call about this resource, and for no other one of the run: its URN, if the provider knows it. */
  key: string;
  /** What a person calls it. */
  name: string;
}

export interface Declaration extends Resource {
  /**
   * How far it has come. `checked`: the program declares it, and the state may or may not hold it. `stored`: the state held it before this
   * run, and keeps it. `created`: this run has put it into the state. `failed`: this run could not create it.
   */
  progress: "checked" | "stored" | "created" | "failed";
}

/** The smallest sum of credits a top-up may buy, in US cents (https://developers.cloudflare.com/api, auto top-up configuration). */
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

/** Parses one input; undefined becomes the default if there is one. Null means refused. */
export function parseInput(name: keyof TopupInputs, value: unknown): { value: string | number | boolean } | null {
  const parsed = inputSchemas[name].safeParse(value);
  return parsed.success ? { value: parsed.data } : null;
}

const stored = <T>(schema: z.ZodMiniType<T>) => z.catch(z.nullable(schema), null);
const [number, flag, text] = [stored(z.number()), stored(z.boolean()), stored(z.string())];
const priorSchema = z.object({
  ...{ accountId: stored(accountId), amount: number, threshold: number, enabled: flag, adopt: flag },
  ...{ error: text, disabledReason: text, lastFailedAt: text },
});

/** Reads stored state, whatever has become of it. */
export function parsePriorState(state: unknown): PriorState {
  return z.catch(priorSchema, () => priorSchema.parse({})).parse(state);
}

const resourceSchema = z.object({ key: z.string(), name: z.string() });
const declarationSchema = z.extend(resourceSchema, { progress: z.enum(["checked", "stored", "created", "failed"]) });

/** Reads which resource an input came from: KEY|NAME, or, from an earlier release of the class, an object. Null if it is missing. */
export function parseResource(value: unknown): Resource | null {
  if (typeof value !== "string") return resourceSchema.safeParse(value).data ?? null;
  const bar = value.indexOf("|");
  return bar > 0 ? { key: value.slice(0, bar), name: value.slice(bar + 1) } : null;
}

/** Reads what another process of the run answered; null if it is anything else. */
export function parseDeclaration(json: string): Declaration | null {
  return declarationSchema.safeParse(JSON.parse(json)).data ?? null;
}
