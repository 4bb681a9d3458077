// What a stack's accounts were charged before the change, as 'topup-watch --save' writes it, and how many charges of the new amount the same use
// takes. Called for --charges.
import * as z from "zod/mini";
import { InputError, parseJson } from "../command/readInput";
import { counted } from "../command/safeText";
import { formatUsd } from "../topup/money";
import type { Terms } from "./changes";
import { known } from "./preview";
import { stalenessOf } from "./reviewOptions";

const totals = z.object({
  charges: z.int().check(z.gte(0)),
  /** By currency, Cloudflare's numbers. It documents no unit; dollars are read as US cents. */
  amounts: z.record(z.string(), z.number().check(z.gte(0))),
  isAtLeast: z.boolean(),
  lacksSums: z.boolean(),
});
// What is odd in any way is not known.
const account = z.object({
  accountId: z.string().check(z.toLowerCase()),
  totals: z.catch(z.nullable(z.object({ "30d": totals })), null),
});
// An exceeded limit, or one that could not be judged.
const finding = z.object({
  kind: z.string(),
  about: z.string(),
  accountId: z.pipe(
    z.nullable(z.string()),
    z.transform((id) => id?.toLowerCase() ?? ""),
  ),
  message: z.string(),
});
const fileSchema = z.object({
  format: z.literal(1),
  asOf: z.iso.datetime(),
  accounts: z.array(account),
  /** Whether the charges were compared with a limit: without one, there can be no alarm. */
  isJudged: z.boolean(),
  findings: z.array(finding),
});

/** What 'topup-watch --save' wrote, read anew. */
export type Past = ReturnType<typeof readPast>;
type AccountPast = NonNullable<ReturnType<typeof pastOf>>;

/**
 * @param now milliseconds since 1970, as of which the file may be `maxAge` milliseconds old.
 * @throws InputError
 */
export function readPast(json: string, now: number, maxAge: number) {
  const { data } = z.safeParse(fileSchema, parseJson(json));
  if (!data) throw new InputError("The file for --charges was not written by 'topup-watch --save'.");
  const { asOf, isJudged, accounts, findings } = data;
  // What the watch found out about a config is seen in the plan.
  const ofKind = (wanted: string) =>
    findings.flatMap(({ kind, about, ...rest }) => (kind === wanted && about === "charges" ? rest : []));
  return {
    ...{ asOf, isJudged, alarms: ofKind("alarm"), unknowns: ofKind("unknown") },
    staleness: stalenessOf(asOf, now, maxAge),
    /** By account, in 30 days; null for one that could not be read. */
    accounts: new Map(accounts.map(({ accountId, totals }) => [accountId, pastOf(totals)])),
  };
}

/** `isAtLeast`: there may be more charges, or amounts beside the cents. */
function pastOf(totals: z.infer<typeof account>["totals"]) {
  if (totals === null) return null;
  const { charges, amounts, isAtLeast, lacksSums } = totals["30d"];
  const { usd: cents = 0, ...others } = amounts;
  return { charges, cents, isAtLeast: isAtLeast || lacksSums || Object.keys(others).length > 0 };
}

/** What is known of the account in the terms; undefined if the file does not name it. */
export function pastIn({ accounts }: Past, terms: Terms | null): AccountPast | null | undefined {
  const id = terms && known(terms.accountId);
  return id === null ? undefined : accounts.get(id);
}

/** `14 charges, $700.00 in 30 days; at $80.00 a charge, the same use takes about 9`. */
export function describePast(past: AccountPast | null | undefined, before: Terms | null, after: Terms | null): string {
  if (!past) return UNKNOWN_CHARGES;
  const { charges, cents, isAtLeast } = past;
  if (charges === 0) return isAtLeast ? "no charges known in 30 days" : "no charges in 30 days";
  const total = cents > 0 ? `, ${formatUsd(cents)}` : "";
  const facts = `${isAtLeast ? "at least " : ""}${counted(charges, "charge")}${total} in 30 days`;
  const amount = after && known(after.amount);
  if (!amount || cents === 0 || (before && known(before.amount) === amount)) return facts;
  const number = `${Math.ceil(cents / amount)}${isAtLeast ? " or more" : ""}`;
  return `${facts}; at ${formatUsd(amount)} a charge, the same use takes about ${number}`;
}

export const UNKNOWN_CHARGES = "it is not known what the account was charged";
