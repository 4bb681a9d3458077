// The billing simulator: a real HTTP server on 127.0.0.1 that answers like Cloudflare's AI Gateway billing endpoints, records what it is asked,
// and plays faults on demand. It needs nothing but Node. Tests, the demo and the command `ai-gateway-billing-simulator` start it.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Account, accountOf } from "./simulator/account";
import { BASE_PATH } from "./simulator/api";
import type {
  RecordedRequest,
  SimulatedBalance,
  SimulatedConfig,
  SimulatedHealth,
  SimulatedInvoice,
  SimulatorOptions,
} from "./simulator/contract";
import type { Fault } from "./simulator/faults";
import { Credentials, RateLimit } from "./simulator/gate";
import { type State, serve, verify } from "./simulator/server";

export type * from "./simulator/contract";
export type { ApiError, Fault, FaultAction } from "./simulator/faults";

/**
 * Starts a simulator with no config set on any account. Point the SDK, or CLOUDFLARE_BASE_URL, at its `url`, and
 * `close()` it at the end: that rejects if anything ever tried to charge a card.
 *
 * Rejects if the port is not available.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<BillingSimulator> {
  const server = createServer();
  // An idle connection that the server closes looks like a fault to a client that is just reusing it.
  server.keepAliveTimeout = 0;
  const { port = 0 } = options;
  await once(server.listen(port, "127.0.0.1"), "listening").catch((cause) => Promise.reject(unavailable(port, cause)));
  return new BillingSimulator(options, server);
}

/** A running simulator. Account ids are compared without regard to case. */
export class BillingSimulator {
  /** The base URL as the SDK wants it: `http://127.0.0.1:PORT/client/v4`. */
  readonly url: string;
  readonly apiToken: string;
  readonly readOnlyToken: string;
  readonly apiKey = "fake-simulator-global-api-key";
  readonly email: string;
  /** Every request since the start or the last {@link reset}, in the order of arrival; it grows in place. */
  readonly requests: readonly RecordedRequest[];
  readonly #server: Server;
  readonly #state: State;
  #closing: Promise<void> | null = null;

  /** `startSimulator` calls it. */
  constructor(options: SimulatorOptions, server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE_PATH}`;
    this.apiToken = options.apiToken ?? "fake-simulator-token-that-may-write";
    this.readOnlyToken = options.readOnlyToken ?? "fake-simulator-token-that-may-only-read";
    this.email = options.email ?? "nobody@simulator.invalid";
    this.#state = {
      options: { ...options },
      credentials: new Credentials(this),
      accounts: new Map(),
      limit: new RateLimit(options.rateLimit),
      faults: [],
      requests: [],
      charges: [],
    };
    this.#server = server.on("request", (request, response) => void serve(this.#state, request, response));
    this.requests = this.#state.requests;
  }

  /** See {@link SimulatorOptions.dashboardOnly}; may be switched at any time. */
  get dashboardOnly(): boolean {
    return this.#state.options.dashboardOnly ?? false;
  }

  set dashboardOnly(on: boolean) {
    this.#state.options.dashboardOnly = on;
  }

  /** How many scripted faults have not been used up. */
  get pendingFaults(): number {
    return this.#state.faults.length;
  }

  /** How often requests really changed the account's config, or all accounts' together. Equal values are no change. */
  changes(accountId?: string): number {
    const accounts = accountId === undefined ? [...this.#state.accounts.values()] : [this.#account(accountId)];
    return accounts.reduce((sum, { changes }) => sum + changes, 0);
  }

  /** The remote config, or null if auto top-up is not set. */
  config(accountId: string): SimulatedConfig | null {
    return this.#account(accountId).config;
  }

  /** Changes the remote config as the dashboard would: not recorded, and not counted by {@link changes}. */
  setConfig(accountId: string, config: SimulatedConfig | null): void {
    this.#account(accountId).config = config && { amount: config.amount, threshold: config.threshold };
  }

  /** Changes the named parts of what GET reports. They stay until the next call, whatever happens to the config. */
  setHealth(accountId: string, health: Partial<SimulatedHealth>): void {
    Object.assign(this.#account(accountId).health, health);
  }

  /** Changes the named parts of the credit balance. */
  setBalance(accountId: string, balance: Partial<SimulatedBalance>): void {
    Object.assign(this.#account(accountId).balance, balance);
  }

  /**
   * Uses up credits, in US cents, as requests through a gateway do. If auto top-up is set, the card is charged again and
   * again until the balance is no longer below the threshold, or the card declines.
   *
   * @param at when that is, in milliseconds since 1970; now by default.
   */
  spend(accountId: string, cents: number, at = Date.now()): void {
    this.#account(accountId).spend(cents, at);
  }

  /** Makes the card decline from now on. GET then reports this; a `disabledReason` suspends auto top-up. */
  declineCard(accountId: string, reported: Partial<SimulatedHealth>): void {
    this.#account(accountId).decline = reported;
  }

  /** The invoices of auto top-up, failed attempts included, the newest first. */
  invoices(accountId: string): readonly SimulatedInvoice[] {
    return this.#account(accountId).invoices as SimulatedInvoice[];
  }

  /** Adds an entry to the invoice history as it stands, for fields that are odd or missing. */
  addInvoice(accountId: string, invoice: unknown): void {
    this.#account(accountId).invoices.unshift(invoice);
  }

  /** Sets the remarks that come in `messages` of every successful answer for the account. */
  setMessages(accountId: string, messages: readonly string[]): void {
    this.#account(accountId).messages = [...messages];
  }

  /** Lets another token do everything, as after a rotation. */
  acceptToken(token: string): void {
    this.#state.credentials.tokens.set(token, "write");
  }

  /** Makes a token unknown from now on. */
  revokeToken(token: string): void {
    this.#state.credentials.tokens.delete(token);
  }

  /** Scripts a fault. Each request takes the first fault that matches it. */
  fault(fault: Fault): void {
    this.#state.faults.push({ ...fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  /** Forgets the faults that were not used up. */
  clearFaults(): void {
    this.#state.faults.length = 0;
  }

  /** Forgets accounts, records, faults, and token changes, but no attempt to charge a card. */
  reset(): void {
    this.#state.accounts.clear();
    this.#state.credentials.restore();
    this.#state.faults.length = 0;
    this.#state.requests.length = 0;
  }

  /** Ends every connection at once and stops. Rejects if POST `/billing/topup` was ever called. */
  close(): Promise<void> {
    this.#closing ??= new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    }).then(() => verify(this.#state));
    return this.#closing;
  }

  #account(id: string): Account {
    return accountOf(this.#state.accounts, id);
  }
}

function unavailable(port: number, cause: Error): Error {
  const hint =
    "code" in cause && cause.code === "EADDRINUSE" ? "it is in use; choose another, or 0 for any" : cause.message;
  return new Error(`The billing simulator cannot listen on 127.0.0.1 port ${port}: ${hint}.`, { cause });
}
