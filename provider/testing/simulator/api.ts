// The endpoints themselves: from a request that is let in to the answer that Cloudflare would give, in the API's one envelope, and to its effect
// on the account. Everything that answers makes its answers here.
import type { Account } from "./account";
import type { RecordedRequest, SimulatedConfig, SimulatorOptions } from "./contract";
import type { ApiError } from "./faults";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where the API's paths begin. */
export const BASE_PATH = "/client/v4";

/** @param account null if there is no such account, or none in the path. */
export function answerOf(
  { method, path, body }: RecordedRequest,
  query: URLSearchParams,
  account: Account | null,
  options: SimulatorOptions,
): Answer {
  const endpoint = /^\/client\/v4\/accounts\/[^/]+\/ai-gateway\/billing\/(.+)$/.exec(path)?.[1];
  if (account === null) return unroutable(path);
  switch (`${method} ${endpoint}`) {
    case "GET topup/config":
      return succeed(account.view(options.unset), account.messages);
    case "POST topup/config":
      return options.dashboardOnly ? refuseCaller(403) : upsert(account, body);
    case "DELETE topup/config":
      return options.dashboardOnly ? refuseCaller(403) : write(account, null, {});
    case "GET credit-balance":
      return succeed({ ...account.balance, topup_config: account.view(options.unset) }, account.messages);
    case "GET invoice-history":
      return list(account, query.get("type"));
    default:
      return unroutable(path);
  }
}

/** The account id in a path, in lower case; null if there is none. */
export function accountIdOf(path: string): string | null {
  return /^\/client\/v4\/accounts\/([^/]+)(\/|$)/.exec(path)?.[1]?.toLowerCase() ?? null;
}

/** An unknown path and an unknown account look the same. */
function unroutable(path: string): Answer {
  const message = `Could not route to ${path}, perhaps your object identifier is invalid?`;
  return refuse(404, [
    { code: 7003, message },
    { code: 7000, message: "No route for that URI" },
  ]);
}

/** Both values must be integers and not below the documented minima. Other properties are ignored, as the API ignores them. */
function upsert(account: Account, body: unknown): Answer {
  if (typeof body !== "object") return refuse(400, [{ code: 6007, message: "Malformed JSON in request body" }]);
  const { amount, threshold } = Object(body) as Record<string, unknown>;
  const errors = [...complaints("amount", amount, 1000), ...complaints("threshold", threshold, 500)];
  if (errors.length > 0) return refuse(400, errors);
  const config = { amount, threshold } as SimulatedConfig;
  return write(account, config, config);
}

function write(account: Account, config: SimulatedConfig | null, result: object): Answer {
  account.write(config);
  return succeed(result, account.messages);
}

function complaints(name: string, value: unknown, minimum: number): ApiError[] {
  if (!Number.isSafeInteger(value)) return [{ code: 7001, message: `${name}: Expected integer, got ${typeof value}` }];
  if (Number(value) >= minimum) return [];
  return [{ code: 7001, message: `${name}: Number must be greater than or equal to ${minimum}` }];
}

/** All that is kept here is of auto top-up, and fits on one page. */
function list({ invoices, messages }: Account, type: string | null): Answer {
  const listed = type === "manual" ? [] : invoices;
  const pagination = { has_more: false, page: 1, per_page: Math.max(100, listed.length), total_count: listed.length };
  return succeed({ invoices: listed, pagination }, messages);
}

/** 401 says "who are you?", 403 "not you"; the API uses one code and one sentence for both. */
export function refuseCaller(status: 401 | 403): Answer {
  return refuse(status, [{ code: 10000, message: "Authentication error" }]);
}

function succeed(result: unknown, remarks: readonly string[]): Answer {
  const messages = remarks.map((message) => ({ code: 1000, message }));
  return { status: 200, headers: {}, body: JSON.stringify({ success: true, errors: [], messages, result }) };
}

export function refuse(status: number, errors: readonly ApiError[], headers: Answer["headers"] = {}): Answer {
  return { status, headers, body: JSON.stringify({ success: false, errors, messages: [], result: null }) };
}
