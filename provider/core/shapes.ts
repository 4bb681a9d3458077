// Owns the shapes of inputs, state and Cloudflare's answers, and the marker for what is not known yet. It must not hold logic.

/** Stands for a value that is not known yet: in a preview, an output of something that is still to be created. */
export const UNKNOWN = Symbol("unknown");
export type Unknown = typeof UNKNOWN;

/** What a program declares for one account, with the defaults filled in. */
export interface TopupInputs {
  /** The Cloudflare account: 32 hexadecimal digits, lower case. */
  accountId: string;
  /** US cents charged at each top-up. */
  amount: number;
  /** US cents: a balance below this triggers a top-up. */
  threshold: number;
  /** False: auto top-up must be off; amount and threshold are kept for later. */
  enabled: boolean;
  /** True: create may take over a live config with other values. */
  adopt: boolean;
}

/** What Cloudflare reports of failed top-ups; null where there is nothing to report. */
export interface TopupHealth {
  error: string | null;
  disabledReason: string | null;
  /** ISO 8601. */
  lastFailedAt: string | null;
}

/** What is stored for one account. */
export interface TopupState extends TopupInputs, TopupHealth {}

/** State as it comes back from storage: what is missing or damaged is null, so that the next update can heal it. */
export type PriorState = { [K in keyof TopupState]: TopupState[K] | null };

/** Inputs that passed the check; any of them may be unknown during a preview. */
export type CheckedInputs = { [K in keyof TopupInputs]: TopupInputs[K] | Unknown };

/** The sums of a live config, in US cents. */
export interface Sums {
  amount: number;
  threshold: number;
}

/** What an account's auto top-up is set to right now; `sums` is null where it is not set. */
export interface LiveConfig {
  sums: Sums | null;
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

/** The envelope of every Cloudflare answer. */
export interface Envelope {
  success: boolean;
  errors: readonly Reason[];
  messages: readonly Reason[];
  /** Missing in some refusals. */
  result?: unknown;
}

/** One of the API's own remarks or errors. */
export interface Reason {
  code: number | null;
  message: string;
}

/** A resource as the engine knows it. */
export interface Resource {
  /** The same for every call about this resource, and for no other one of the run: its URN, where the provider is told it. */
  key: string;
  /** What a person calls it. */
  name: string;
}

/**
 * How far a declaration has come. `checked`: the program declares it, and the state may or may not hold it. `stored`: the state held it
 * before this run, and keeps it. `created`: this run has put it into the state. `failed`: this run could not create it.
 */
export type Progress = "checked" | "stored" | "created" | "failed";

export interface Declaration extends Resource {
  progress: Progress;
}
