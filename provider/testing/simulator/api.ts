// The endpoints themselves: from a request to the answer that Cloudflare would give, and to its effect. By then the socket has been read, and no
// fault has come in between.
import type { IncomingHttpHeaders } from "node:http";
import { type Account, Accounts } from "./account";
import { Credentials } from "./auth";
import type { SimulatorOptions } from "./contract";
import { type Answer, refuse, succeed, unauthenticated, unroutable } from "./envelope";
import { RateLimit } from "./limit";
import { parseConfig } from "./validate";

/** Where the API's paths begin. */
export const basePath = "/client/v4";

const DEPRECATED = "Spending limits can no longer be set here: use the spend limits of a gateway";

/** A request as far as the API reads it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accountId: string | null;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came; empty if there was none. */
  readonly text: string;
}

/** The simulated API with all its state. */
export class Api {
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly #limit: RateLimit;
  dashboardOnly: boolean;

  constructor(private readonly options: SimulatorOptions) {
    this.accounts = new Accounts(options.accounts);
    this.credentials = new Credentials(options);
    this.#limit = new RateLimit(options.rateLimit);
    this.dashboardOnly = options.dashboardOnly ?? false;
  }

  handle(call: Call): Answer {
    const writes = call.method !== "GET";
    const refusal = this.#limit.refusal() ?? this.credentials.refusal(call.headers, writes);
    if (refusal) return refusal;
    const account = call.accountId === null ? null : this.accounts.find(call.accountId);
    const route = account && `${call.method} ${endpointOf(call.path)}`;
    if (account === null || route === null) return unroutable(call.path);
    return this.#route(route, account, call);
  }

  /** Everything as it was at the start, except for dashboardOnly. */
  reset(): void {
    this.accounts.clear();
    this.credentials.restore();
    this.#limit.restart();
  }

  #route(route: string, account: Account, call: Call): Answer {
    switch (route) {
      case "GET topup/config":
        return succeed(account.view(this.options.unset), account.messages);
      case "POST topup/config":
        return this.#guarded(() => create(account, call.text));
      case "DELETE topup/config":
        return this.#guarded(() => remove(account));
      case "GET credit-balance":
        return succeed({ ...account.balance, topup_config: account.view(this.options.unset) }, account.messages);
      case "GET invoice-history":
        return account.invoices.answer(call.query, this.options.invoicesPerPage ?? 100, account.messages);
      case "POST spending-limit":
        return refuse(403, [{ code: 1000, message: DEPRECATED }]);
      default:
        return unroutable(call.path);
    }
  }

  #guarded(write: () => Answer): Answer {
    return this.dashboardOnly ? unauthenticated(403) : write();
  }
}

/** The account id in a path, in lower case; null if there is none. */
export function accountIdOf(path: string): string | null {
  return /^\/client\/v4\/accounts\/([^/]+)(\/|$)/.exec(path)?.[1]?.toLowerCase() ?? null;
}

function endpointOf(path: string): string | null {
  return /^\/client\/v4\/accounts\/[^/]+\/ai-gateway\/billing\/(.+)$/.exec(path)?.[1] ?? null;
}

/** POST is an upsert. */
function create(account: Account, text: string): Answer {
  const parsed = parseConfig(text);
  if ("errors" in parsed) return refuse(400, parsed.errors);
  account.write(parsed.config);
  return succeed(parsed.config, account.messages);
}

/** DELETE is idempotent. */
function remove(account: Account): Answer {
  account.write(null);
  return succeed({}, account.messages);
}
