// Owns the look at one account's charges that the plugin's function gives. It must not know who asks.
import type { BillingApi } from "../cloudflare/client";
import { printable } from "../cloudflare/errors";
import type { Charge } from "../cloudflare/invoices";
import type { CheckFailure } from "../topup/check";
import { parseSince, SPANS } from "./spans";
import { chargesSince, type Total, totalSince } from "./totals";

/** What an account was charged by auto top-up. */
export interface TopupCharges {
  accountId: string;
  charges: Charge[];
  isWhole: boolean;
  last24Hours: Total;
  last7Days: Total;
  last30Days: Total;
}

/**
 * One GET.
 *
 * @param since from when on charges are listed, in milliseconds since 1970; the totals do not depend on it.
 */
export async function readTopupCharges(api: BillingApi, accountId: string, since = 0): Promise<TopupCharges> {
  const history = await api.charges(accountId);
  const now = Date.now();
  const [last24Hours, last7Days, last30Days] = SPANS.map(({ ms }) => totalSince(history, now - ms)) as [
    Total,
    Total,
    Total,
  ];
  const { isWhole } = history;
  return { accountId, charges: chargesSince(history, since), isWhole, last24Hours, last7Days, last30Days };
}

/** The function's optional argument; undefined where it is not given. */
export function checkSince(value: unknown): number | undefined | CheckFailure {
  if (value === undefined || value === null) return undefined;
  const since = typeof value === "string" ? parseSince(value, Date.now()) : null;
  if (since !== null) return since;
  const got = typeof value === "string" ? printable(JSON.stringify(value), 60) : `a value of type ${typeof value}`;
  return {
    property: "since",
    reason: `'since' must be a date such as 2026-11-01, or a span such as 30d or 24h; got ${got}.`,
  };
}
