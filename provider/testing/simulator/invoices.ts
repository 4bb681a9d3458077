// An account's invoice history: what auto top-up charged or tried to, and what a test put there. When a card is charged is decided in charges.ts.
import { randomBytes } from "node:crypto";
import type { SimulatedInvoice } from "./charges";
import { type Answer, refuse, succeed } from "./envelope";

interface Entry {
  readonly type: "auto" | "manual";
  readonly invoice: unknown;
}

/** The newest first, as the API lists them. */
export class Invoices {
  readonly #entries: Entry[] = [];

  /** Writes down one attempt to charge, in US cents. */
  charge(cents: number, at: number, paid: boolean): void {
    const id = `in_${randomBytes(8).toString("hex")}`;
    const invoice: SimulatedInvoice = {
      id,
      amount_due: cents,
      amount_paid: paid ? cents : 0,
      amount_remaining: paid ? 0 : cents,
      currency: "usd",
      created: Math.floor(at / 1000),
      status: paid ? "paid" : "open",
      attempt_count: 1,
      attempted: true,
      description: "AI Gateway auto top-up",
      invoice_pdf: `https://pay.simulator.invalid/invoice/${id}/pdf?s=opens-without-a-login`,
    };
    this.add(invoice, "auto");
  }

  add(invoice: unknown, type: Entry["type"]): void {
    this.#entries.unshift({ type, invoice });
  }

  listed(type: string): unknown[] {
    return this.#entries.filter((entry) => type === "all" || entry.type === type).map(({ invoice }) => invoice);
  }

  /** GET, with `type` as the only parameter: nothing asks for the second page. */
  answer(query: URLSearchParams, perPage: number, remarks: readonly string[]): Answer {
    const type = query.get("type") ?? "all";
    if (!["auto", "manual", "all"].includes(type)) {
      return refuse(400, [{ code: 7001, message: "type: Invalid enum value. Expected 'auto' | 'manual' | 'all'" }]);
    }
    const all = this.listed(type);
    const pagination = { has_more: all.length > perPage, page: 1, per_page: perPage, total_count: all.length };
    return succeed({ invoices: all.slice(0, perPage), pagination }, remarks);
  }
}
