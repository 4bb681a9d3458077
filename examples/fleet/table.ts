// The table of accounts: reads it, refuses what makes no sense, and groups it by stack. Knows nothing of Pulumi.
import { usd } from "pulumi-cloudflare-ai-gateway-billing";

/** One account; amounts in US cents. */
export interface Account {
  readonly accountId: string;
  readonly amount: number;
  readonly threshold: number;
  readonly enabled: boolean;
}

/** The accounts of one stack. */
export interface Group {
  readonly stack: string;
  readonly accounts: readonly Account[];
}

/**
 * @param text JSON: a list of { stack, accountId, amountUsd, thresholdUsd, enabled? }.
 * @throws Error naming the row, for anything malformed and for an account that stands in two rows.
 */
export function readTable(text: string): readonly Group[] {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) throw new Error("The table of accounts must be a list.");
  const groups = new Map<string, Account[]>();
  const seen = new Map<string, number>();
  rows.forEach((row: unknown, index) => {
    const { stack, account } = readRow(row, index + 1);
    const first = seen.get(account.accountId);
    if (first !== undefined)
      throw new Error(`Rows ${first} and ${index + 1} are the same account, which has only one config.`);
    seen.set(account.accountId, index + 1);
    groups.set(stack, [...(groups.get(stack) ?? []), account]);
  });
  return [...groups].map(([stack, accounts]) => ({ stack, accounts }));
}

function readRow(row: unknown, number: number): { stack: string; account: Account } {
  const { stack, accountId, amountUsd, thresholdUsd, enabled = true } = Object(row) as Record<string, unknown>;
  const demand = (ok: boolean, what: string) => {
    if (!ok) throw new Error(`Row ${number}: ${what}`);
  };
  demand(typeof stack === "string" && /^[\w.-]+$/.test(stack), "'stack' must be a stack's name.");
  demand(
    typeof accountId === "string" && /^[0-9a-f]{32}$/.test(accountId),
    "'accountId' must be 32 hexadecimal digits.",
  );
  demand(typeof enabled === "boolean", "'enabled' must be true or false.");
  const cents = (dollars: unknown) => {
    demand(typeof dollars === "number", "'amountUsd' and 'thresholdUsd' must be numbers.");
    return usd(Number(dollars));
  };
  const account = {
    accountId: String(accountId),
    amount: cents(amountUsd),
    threshold: cents(thresholdUsd),
    enabled: enabled === true,
  };
  return { stack: String(stack), account };
}
