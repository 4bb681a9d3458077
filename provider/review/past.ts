// What a stack's accounts were charged before the change, as 'topup-watch --save' writes it, and how many charges of the new amount the same use
// takes. Called for --charges.
import * as z from "zod/mini";
import { InputError, parseJson } from "../command/readInput";
import { counted } from "../command/safeText";
import { formatUsd } from "../topup/money";
import { known } from "./preview";
import type { Terms } from "./terms";

/** What an account was charged in 30 days. */
export interface AccountPast {
  readonly charges: number;
  /** Cloudflare's numbers, read as US cents; it documents no unit. */
  readonly cents: number;
  /** There may be more charges, or amounts that are not among the cents. */
  readonly isAtLeast: boolean;
}

/** A limit of topup-watch that is exceeded, or that it could not judge. */
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

const text = z._default(z.string(), "");
const finding = z.object({ kind: text, accountId: z._default(z.nullable(z.string()), null), message: text });
const totals = z.object({
  charges: z.int().check(z.gte(0)),
  amounts: z.record(z.string(), z.unknown()),
  isAtLeast: z.unknown(),
  lacksSums: z.unknown(),
});
const account = z.object({ accountId: text, totals: z.optional(z.unknown()) });
const fileSchema = z.object({
  format: z.literal(1),
  asOf: text,
  accounts: z.array(account),
  isJudged: z._default(z.boolean(), false),
  findings: z.array(finding),
});

/** @throws InputError */
export function readPast(json: string): Past {
  const { data } = z.safeParse(fileSchema, parseJson(json));
  if (!data) throw new InputError("The file for --charges was not written by 'topup-watch --save'.");
  const ofKind = (wanted: string) =>
    data.findings
      .filter(({ kind }) => kind === wanted)
      .map(({ accountId, message }) => ({ accountId: (accountId ?? "").toLowerCase(), message }));
  return {
    asOf: data.asOf,
    accounts: new Map(data.accounts.map(pastOf)),
    isJudged: data.isJudged,
    alarms: ofKind("alarm"),
    unknowns: ofKind("unknown"),
  };
}

/** What is known of the account in the terms; undefined if the file does not name it. */
export function pastIn({ accounts }: Past, terms: Terms | null): AccountPast | null | undefined {
  const account = terms && known(terms.accountId);
  return account === null ? undefined : accounts.get(account);
}

/** How many charges of the new amount the same use takes; null if that is not known. */
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
function pastOf({ accountId, totals: spans }: z.infer<typeof account>): [string, AccountPast | null] {
  const { data } = z.safeParse(z.object({ "30d": totals }), spans);
  const id = accountId.toLowerCase();
  if (!data) return [id, null];
  const { charges, amounts, isAtLeast, lacksSums } = data["30d"];
  const { usd = 0, ...others } = amounts;
  const cents = z.safeParse(z.number().check(z.gte(0)), usd).data;
  if (cents === undefined) return [id, null];
  return [
    id,
    { charges, cents, isAtLeast: isAtLeast !== false || lacksSums !== false || Object.keys(others).length > 0 },
  ];
}
