// The client for an account's AI Gateway billing: sends, sends again if that is safe, and turns every answer into a typed result or one
// readable error. The providers open one for each run; the rules call it.
import {
  type Amounts,
  type CreditBalance,
  type Exchange,
  openEnvelope,
  parseAmounts,
  parseCreditBalance,
  parseRemoteConfig,
  type RemoteConfig,
  sameAmounts,
} from "./answers";
import type { Connection, Credentials } from "./credentials";
import { ApiError, CancelledError, isDoubtful } from "./errors";
import { describeReason, explain } from "./explain";
import { type ChargeHistory, parseChargeHistory } from "./invoices";
import { DEFAULT_TIMEOUTS, Pacer, retryAfterMs, type Timeouts, type Wait } from "./pacing";
import type { Requests } from "./sdk";

/** The AI Gateway billing of any account. Each method throws ApiError once its request has failed for good, or CancelledError. */
export interface BillingApi {
  /** GET: what is set right now. */
  read(accountId: string): Promise<RemoteConfig>;
  /** POST, an upsert: sets both amounts, in US cents. Charges nothing by itself. */
  write(accountId: string, amounts: Amounts): Promise<void>;
  /** DELETE, idempotent: switches auto top-up off. */
  unset(accountId: string): Promise<void>;
  /** GET: the credits and the payment method that pays for them. */
  creditBalance(accountId: string): Promise<CreditBalance>;
  /** GET: what auto top-up charged, as far as Cloudflare lists it. */
  charges(accountId: string): Promise<ChargeHistory>;
}

export interface ApiOptions {
  connection: Connection;
  /** Receives what the API remarks about a request that succeeded. */
  remark(text: string): void;
  timeouts?: Timeouts;
  pacer?: Pacer<Exchange>;
  /** Ends the requests in flight, and the waits between them. */
  signal?: AbortSignal;
  /** Asked before every attempt: a process whose run is over must not write over what the next run has set. */
  isWanted?: () => Promise<boolean>;
}

const MOST_REMARKS = 5;

type Send = (requests: Requests) => Promise<Exchange>;

export function openBillingApi({
  connection,
  remark,
  signal,
  isWanted = async () => true,
  timeouts: { timeoutMs, deadlineMs } = DEFAULT_TIMEOUTS,
  pacer = new Pacer({ deadlineMs }, signal, (ms) =>
    // A person who sees nothing happen for five minutes presses Ctrl-C.
    remark(`Cloudflare's rate limit is used up: all requests wait ${inSeconds(ms)}, then go on by themselves.`),
  ),
}: ApiOptions): BillingApi {
  // Loaded here, at the first request: a preview does not need an HTTP client.
  const { openRequests } = require("./sdk") as typeof import("./sdk");
  const { credentials, fallback, baseUrl } = connection;
  const requestsWith = (own: Credentials) =>
    openRequests({ credentials: own, baseUrl }, Math.min(timeoutMs, deadlineMs), signal);
  const own = requestsWith(credentials);
  const withOwn = (send: Send) => send(own);
  const withFallback = sendWithFallback(own, fallback ? requestsWith(fallback) : null, () =>
    remark(
      "Cloudflare does not accept the stack's credentials; those in the environment are used to read and to remove.",
    ),
  );

  async function call<T>(
    attempt: string,
    accountId: string,
    send: Send,
    parse: (result: unknown) => T | null,
    sendWith = withFallback,
  ): Promise<T> {
    let [sent, doubtful] = [false, false];
    const sendIfWanted = async () => {
      if (!(await isWanted())) throw new CancelledError(attempt, accountId, sent);
      sent ||= !signal?.aborted;
      const exchange = await sendWith(send);
      doubtful ||= isDoubtful(exchange.status);
      return exchange;
    };
    const exchange = await pacer.run(sendIfWanted, judge, (ms, { status }) => {
      const why = status === null ? "could not be reached" : `answered ${status}`;
      remark(`Cloudflare ${why}: ${attempt} of account ${accountId} is tried again in ${inSeconds(ms)}.`);
    });
    if (exchange.status === null && signal?.aborted) throw new CancelledError(attempt, accountId, sent);
    const envelope = openEnvelope(exchange.text);
    const parsed = envelope?.success ? parse(envelope.result) : null;
    if (exchange.status === null || exchange.status >= 300 || !envelope || parsed === null) {
      throw new ApiError({ attempt, accountId, doubtful, ...explain(exchange, envelope) });
    }
    const shown = envelope.messages.slice(0, MOST_REMARKS).map(describeReason);
    const left = envelope.messages.length - shown.length;
    if (left > 0) shown.push(`and ${left} more remarks`);
    for (const text of shown) remark(`Cloudflare on account ${accountId}: ${text}`);
    return parsed;
  }

  return {
    read: (accountId) =>
      call("reading the auto top-up config", accountId, (to) => to.get(accountId), parseRemoteConfig),
    async write(accountId, amounts) {
      const confirm = (result: unknown) => sameAmounts(parseAmounts(result), amounts) || null;
      // Amounts are only set with the credentials that the stack names.
      await call("setting the auto top-up config", accountId, (to) => to.post(accountId, amounts), confirm, withOwn);
    },
    async unset(accountId) {
      // The documented result is some object; anything less leaves it to a read to find out whether the config is gone.
      const confirm = (result: unknown) => (typeof result === "object" && result !== null) || null;
      await call("removing the auto top-up config", accountId, (to) => to.delete(accountId), confirm);
    },
    creditBalance: (accountId) =>
      call("reading the credit balance", accountId, (to) => to.balance(accountId), parseCreditBalance),
    charges: (accountId) => call("reading the charges", accountId, (to) => to.invoices(accountId), parseChargeHistory),
  };
}

/**
 * Sends with the configured credentials until Cloudflare no longer accepts them, then with the fallback.
 *
 * Refresh and destroy configure a provider with what the last `pulumi up` stored. After a rotation the stored token is dead, while the
 * environment may hold its successor (https://github.com/pulumi/pulumi-cloudflare/issues/498).
 */
function sendWithFallback(
  configured: Requests,
  fallback: Requests | null,
  onSwitch: () => void,
): (send: Send) => Promise<Exchange> {
  let current = configured;
  return async (send) => {
    const used = current;
    const exchange = await send(used);
    if (!isDead(exchange) || !fallback || used === fallback) return exchange;
    if (current !== fallback) onSwitch();
    current = fallback;
    return send(fallback);
  };
}

// A token that no longer exists gets 401, or 403 with code 9109; an expired one the same code. Any other 403 is about permissions or
// places, and other credentials should not get around those.
function isDead({ status, text }: Exchange): boolean {
  if (status !== 403) return status === 401;
  return /"code":\s*9109\b/.test(text) && /invalid access token|expired/i.test(text);
}

function inSeconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}

// Sending again is safe for every request: POST is an upsert, DELETE is idempotent, and the others are GET.
function judge({ status, retryAfter, unread }: Exchange): Wait | null {
  if (unread) return null;
  if (status !== null && status !== 408 && status !== 409 && status !== 429 && status < 500) return null;
  return { isForAll: status === 429, ms: retryAfterMs(retryAfter) };
}
