// Takes requests in: records each, catches every attempt to charge a card, and lets a fault or the API answer. simulator.ts sets the state up.
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import querystring from "node:querystring";
import { text } from "node:stream/consumers";
import { type Account, accountOf, isAccountId } from "./account";
import { type Answer, accountIdOf, answerOf, refuse } from "./api";
import type { RecordedRequest, SimulatorOptions } from "./contract";
import { type ScriptedFault, takeFault } from "./faults";
import type { Credentials, RateLimit } from "./gate";
import { play, type Recording } from "./play";

/** What a running simulator consists of. */
export interface State {
  readonly options: SimulatorOptions;
  readonly accounts: Map<string, Account>;
  readonly credentials: Credentials;
  readonly limit: RateLimit;
  readonly faults: ScriptedFault[];
  readonly requests: Recording[];
  /** The paths by which a charge was asked for; they outlive a reset. */
  readonly charges: string[];
}

export async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { options, requests, faults, charges } = state;
  const record = recordOf(request);
  requests.push(record);
  response.once("close", () => options.onRequest?.(record));
  if (isCharge(record)) charges.push(record.path);
  const fault = isCharge(record) ? null : takeFault(faults, record.method, record.accountId);
  record.fault = fault?.kind ?? null;
  const sent = await text(request).catch(() => null);
  // The client left in the middle of its request.
  if (sent === null) return;
  record.body = sent === "" ? null : parse(sent);
  await play(fault, { record, response }, () => answer(state, request, record));
}

/** Throws if anything ever asked for a charge. */
export function verify({ charges }: State): void {
  if (charges.length === 0) return;
  throw new Error(
    `The billing simulator was asked ${charges.length} time(s) to charge a card at once (POST ${[...new Set(charges)].join(", POST ")}). ` +
      "On a real account that is money spent. Find the caller: auto top-up is set through '/billing/topup/config' only.",
  );
}

function answer(state: State, { url = "", headers }: IncomingMessage, record: RecordedRequest): Answer {
  if (isCharge(record)) return refuseCharge(record.path);
  const refusal = state.limit.refusal() ?? state.credentials.refusal(headers, record.method !== "GET");
  if (refusal) return refusal;
  const query = new URLSearchParams(url.split("?")[1]);
  return answerOf(record, query, find(state, record.accountId), state.options);
}

/** Null if there is no such account. */
function find({ accounts, options }: State, id: string | null): Account | null {
  const exists = options.accounts?.some((known) => known.toLowerCase() === id) ?? true;
  return id !== null && isAccountId(id) && exists ? accountOf(accounts, id) : null;
}

/** Whether it is POST /billing/topup, which charges the card at once, however its path is spelt. */
function isCharge({ method, path }: RecordedRequest): boolean {
  return method === "POST" && /\/billing\/+topup\/*$/i.test(querystring.unescape(path));
}

/** The run has failed, whatever the credentials, the account or the faults. Told not to retry, the SDK reports it the first time. */
function refuseCharge(path: string): Answer {
  const message = `POST ${path} charges the card at once. Nothing may call it: this simulator run has failed.`;
  process.stderr.write(`billing simulator: ${message}\n`);
  return refuse(500, [{ code: 1000, message }], { "x-should-retry": "false" });
}

function recordOf({ method = "GET", url = "", headers }: IncomingMessage): Recording {
  const [path = ""] = url.split("?", 1);
  const hasKey = headers["x-auth-key"] !== undefined || headers["x-auth-email"] !== undefined;
  return {
    method,
    path,
    accountId: accountIdOf(path),
    body: null,
    status: null,
    auth: headers.authorization !== undefined ? "token" : hasKey ? "key" : "none",
    at: Date.now(),
    ray: `${randomBytes(8).toString("hex")}-SIM`,
    fault: null,
  };
}

/** The text itself if it is not JSON. */
function parse(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch {
    return sent;
  }
}
