// The endpoint of a conversation: the simulator, arranged for each run as the recording says, and what it saw, as the recording has it.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import type { Recording, Run } from "./recording";

/** The token in the environment of the providers, and the others by which accounts can be asked for. */
const TOKEN = "<token>";
const OTHER_TOKENS = ["<token-2>", "<token-3>", "<token-4>"];

export class Endpoint {
  readonly #tokens: (string | undefined)[] = [];
  readonly #onRequest = (event: unknown) => {
    const { headers, socket } = (event as { request: IncomingMessage }).request;
    if (this.cloudflare.url.includes(`:${socket.localPort}/`)) this.#tokens.push(headers.authorization);
  };

  private constructor(
    readonly cloudflare: BillingSimulator,
    private readonly accounts: readonly string[],
  ) {
    // The simulator keeps no credentials.
    subscribe("http.server.request.start", this.#onRequest);
  }

  static async open(recording: Recording): Promise<Endpoint> {
    const cloudflare = await startSimulator({ apiToken: TOKEN });
    return new Endpoint(cloudflare, [...new Set(JSON.stringify(recording).match(/\b[0-9a-f]{32}\b/g))]);
  }

  /** What the providers' processes need in their environment. */
  get env(): Record<string, string> {
    return { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: this.cloudflare.url };
  }

  /** @param before what the run before has left. */
  arrange({ outside, stub = [], delay, health = {}, http = [] }: Partial<Run>, before: Run["remote"]): void {
    const { cloudflare } = this;
    cloudflare.reset();
    this.#tokens.length = 0;
    for (const token of OTHER_TOKENS) cloudflare.acceptToken(token);
    for (const [account, config] of Object.entries(outside ?? before)) cloudflare.setConfig(account, config);
    for (const [account, values] of Object.entries(health)) cloudflare.setHealth(account, values);
    for (const { method, account, status, times = Number.POSITIVE_INFINITY, note } of stub) {
      const skip = note === "from the first POST on" ? http.findIndex((line) => line.startsWith("POST")) : 0;
      const target = { method, times, skip, ...(account ? { accountId: account } : {}) };
      cloudflare.fault(status ? { kind: "envelope", status, ...target } : { kind: "reset", apply: true, ...target });
    }
    for (const [method, ms] of Object.entries(delay?.milliseconds ?? {})) {
      cloudflare.fault({ kind: "delay", ms, method: method as "POST" });
    }
  }

  /** The requests since then, in the order of arrival. */
  get http(): string[] {
    return this.cloudflare.requests.map(({ method, accountId, body, status, fault }, index) => {
      const lost = fault === "reset" ? " -> done, but the answer is lost" : "";
      const refused = status === 200 || status === null ? "" : ` -> ${status}`;
      const token = this.#tokens[index]?.replace("Bearer ", "");
      const sent = body === null ? "" : ` ${JSON.stringify(body)}`;
      return `${method} ${accountId}${sent}${lost}${refused}${token === TOKEN ? "" : ` [token: ${token}]`}`;
    });
  }

  /** What is set now. */
  get remote(): Run["remote"] {
    const found = this.accounts.map((account) => [account, this.cloudflare.config(account)] as const);
    return Object.fromEntries(found.filter(([, config]) => config !== null)) as Run["remote"];
  }

  /** Waits until the last request of a run has come. */
  async sees(last: string): Promise<void> {
    for (let turns = 0; !this.http.some((line) => line.startsWith(last)); turns++) {
      if (turns > 2000) throw new Error(`The endpoint never saw '${last}'.`);
      await sleep(10);
    }
  }

  async close(): Promise<void> {
    unsubscribe("http.server.request.start", this.#onRequest);
    await this.cloudflare.close();
  }
}
