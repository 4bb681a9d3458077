// What a person approved, and whether the plan at hand does the very same to money. Between the two, the dashboard, the state or the configuration
// may have changed. Called for --save, which writes the approval, and for --approved, which compares.
import * as z from "zod/mini";
import { InputError, parseJson } from "../command/readInput";
import type { Quote } from "../command/safeText";
import { formatUsd } from "../topup/money";
import type { Change, Terms } from "./changes";
import { known } from "./preview";
import type { Review } from "./review";
import { stalenessOf } from "./reviewOptions";

const changeSchema = z.object({
  account: z.string(),
  /** The URN, for a reader: which resource does it makes no difference to money. */
  resource: z.string(),
  /** Null if the plan does not show all values: what it hides cannot be approved. */
  does: z.nullable(z.string()),
});
type SavedChange = z.infer<typeof changeSchema>;

const approvalSchema = z.object({
  "topup-review": z.literal("approval 1"),
  stack: z.string(),
  project: z.string(),
  savedAt: z.iso.datetime(),
  changes: z.array(changeSchema),
});

/** A saved review. */
export type Approval = ReturnType<typeof readApproval>;

/** Why the plan is not the approved one. `versions`: for one account, what the message says of both. */
export interface Difference {
  readonly message: string;
  readonly versions?: { readonly account: string; readonly approved: string; readonly now: string };
}

/** The review as --save writes it. */
export function approvalOf({ stack, project, changes }: Review, now: number): string {
  const head = { "topup-review": "approval 1", stack, project, savedAt: new Date(now).toISOString() };
  return `${JSON.stringify({ ...head, changes: changes.map(savedChange) }, null, 2)}\n`;
}

/**
 * @param now milliseconds since 1970, as of which the approval may be `maxAge` milliseconds old.
 * @throws InputError
 */
export function readApproval(json: string, now: number, maxAge: number) {
  const { data } = z.safeParse(approvalSchema, parseJson(json));
  if (!data) throw new InputError("The file for --approved was not written by 'topup-review --save'.");
  return { ...data, staleness: stalenessOf(data.savedAt, now, maxAge) };
}

/** What is not as approved, with both versions for each account; empty if the plan does the very same to money. */
export function differencesFrom(approval: Approval, review: Review, quote: Quote): readonly Difference[] {
  const refusal = refusalOf(approval, review, quote);
  if (refusal !== null) return [{ message: `${refusal}; ${AGAIN}` }];
  const current = review.changes.map(savedChange);
  const accounts = new Set([...approval.changes, ...current].map(({ account }) => account));
  const differences = [...accounts].flatMap((account) => {
    const [was, is] = [doneTo(account, approval.changes), doneTo(account, current)];
    if (was === is && is !== null) return [];
    const [about, approved, now] = [account, was ?? HIDDEN, is ?? HIDDEN].map(quote) as [string, string, string];
    const message = `account ${about}: approved ${approved} | now ${now}`;
    return [{ message, versions: { account: about, approved, now } }];
  });
  if (differences.length === 0) return [];
  return [{ message: `the plan does not do what was approved on ${approval.savedAt}; ${AGAIN}` }, ...differences];
}

const AGAIN = "let the plan be approved again";
const HIDDEN = "values that the plan does not show";

function refusalOf(approval: Approval, review: Review, quote: Quote): string | null {
  const [approvedFor, current] = [approval, review].map(
    ({ stack, project }) => `${quote(stack)} of project ${quote(project)}`,
  );
  if (approvedFor !== current) return `the approval is of stack ${approvedFor}, and the plan of ${current}`;
  return approval.staleness && `the approval of ${approval.savedAt} ${approval.staleness}`;
}

/** Everything that is done to an account; null if not all of it is shown. */
function doneTo(id: string, changes: readonly SavedChange[]): string | null {
  const done = changes.filter(({ account }) => account === id).map(({ does }) => does);
  return done.includes(null) ? null : done.sort().join(" and ") || "nothing";
}

// Everything that does something to money, and nothing else.
function savedChange({ kind, urn, before, after, interrupted, kept, isLeftover }: Change): SavedChange {
  const terms = [before, after].filter((one) => one !== null);
  const isShown = terms.every((shown) => Object.values(shown).every((value) => "value" in value));
  const notes = [kept ?? "", isLeftover ? "left over" : "", interrupted ? "after an interruption" : ""].filter(Boolean);
  const account = known((after ?? before ?? interrupted)?.accountId ?? { hidden: "unreadable" }) ?? urn;
  const end = notes.length > 0 ? ` (${notes.join(", ")})` : "";
  const does = `${kind} from ${describe(before, account)} to ${describe(after, account)}${end}`;
  return { account, resource: urn, does: isShown ? does : null };
}

function describe(terms: Terms | null, account: string): string {
  if (terms === null) return "nothing";
  const { accountId, amount, threshold, enabled, adopt } = terms;
  const [sum, below] = [amount, threshold].map((cents) => formatUsd(known(cents) ?? Number.NaN));
  const id = known(accountId) === account ? "" : ` for ${known(accountId)}`;
  return `${known(enabled) === false ? "OFF, " : ""}${sum} below ${below}${id}${known(adopt) === true ? " with adopt" : ""}`;
}
