// The front of the billing simulator: a real HTTP server on 127.0.0.1 that answers like Cloudflare's AI Gateway
// billing endpoints, records what it is asked, and plays faults on demand. It needs nothing but Node.
import { Api, basePath } from "./simulator/api";
import { ChargeGuard } from "./simulator/charge";
import type {
  BillingSimulator,
  SimulatedBalance,
  SimulatedConfig,
  SimulatedDecline,
  SimulatedHealth,
  SimulatedInvoice,
  SimulatorOptions,
} from "./simulator/contract";
import type { Recording } from "./simulator/exchange";
import type { Fault } from "./simulator/faults";
import { FaultQueue } from "./simulator/queue";
import { Listener } from "./simulator/server";

export type * from "./simulator/contract";
export type { ApiError } from "./simulator/envelope";
export type { Fault, FaultAction } from "./simulator/faults";

/**
 * Starts a simulator with no config set on any account. Point the SDK, or CLOUDFLARE_BASE_URL, at its `url`, and
 * `close()` it at the end: that rejects if anything ever tried to charge a card.
 *
 * Rejects if the port is not available.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<BillingSimulator> {
  const simulator = new Simulator(options);
  await simulator.start();
  return simulator;
}

class Simulator implements BillingSimulator {
  url = "";
  readonly apiToken: string;
  readonly readOnlyToken: string;
  readonly apiKey: string;
  readonly email: string;
  readonly requests: Recording[] = [];
  readonly #api: Api;
  readonly #faults = new FaultQueue();
  readonly #charges = new ChargeGuard();
  readonly #listener: Listener;
  #closing: Promise<void> | null = null;

  constructor(options: SimulatorOptions) {
    this.#api = new Api(options);
    this.apiToken = this.#api.credentials.apiToken;
    this.readOnlyToken = this.#api.credentials.readOnlyToken;
    this.apiKey = this.#api.credentials.apiKey;
    this.email = this.#api.credentials.email;
    const { requests } = this;
    this.#listener = new Listener({ options, api: this.#api, faults: this.#faults, charges: this.#charges, requests });
  }

  async start(): Promise<void> {
    this.url = `http://127.0.0.1:${await this.#listener.listen()}${basePath}`;
  }

  get charges(): number {
    return this.#charges.count;
  }

  get pendingFaults(): number {
    return this.#faults.size;
  }

  get dashboardOnly(): boolean {
    return this.#api.dashboardOnly;
  }

  set dashboardOnly(on: boolean) {
    this.#api.dashboardOnly = on;
  }

  changes(accountId?: string): number {
    return this.#api.accounts.changes(accountId);
  }

  config(accountId: string): SimulatedConfig | null {
    return this.#api.accounts.of(accountId).config;
  }

  setConfig(accountId: string, config: SimulatedConfig | null): void {
    this.#api.accounts.of(accountId).config = config && { amount: config.amount, threshold: config.threshold };
  }

  setHealth(accountId: string, health: Partial<SimulatedHealth>): void {
    const account = this.#api.accounts.of(accountId);
    account.health = { ...account.health, ...health };
  }

  setBalance(accountId: string, balance: Partial<SimulatedBalance>): void {
    const account = this.#api.accounts.of(accountId);
    account.balance = { ...account.balance, ...balance };
  }

  spend(accountId: string, cents: number, at = Date.now()): void {
    this.#api.accounts.of(accountId).spend(cents, at);
  }

  declineCard(accountId: string, decline: SimulatedDecline | null): void {
    this.#api.accounts.of(accountId).decline = decline;
    if (decline === null) this.setHealth(accountId, { error: null, disabledReason: null });
  }

  invoices(accountId: string): readonly SimulatedInvoice[] {
    return this.#api.accounts.of(accountId).invoices.listed("auto") as SimulatedInvoice[];
  }

  addInvoice(accountId: string, invoice: unknown, type: "auto" | "manual" = "auto"): void {
    this.#api.accounts.of(accountId).invoices.add(invoice, type);
  }

  setMessages(accountId: string, messages: readonly string[]): void {
    this.#api.accounts.of(accountId).messages = [...messages];
  }

  acceptToken(token: string): void {
    this.#api.credentials.accept(token);
  }

  revokeToken(token: string): void {
    this.#api.credentials.revoke(token);
  }

  fault(fault: Fault): void {
    this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  reset(): void {
    this.#api.reset();
    this.#faults.clear();
    this.requests.length = 0;
  }

  close(): Promise<void> {
    this.#closing ??= this.#listener.close().then(() => this.#charges.verify());
    return this.#closing;
  }
}
