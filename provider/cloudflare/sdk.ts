// The official SDK behind plain functions: one attempt at each request, reported as facts. client.ts loads it at the first request; it is
// bundled by itself so that the rest of the SDK's 1,166 files can be dropped.
//
// The SDK stays although this file has to keep it from retrying, logging, reading the environment and hiding the envelope. Its generated
// paths, parameters and types are the API's contract: a release that moves or changes an endpoint fails our type check and tests, where
// paths of our own would go on being sent. It is also what users of Cloudflare's API expect to find here.
import { APIConnectionTimeoutError, APIError } from "cloudflare/core/error";
import { BaseBilling } from "cloudflare/resources/ai-gateway/billing/billing";
import { BaseConfig } from "cloudflare/resources/ai-gateway/billing/topup/config";
import { createClient } from "cloudflare/tree-shakable";
import type { Amounts, Exchange } from "./answers";
import type { Connection, Credentials } from "./credentials";
import { AnswerTooLargeError, boundedFetch, ForbiddenRequestError, reasonOf, rootCauseOf } from "./http";
import { openRequestLog, redactor, withRequestLog } from "./requestLog";

export type Requests = ReturnType<typeof openRequests>;

/**
 * The requests below `/accounts/{account_id}/ai-gateway/billing`, one attempt each. They throw for a bug only.
 *
 * @param timeoutMs for one attempt, the answer's body included.
 * @param signal ends every request in flight, and refuses those that come after.
 */
export function openRequests(
  { credentials, baseUrl }: Omit<Connection, "fallback">,
  timeoutMs: number,
  signal?: AbortSignal | undefined,
) {
  const redact = redactor(credentials);
  const log = openRequestLog(process.env.CLOUDFLARE_AI_GATEWAY_BILLING_LOG);
  const client = withoutCustomHeaders(() =>
    createClient({
      resources: [BaseBilling, BaseConfig],
      ...authentication(credentials),
      baseURL: baseUrl,
      fetch: log ? withRequestLog(boundedFetch, log, redact) : boundedFetch,
      timeout: timeoutMs,
      maxRetries: 0,
      // An explicit level keeps CLOUDFLARE_LOG from printing requests on standard output, where a plugin's port goes.
      logLevel: "off",
    }),
  );
  const { billing } = client.aiGateway;
  const { config } = billing.topup;
  // The SDK never removes its listener from the signal that it was given, so each request gets a signal of its own: the run's would keep
  // all of them.
  const send = async (begin: (signal: AbortSignal) => Sending) => {
    const own = new AbortController();
    const abort = () => own.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    try {
      const answer = await exchange(begin(own.signal));
      return { ...answer, text: redact(answer.text), requestId: answer.requestId && redact(answer.requestId) };
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  };
  return {
    get: (accountId: string) => send((signal) => config.get({ account_id: accountId }, { signal })),
    post: (accountId: string, amounts: Amounts) =>
      send((signal) => config.create({ account_id: accountId, ...amounts }, { signal })),
    delete: (accountId: string) => send((signal) => config.delete({ account_id: accountId }, { signal })),
    balance: (accountId: string) => send((signal) => billing.creditBalance({ account_id: accountId }, { signal })),
    /** What auto top-up charged. */
    invoices: (accountId: string) =>
      send((signal) => billing.invoiceHistory({ account_id: accountId, type: "auto" }, { signal })),
  };
}

// The SDK would take what is missing here from the environment, and send it as well.
function authentication(credentials: Credentials) {
  const none = { apiToken: null, apiKey: null, apiEmail: null, userServiceKey: null };
  if ("apiToken" in credentials) return { ...none, apiToken: credentials.apiToken };
  return { ...none, apiKey: credentials.apiKey, apiEmail: credentials.email };
}

// The SDK's constructor merges CLOUDFLARE_CUSTOM_HEADERS over its own headers: an Authorization in it, meant for another
// tool, would replace the credential that was configured.
function withoutCustomHeaders<T>(construct: () => T): T {
  const { CLOUDFLARE_CUSTOM_HEADERS: hidden } = process.env;
  delete process.env.CLOUDFLARE_CUSTOM_HEADERS;
  try {
    return construct();
  } finally {
    if (hidden !== undefined) process.env.CLOUDFLARE_CUSTOM_HEADERS = hidden;
  }
}

type Sending = { asResponse(): Promise<Response> };

// The raw response, because the SDK's own result leaves out the envelope and with it `success` and `messages`.
async function exchange(sending: Sending): Promise<Exchange> {
  try {
    const response = await sending.asResponse();
    return { status: response.status, text: await response.text(), ...factsIn(response.headers) };
  } catch (error) {
    if (!(error instanceof APIError) || error.status === undefined) return unanswered(error);
    return { status: error.status, text: textOf(error), ...factsIn(error.headers) };
  }
}

// The SDK keeps an answer that is not JSON in its message only, behind the status, and has words of its own for an empty one.
function textOf({ status, error, message }: APIError): string {
  if (error) return JSON.stringify(error);
  const text = message.replace(`${status} `, "");
  return text === "status code (no body)" ? "" : text;
}

function factsIn(headers?: Headers) {
  return { retryAfter: headers?.get("retry-after") ?? null, requestId: headers?.get("cf-ray") ?? null };
}

function unanswered(error: unknown): Exchange {
  const cause = rootCauseOf(error);
  if (cause instanceof ForbiddenRequestError) throw cause;
  if (cause instanceof AnswerTooLargeError) {
    return { status: cause.status, text: "", ...factsIn(cause.headers), unread: cause.message };
  }
  const text = error instanceof APIConnectionTimeoutError ? "it did not answer in time" : reasonOf(error);
  return { status: null, text, ...factsIn() };
}
