// What a person approved, and whether the plan at hand does the very same to money. Between the two, the dashboard, the state or the configuration
// may have changed. Called for --save, which writes the approval, and for --approved, which compares.
import * as z from "zod/mini";
import { InputError, parseJson } from "../command/readInput";
import type { Quote } from "../command/safeText";
import { formatUsd } from "../topup/money";
import type { Change } from "./changes";
import { known } from "./preview";
import type { Review } from "./review";
import type { Terms } from "./terms";

const cents = z.nullable(z.int());
const termsSchema = z.nullable(
  z.object({
    accountId: z.nullable(z.string()),
    amount: cents,
    threshold: cents,
    enabled: z.nullable(z.boolean()),
    adopt: z.nullable(z.boolean()),
  }),
);
type SavedTerms = z.infer<typeof termsSchema>;

const changeSchema = z.object({
  kind: z.string(),
  resource: z.string(),
  from: termsSchema,
  to: termsSchema,
  kept: z.nullable(z.string()),
  isLeftover: z.boolean(),
  interrupted: termsSchema,
});
type SavedChange = z.infer<typeof changeSchema>;

const approvalSchema = z.object({
  "topup-review": z.literal("approval 1"),
  stack: z.string(),
  project: z.string(),
  savedAt: z.iso.datetime(),
  changes: z.array(changeSchema),
});

/** A saved review, and how old it may be. Times are in milliseconds. */
export interface Approval extends z.infer<typeof approvalSchema> {
  readonly now: number;
  readonly maxAge: number;
}

/** The review as --save writes it. What the plan does not show is null. */
export function approvalOf({ stack, project, changes }: Review, now: number): string {
  const document = {
    "topup-review": "approval 1",
    ...{ stack, project, savedAt: new Date(now).toISOString() },
    changes: changes.map(savedChange),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** @throws InputError */
export function readApproval(json: string, now: number, maxAge: number): Approval {
  const { data } = z.safeParse(approvalSchema, parseJson(json));
  if (!data) throw new InputError("The file for --approved was not written by 'topup-review --save'.");
  return { ...data, now, maxAge };
}

/** What is not as approved, with both versions side by side; empty if the plan does the very same to money. */
export function differencesFrom(approval: Approval, review: Review, quote: Quote): readonly string[] {
  const [approvedFor, now] = [approval, review].map(
    ({ stack, project }) => `${quote(stack)} of project ${quote(project)}`,
  );
  if (approvedFor !== now) return [`the approval is of stack ${approvedFor}, and the plan of ${now}; ${AGAIN}`];
  const age = approval.now - Date.parse(approval.savedAt);
  if (age > approval.maxAge) return [`the approval of ${approval.savedAt} is too old (--max-age); ${AGAIN}`];
  if (age < -CLOCKS) return [`the approval is of ${approval.savedAt}, which is still to come; ${AGAIN}`];
  const current = review.changes.map(savedChange);
  const hidden = current
    .filter(isHidden)
    .map(
      (change) =>
        `${aboutOf(change, quote)}: the plan does not show all values, so they cannot be the approved ones: ${describe(change)}`,
    );
  if (hidden.length > 0) return hidden;
  return compare(approval.changes, current, quote);
}

const AGAIN = "let the plan be approved again";
/** How far the clocks of two machines may differ. */
const CLOCKS = 300_000;

function compare(approved: readonly SavedChange[], current: readonly SavedChange[], quote: Quote): readonly string[] {
  const accounts = new Set([...approved, ...current].map(accountOf));
  return [...accounts].flatMap((account) => {
    const [before, now] = [approved, current].map((changes) =>
      changes.filter((change) => accountOf(change) === account),
    );
    const [was, is] = [before ?? [], now ?? []].map((changes) => changes.map(describe).sort().join(" and "));
    if (was === is) return [];
    const [first] = [...(now ?? []), ...(before ?? [])];
    const about = first === undefined ? "" : aboutOf(first, quote);
    return [`${about}: approved was: ${was || "nothing"}; now it is: ${is || "nothing"}; ${AGAIN}`];
  });
}

// Of an account that moves, the one that is to be charged comes first.
function accountOf({ from, to, interrupted }: SavedChange): string {
  return to?.accountId ?? from?.accountId ?? interrupted?.accountId ?? "";
}

function aboutOf(change: SavedChange, quote: Quote): string {
  return `account ${quote(accountOf(change) || change.resource)}`;
}

function isHidden({ from, to }: SavedChange): boolean {
  return [from, to].some((terms) => terms !== null && Object.values(terms).includes(null));
}

// Everything that does something to money, and nothing else: two changes are the same if this is.
function describe({ kind, from, to, kept, isLeftover, interrupted }: SavedChange): string {
  const notes = [kept ?? "", isLeftover ? "left over" : "", interrupted ? "after an interruption" : ""].filter(Boolean);
  return `${kind} from ${terms(from, to)} to ${terms(to, from)}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
}

function terms(saved: SavedTerms, other: SavedTerms): string {
  if (saved === null) return "nothing";
  const { accountId, amount, threshold, enabled, adopt } = saved;
  const money = (value: number | null) => (value === null ? "a hidden amount" : formatUsd(value));
  const account = other === null || other.accountId === accountId ? "" : ` for ${accountId}`;
  return `${enabled === false ? "OFF, " : ""}${money(amount)} below ${money(threshold)}${adopt ? " with adopt" : ""}${account}`;
}

function savedChange(change: Change): SavedChange {
  const { kind, urn, before, after, kept, isLeftover, interrupted } = change;
  const all = { from: savedTerms(before), to: savedTerms(after), interrupted: savedTerms(interrupted) };
  return { kind, resource: urn, ...all, kept, isLeftover };
}

function savedTerms(terms: Terms | null): SavedTerms {
  if (terms === null) return null;
  const { accountId, amount, threshold, enabled, adopt } = terms;
  return {
    ...{ accountId: known(accountId), amount: known(amount), threshold: known(threshold) },
    ...{ enabled: known(enabled), adopt: known(adopt) },
  };
}
