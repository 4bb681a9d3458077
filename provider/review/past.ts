// What a stack's accounts were charged before the change, as 'topup-watch --save' writes it, and how many charges of the new amount the same use
// takes. Called for --charges.

import * as z from "zod/mini";
import { InputError, parseJson } from "../command/readInput";
import { counted } from "../command/safeText";
import { formatUsd } from "../topup/money";
import type { Terms } from "./changes";
import { known } from "./preview";

const sum = z.number().check(z.gte(0));
const totals = z.object({
  charges: z.int().check(z.gte(0)),
  /** By currency, Cloudflare's numbers. It documents no unit; dollars are read as US cents. */
  amounts: z.record(z.string(), sum),
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
  /** ISO 8601. */
  asOf: z.string(),
  accounts: z.array(account),
  /** Whether the charges were compared with a limit: without one, there can be no alarm. */
  isJudged: z.boolean(),
  findings: z.array(finding),
});

export interface Past extends Pick<z.infer<typeof fileSchema>, "asOf" | "isJudged"> {
  /** By account, in 30 days; null for one that could not be read. `isAtLeast`: there may be more charges, or amounts beside the cents. */
  readonly accounts: ReadonlyMap<string, AccountPast | null>;
  /** What the watch found out about charges; what it found out about a config is seen in the plan. */
  readonly alarms: readonly PastFinding[];
  readonly unknowns: readonly PastFinding[];
}
type AccountPast = { readonly charges: number; readonly cents: number; readonly isAtLeast: boolean };
type PastFinding = Omit<z.infer<typeof finding>, "kind" | "about">;

/** @throws InputError */
export function readPast(json: string): Past {
  const { data } = z.safeParse(fileSchema, parseJson(json));
  if (!data) throw new InputError("The file for --charges was not written by 'topup-watch --save'.");
  const { asOf, isJudged, accounts, findings } = data;
  const ofKind = (wanted: string) =>
    findings.flatMap(({ kind, about, ...rest }) => (kind === wanted && about === "charges" ? rest : []));
  return {
    ...{ asOf, isJudged, alarms: ofKind("alarm"), unknowns: ofKind("unknown") },
    accounts: new Map(accounts.map((one) => [one.accountId, one.totals && pastOf(one.totals["30d"])])),
  };
}

function pastOf({ charges, amounts: { usd: cents = 0, ...others }, isAtLeast, lacksSums }: z.infer<typeof totals>) {
  return { charges, cents, isAtLeast: isAtLeast || lacksSums || Object.keys(others).length > 0 };
}

/** What is known of the account in the terms; undefined if the file does not name it. */
export function pastIn({ accounts }: Past, terms: Terms | null): AccountPast | null | undefined {
  const id = terms && known(terms.accountId);
  return id === null ? undefined : accounts.get(id);
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
