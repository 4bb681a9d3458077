// The functions that read an account and store nothing: its auto top-up config, its credits, and what it was charged. The
// plugin's functions and the commands call them.
import type { BillingApi } from "../cloudflare/client";
import { printable } from "../cloudflare/printable";
import { chargesSince, parseSince, SPANS, type Total, totalSince } from "./charges";
import type { CheckFailure } from "./check";

/** What an account's auto top-up is set to right now; amounts in US cents, null if it is not set. One GET. */
export async function readTopupConfig(api: BillingApi, accountId: string) {
  const { amounts, health } = await api.read(accountId);
  return { accountId, isSet: amounts !== null, amount: null, threshold: null, ...amounts, ...health };
}

/** An account's credits, and what pays for them. One GET. */
export async function readCreditBalance(api: BillingApi, accountId: string) {
  return { accountId, ...(await api.creditBalance(accountId)) };
}

/** What auto top-up charged an account. One GET. The charges are listed from a time on, in milliseconds since 1970; the totals are not. */
export async function readTopupCharges(api: BillingApi, accountId: string, since = 0) {
  const history = await api.charges(accountId);
  const totals = SPANS.map(({ ms }) => totalSince(history, Date.now() - ms));
  const [last24Hours, last7Days, last30Days] = totals as [Total, Total, Total];
  const { isWhole } = history;
  return { accountId, charges: chargesSince(history, since), isWhole, last24Hours, last7Days, last30Days };
}

/** The optional argument of `readTopupCharges`; undefined if it is not given. */
export function checkSince(value: unknown): number | undefined | CheckFailure {
  if (value === undefined || value === null) return undefined;
  const since = typeof value === "string" ? parseSince(value, Date.now()) : null;
  if (since !== null) return since;
  const got = typeof value === "string" ? printable(JSON.stringify(value), 60) : `a value of type ${typeof value}`;
  return {
    property: "since",
    reason: `'since' must be a past date such as 2026-11-01, or a span such as 30d or 24h; got ${got}.`,
  };
}
