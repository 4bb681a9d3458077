// What the simulator keeps of each account, and how using up credits charges the card. The endpoints in api.ts read and change it.
import { randomBytes } from "node:crypto";
import type {
  SimulatedBalance,
  SimulatedConfig,
  SimulatedHealth,
  SimulatedInvoice,
  SimulatorOptions,
} from "./contract";

export class Account {
  config: SimulatedConfig | null = null;
  health: SimulatedHealth = { error: null, disabledReason: null, lastFailedAt: null };
  balance: SimulatedBalance = {
    balance: 0,
    has_default_payment_method: true,
    payment_method: { brand: "visa", last4: "4242" },
    first_topup_success: true,
  };
  messages: readonly string[] = [];
  /** What GET reports from the next declined charge on; null if the card is good. */
  decline: Partial<SimulatedHealth> | null = null;
  /** The newest first, as the API lists them. */
  readonly invoices: unknown[] = [];
  /** Changes that came through the API. */
  changes = 0;
  #unsetReads = 0;

  /** Writes the config through the API; null unsets it. */
  write(config: SimulatedConfig | null): void {
    if (config?.amount === this.config?.amount && config?.threshold === this.config?.threshold) return;
    this.config = config;
    this.changes += 1;
  }

  /** Uses up credits at a point in time, and tops up as long as that leaves too few. */
  spend(cents: number, at: number): void {
    this.#add(-cents);
    while (this.config && !this.health.disabledReason && this.balance.balance < this.config.threshold) {
      const amount = Math.max(1, this.config.amount);
      this.invoices.unshift(invoiceOf(amount, at, this.decline === null));
      if (this.decline) {
        this.health = { ...this.health, ...this.decline, lastFailedAt: at };
        return;
      }
      this.#add(amount);
    }
  }

  #add(cents: number): void {
    this.balance = { ...this.balance, balance: this.balance.balance + cents };
  }

  /** The config as GET shows it. */
  view(unset: SimulatorOptions["unset"] = "alternate"): Record<string, unknown> {
    if (this.config) return { ...this.config, ...this.health };
    const turn = this.#unsetReads++ % 2 === 0 ? "nulls" : "zeros";
    const value = (unset === "alternate" ? turn : unset) === "nulls" ? null : 0;
    return { amount: value, threshold: value, ...this.health };
  }
}

/** One attempt to charge, in US cents. */
function invoiceOf(cents: number, at: number, paid: boolean): SimulatedInvoice {
  const id = `in_${randomBytes(8).toString("hex")}`;
  return {
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
}

/** The account with this id, which comes into being when it is first asked about. Throws if the id is malformed. */
export function accountOf(accounts: Map<string, Account>, id: string): Account {
  const key = id.toLowerCase();
  if (!isAccountId(key)) {
    throw new Error(`'${id}' is not an account id: it must have 32 hexadecimal digits, as at Cloudflare.`);
  }
  const account = accounts.get(key) ?? new Account();
  accounts.set(key, account);
  return account;
}

export function isAccountId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id);
}
