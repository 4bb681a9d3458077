// The public types of the simulator: how a test starts it, what a test can set up, and what it recorded.
import type { SimulatedDecline, SimulatedInvoice } from "./charges";
import type { Fault } from "./faults";

export type * from "./charges";

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

/** How {@link startSimulator} sets the simulator up. Everything has a default. */
export interface SimulatorOptions {
  /** The TCP port on 127.0.0.1; 0, the default, takes any free one. */
  port?: number;
  /** The token that may do everything. The default is an obvious fake, as are the other credentials'. */
  apiToken?: string;
  /** The token that may only GET. */
  readOnlyToken?: string;
  /** The Global API Key, sent as X-Auth-Key. */
  apiKey?: string;
  /** The Global API Key's owner, sent as X-Auth-Email. */
  email?: string;
  /** The ids that exist; any other gets 404 with code 7003. By default every well-formed id exists. */
  accounts?: readonly string[];
  /** POST and DELETE answer 403 to tokens and keys, as the SDK's reference says of the real API. */
  dashboardOnly?: boolean;
  /** How many requests a window lets through; past it, 429 with Retry-After until the window ends. */
  rateLimit?: { requests: number; windowMs: number };
  /** How long every answer is held back, in milliseconds. The request takes effect on arrival. */
  latencyMs?: number;
  /** How GET shows a config that is not set. Both are seen in the field, so the default takes turns. */
  unset?: "nulls" | "zeros" | "alternate";
  /** How many invoices one answer holds, the newest first; the rest is only announced by `has_more`. 100 by default. */
  invoicesPerPage?: number;
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
  /** The parsed JSON, or the text if it is not JSON; null if there was none or it was not read. */
  readonly body: unknown;
  /** The status of the answer; null as long as no whole answer went out. */
  readonly status: number | null;
  /** The scheme of the credentials that came along, whether they were right or not. */
  readonly auth: "token" | "key" | "none";
  /** The TCP connection, counted from 1. */
  readonly connection: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The request id that the answer carries as `cf-ray`. */
  readonly ray: string;
  /** The kind of the scripted fault that the request met, or null. */
  readonly fault: Fault["kind"] | null;
}

/** A running simulator. Account ids are compared without regard to case. */
export interface BillingSimulator {
  /** The base URL as the SDK wants it: `http://127.0.0.1:PORT/client/v4`. */
  readonly url: string;
  readonly apiToken: string;
  readonly readOnlyToken: string;
  readonly apiKey: string;
  readonly email: string;
  /** Every request since the start or the last {@link reset}, in the order of arrival; it grows in place. */
  readonly requests: readonly RecordedRequest[];
  /** How often an immediate charge was asked for. Anything but 0 makes {@link close} reject. */
  readonly charges: number;
  /** How many scripted faults have not been used up. */
  readonly pendingFaults: number;
  /** See {@link SimulatorOptions.dashboardOnly}; may be switched at any time. */
  dashboardOnly: boolean;
  /** How often requests really changed the account's config, or all accounts' together. Equal values are no change. */
  changes(accountId?: string): number;
  /** The remote config, or null if auto top-up is not set. */
  config(accountId: string): SimulatedConfig | null;
  /** Changes the remote config as the dashboard would: not recorded, and not counted by {@link changes}. */
  setConfig(accountId: string, config: SimulatedConfig | null): void;
  /** Changes the named parts of what GET reports. They stay until the next call, whatever happens to the config. */
  setHealth(accountId: string, health: Partial<SimulatedHealth>): void;
  /** Changes the named parts of the credit balance. */
  setBalance(accountId: string, balance: Partial<SimulatedBalance>): void;
  /**
   * Uses up credits, in US cents, as requests through a gateway do. If auto top-up is set, the card is charged again and
   * again until the balance is no longer below the threshold, or the card declines.
   *
   * @param at when that is, in milliseconds since 1970; now by default.
   */
  spend(accountId: string, cents: number, at?: number): void;
  /** Makes the card decline; null makes it good again, and clears what GET reports of failures. */
  declineCard(accountId: string, decline: SimulatedDecline | null): void;
  /** The invoices of auto top-up, failed attempts included, the newest first. */
  invoices(accountId: string): readonly SimulatedInvoice[];
  /** Adds an entry to the invoice history as it stands, for fields that are odd or missing; `type` is what it is listed as. */
  addInvoice(accountId: string, invoice: unknown, type?: "auto" | "manual"): void;
  /** Sets the remarks that come in `messages` of every successful answer for the account. */
  setMessages(accountId: string, messages: readonly string[]): void;
  /** Lets another token do everything, as after a rotation. */
  acceptToken(token: string): void;
  /** Makes a token unknown from now on. */
  revokeToken(token: string): void;
  /** Scripts a fault. Each request takes the first fault that matches it. */
  fault(fault: Fault): void;
  /** Forgets the faults that were not used up. */
  clearFaults(): void;
  /** Forgets accounts, records, faults, token changes and the rate limit's window; charges stay. */
  reset(): void;
  /** Ends every connection at once and stops. Rejects if POST `/billing/topup` was ever called. */
  close(): Promise<void>;
}
