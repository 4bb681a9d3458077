// What a stack's accounts were charged before the change, as 'topup-charges --format json' reports it, and how many charges of the new amount the
// same use takes. Does not know how charges are read.
import { type Fields, fieldsOf, listOf, parseJson, textOf } from "../command/json";
import { counted } from "../command/print";
import { InputError } from "../command/run";
import { formatUsd } from "../topup/money";
import type { Terms } from "./changes";
import { known } from "./preview";

/** What an account was charged in 30 days. */
export interface AccountPast {
  readonly charges: number;
  /** Cloudflare's numbers, read as US cents; it documents no unit. */
  readonly cents: number;
  /** There may be more charges, or amounts that are not among the cents. */
  readonly isAtLeast: boolean;
}

/** A limit of topup-charges that is exceeded, or that it could not judge. */
export interface PastFinding {
  readonly accountId: string;
  readonly message: string;
}

export interface Past {
  /** ISO 8601. */
  readonly asOf: string;
  /** By account; null for one that could not be read. */
  readonly accounts: ReadonlyMap<string, AccountPast | null>;
  /** Whether the charges were compared with a limit: without one, there can be no alarm. */
  readonly isJudged: boolean;
  readonly alarms: readonly PastFinding[];
  readonly unknowns: readonly PastFinding[];
}

/** @throws InputError */
export function readPast(text: string): Past {
  const document = fieldsOf(parseJson(text));
  if (document?.format !== 1 || !Array.isArray(document.accounts) || !Array.isArray(document.findings)) {
    throw new InputError("The file for --charges is not the output of 'topup-charges --format json'.");
  }
  const findings = listOf(document.findings).map((finding) => fieldsOf(finding) ?? {});
  const ofKind = (wanted: string) =>
    findings
      .filter(({ kind }) => kind === wanted)
      .map(({ accountId, message }) => ({ accountId: textOf(accountId).toLowerCase(), message: textOf(message) }));
  return {
    asOf: textOf(document.asOf),
    accounts: new Map(listOf(document.accounts).map((account) => pastOf(fieldsOf(account) ?? {}))),
    isJudged: document.isJudged === true,
    alarms: ofKind("alarm"),
    unknowns: ofKind("unknown"),
  };
}

/** What is known of the account in the terms; undefined where the file does not name it. */
export function pastIn({ accounts }: Past, terms: Terms | null): AccountPast | null | undefined {
  const account = terms && known(terms.accountId);
  return account === null ? undefined : accounts.get(account);
}

/** How many charges of the new amount the same use takes; null where that is not known. */
export function projected(past: AccountPast | null | undefined, after: Terms | null): number | null {
  const amount = after && known(after.amount);
  return past && amount ? Math.ceil(past.cents / amount) : null;
}

/** `14 charges, $700.00 in 30 days; at $80.00 a charge, the same use takes about 9`. */
export function describePast(past: AccountPast | null | undefined, before: Terms | null, after: Terms | null): string {
  if (!past) return UNKNOWN_CHARGES;
  const { charges, cents, isAtLeast } = past;
  if (charges === 0) return isAtLeast ? "no charges known in 30 days" : "no charges in 30 days";
  const total = cents > 0 ? `, ${formatUsd(cents)}` : "";
  const facts = `${isAtLeast ? "at least " : ""}${counted(charges, "charge")}${total} in 30 days`;
  const [amount, number] = [after && known(after.amount), projected(past, after)];
  if (amount === null || number === null || cents === 0 || (before && known(before.amount) === amount)) return facts;
  return `${facts}; at ${formatUsd(amount)} a charge, the same use takes about ${number}${isAtLeast ? " or more" : ""}`;
}

export const UNKNOWN_CHARGES = "it is not known what the account was charged";

// What is odd in any way is not known.
function pastOf({ accountId, totals }: Fields): [string, AccountPast | null] {
  const { charges, amounts, isAtLeast, lacksSums } = fieldsOf(fieldsOf(totals)?.["30d"]) ?? {};
  const account = textOf(accountId).toLowerCase();
  const { usd = 0, ...others } = fieldsOf(amounts) ?? { usd: null };
  if (!isCount(charges) || !isCount(usd)) return [account, null];
  const isPart = isAtLeast !== false || lacksSums !== false || Object.keys(others).length > 0;
  return [account, { charges, cents: usd, isAtLeast: isPart }];
}

const isCount = (value: unknown): value is number => typeof value === "number" && value >= 0;
