// Owns what a stack's accounts were charged before the change, as 'topup-charges --format json' wrote it down, and what the new amount
// would make of the same use. It must not know how charges are read.
import { formatUsd } from "../topup/money";
import { type Fields, fieldsOf, listOf, textOf } from "./fields";
import { plain } from "./plain";
import { known, type Terms } from "./terms";

/** The file is not what the command writes. The message is for the user. */
export class NotCharges extends Error {}

/** What an account was charged in 30 days. */
export interface AccountPast {
  readonly charges: number;
  /** Cloudflare's numbers, read as US cents; it documents no unit. */
  readonly cents: number;
  /** There may be more charges, or amounts that are not among the cents. */
  readonly isAtLeast: boolean;
}

export interface Past {
  /** ISO 8601. */
  readonly asOf: string;
  /** By account; null for one that could not be read. */
  readonly accounts: ReadonlyMap<string, AccountPast | null>;
  readonly alarms: readonly { readonly accountId: string; readonly message: string }[];
}

/** @throws NotCharges */
export function readPast(text: string): Past {
  const document = fieldsOf(parse(text));
  if (document?.format !== 1 || !Array.isArray(document.accounts)) {
    throw new NotCharges("The file for --charges is not what 'topup-charges --format json' prints.");
  }
  const findings = listOf(document.findings).map((finding) => fieldsOf(finding) ?? {});
  return {
    asOf: plain(textOf(document.asOf)),
    accounts: new Map(listOf(document.accounts).map((account) => pastOf(fieldsOf(account) ?? {}))),
    alarms: findings
      .filter(({ kind }) => kind === "alarm")
      .map(({ accountId, message }) => ({ accountId: textOf(accountId), message: textOf(message) })),
  };
}

/** What is known of the account in the terms; undefined where the file does not name it. */
export function pastIn({ accounts }: Past, terms: Terms | null): AccountPast | null | undefined {
  const account = terms && known(terms.accountId);
  return account === null ? undefined : accounts.get(account.toLowerCase());
}

/** How many charges the same use would take; null where that is not known. */
export function projected(past: AccountPast | null | undefined, after: Terms | null): number | null {
  const amount = after && known(after.amount);
  return past && amount ? Math.ceil(past.cents / amount) : null;
}

/** `14 charges, $700.00 in 30 days; with $80.00 a charge about 9`. */
export function pastInWords(past: AccountPast | null | undefined, before: Terms | null, after: Terms | null): string {
  if (!past) return "what it was charged is not known";
  const { charges, cents, isAtLeast } = past;
  if (charges === 0) return isAtLeast ? "no charges known in 30 days" : "no charges in 30 days";
  const sum = cents > 0 ? `, ${formatUsd(cents)}` : "";
  const facts = `${isAtLeast ? "at least " : ""}${charges} charge${charges === 1 ? "" : "s"}${sum} in 30 days`;
  const [amount, number] = [after && known(after.amount), projected(past, after)];
  if (amount === null || number === null || cents === 0 || (before && known(before.amount) === amount)) return facts;
  return `${facts}; with ${formatUsd(amount)} a charge about ${number}${isAtLeast ? " or more" : ""}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return null;
  }
}

function pastOf({ accountId, totals }: Fields): [string, AccountPast | null] {
  const { charges, amounts, isAtLeast, lacksSums } = fieldsOf(fieldsOf(totals)?.["30d"]) ?? {};
  const account = textOf(accountId).toLowerCase();
  if (typeof charges !== "number") return [account, null];
  const { usd = 0, ...others } = fieldsOf(amounts) ?? {};
  const isPart = isAtLeast !== false || lacksSums !== false || Object.keys(others).length > 0;
  return [account, { charges, cents: typeof usd === "number" ? usd : 0, isAtLeast: isPart }];
}
