// The public shapes that the simulator takes and hands out: its options, what an account holds, and what is recorded of a request.
import type { Fault } from "./faults";

/** An account's auto top-up as it is stored, in US cents. */
export interface SimulatedConfig {
  /** What one top-up charges, in US cents. */
  readonly amount: number;
  /** The balance below which a top-up happens, in US cents. */
  readonly threshold: number;
}

/** What GET reports about the last top-ups; null if there is nothing to report. */
export interface SimulatedHealth {
  readonly error: string | null;
  readonly disabledReason: string | null;
  /** The SDK types it as a number and its unit is not documented, so text is let through as well. */
  readonly lastFailedAt: number | string | null;
}

/** The part of GET `.../billing/credit-balance` that is not the top-up config, under the API's own names. */
export interface SimulatedBalance {
  /** Its unit is not documented; it may be negative. */
  readonly balance: number;
  readonly has_default_payment_method: boolean;
  readonly payment_method: { readonly brand?: string; readonly last4?: string } | null;
  readonly first_topup_success: boolean;
}

/** One entry of GET `.../billing/invoice-history`, under the API's own names. No unit is documented; here it is US cents. */
export interface SimulatedInvoice {
  readonly id: string;
  readonly amount_due: number;
  readonly amount_paid: number;
  readonly amount_remaining: number;
  readonly currency: string;
  /** Seconds since 1970, as the names suggest; not documented either. */
  readonly created: number;
  readonly status: "paid" | "open";
  readonly attempt_count: number;
  readonly attempted: boolean;
  readonly description: string;
  /** On the real API it may open without a login, so it must not be kept, printed or logged. */
  readonly invoice_pdf: string;
}

/** How the simulator is set up. Everything has a default. */
export interface SimulatorOptions {
  /** The TCP port on 127.0.0.1; 0, the default, takes any free one. */
  port?: number;
  /** The token that may do everything. The default is an obvious fake, as are the other credentials'. */
  apiToken?: string;
  /** The token that may only GET. */
  readOnlyToken?: string;
  /** The Global API Key's owner, sent as X-Auth-Email beside the key. */
  email?: string;
  /** The ids that exist; any other gets 404 with code 7003. By default every well-formed id exists. */
  accounts?: readonly string[];
  /** POST and DELETE answer 403 to tokens and keys, as the SDK's reference says of the real API. */
  dashboardOnly?: boolean;
  /** How many requests a window lets through; past it, 429 with Retry-After until the window ends. */
  rateLimit?: { requests: number; windowMs: number };
  /** How GET shows a config that is not set. Both are seen in the field, so the default takes turns. */
  unset?: "nulls" | "zeros" | "alternate";
  /** Called once for each request, when its answer is out or its connection is gone. */
  onRequest?: (request: RecordedRequest) => void;
}

/** One request as it arrived. Headers, and so credentials, are never recorded. */
export interface RecordedRequest {
  readonly method: string;
  /** The path without its query, such as `/client/v4/accounts/.../ai-gateway/billing/topup/config`. */
  readonly path: string;
  /** The account in the path, in lower case; null if the path has none. */
  readonly accountId: string | null;
  /** The parsed JSON, or the text if it is not JSON; null if there was none. */
  readonly body: unknown;
  /** The status of the answer; null as long as no whole answer went out. */
  readonly status: number | null;
  /** The scheme of the credentials that came along, whether they were right or not. */
  readonly auth: "token" | "key" | "none";
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The request id that the answer carries as `cf-ray`. */
  readonly ray: string;
  /** The kind of the scripted fault that the request met, or null. */
  readonly fault: Fault["kind"] | null;
}
