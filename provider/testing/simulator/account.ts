// What the simulator keeps of each account, and how the API shows it. The endpoints in api.ts read and change it.
import type { SimulatedDecline } from "./charges";
import type { SimulatedBalance, SimulatedConfig, SimulatedHealth, SimulatorOptions } from "./contract";
import { Invoices } from "./invoices";

/** One account's remote values. */
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
  decline: SimulatedDecline | null = null;
  readonly invoices = new Invoices();
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
      this.invoices.charge(amount, at, this.decline === null);
      if (this.decline) {
        const { error, disabledReason = null } = this.decline;
        this.health = { error, disabledReason, lastFailedAt: at };
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
    return { ...(this.config ?? this.#nothing(unset)), ...this.health };
  }

  #nothing(unset: SimulatorOptions["unset"]): Record<string, unknown> {
    const turn = this.#unsetReads++ % 2 === 0 ? "nulls" : "zeros";
    const value = (unset === "alternate" ? turn : unset) === "nulls" ? null : 0;
    return { amount: value, threshold: value };
  }
}

/** All accounts; one comes into being when it is first asked about. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  readonly #known: ReadonlySet<string> | null;

  constructor(known?: readonly string[]) {
    this.#known = known ? new Set(known.map(canonical)) : null;
  }

  /** The account of a request; null if there is no such account. */
  find(id: string): Account | null {
    if (!isAccountId(id) || (this.#known && !this.#known.has(id))) return null;
    return this.of(id);
  }

  /** The account that a test sets up or looks at. Throws if the id is malformed. */
  of(id: string): Account {
    const key = canonical(id);
    const account = this.#accounts.get(key) ?? new Account();
    this.#accounts.set(key, account);
    return account;
  }

  /** Effective changes of one account, or of all. */
  changes(id?: string): number {
    const accounts = id === undefined ? [...this.#accounts.values()] : [this.of(id)];
    return accounts.reduce((sum, account) => sum + account.changes, 0);
  }

  clear(): void {
    this.#accounts.clear();
  }
}

function isAccountId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id);
}

function canonical(id: string): string {
  const key = id.toLowerCase();
  if (isAccountId(key)) return key;
  throw new Error(`'${id}' is not an account id: it must have 32 hexadecimal digits, as at Cloudflare.`);
}
