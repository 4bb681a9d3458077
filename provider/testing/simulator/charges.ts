// The public shapes of what auto top-up charged, or failed to. Types only.

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
  /** On the real API it may open without a login, so nobody may keep, print or log it. */
  readonly invoice_pdf: string;
}

/** How the card answers every top-up from now on. */
export interface SimulatedDecline {
  /** What GET then reports as `error`. */
  readonly error: string;
  /** Where given, the first decline suspends auto top-up, and GET reports this as `disabledReason`. */
  readonly disabledReason?: string;
}
