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

const changeSchema = z.object({
  account: z.string(),
  /** The URN, for a reader: which resource does it makes no difference to money. */
  resource: z.string(),
  kind: z.string(),
  from: z.string(),
  to: z.string(),
  /** Whether the plan shows all values: what it hides cannot be approved. */
  isShown: z.boolean(),
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

/** The review as --save writes it. */
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
  const about = ({ account }: SavedChange) => `account ${quote(account)}`;
  const hidden = current.filter(({ isShown }) => !isShown);
  if (hidden.length > 0) {
    return hidden.map(
      (one) => `${about(one)}: the plan does not show all values, so they may not be the approved ones`,
    );
  }
  return [...new Set([...approval.changes, ...current].map(about))].flatMap((account) => {
    const [was, is] = [approval.changes, current].map((changes) => {
      const own = changes.filter((change) => about(change) === account);
      return (
        own
          .map(({ kind, from, to }) => `${kind} from ${from} to ${to}`)
          .sort()
          .join(" and ") || "nothing"
      );
    });
    return was === is ? [] : [`${account}: approved was: ${quote(was ?? "")}; now it is: ${quote(is ?? "")}; ${AGAIN}`];
  });
}

const AGAIN = "let the plan be approved again";
/** How far the clocks of two machines may differ. */
const CLOCKS = 300_000;

// Everything that does something to money, and nothing else.
function savedChange({ kind, urn, before, after, interrupted, kept, isLeftover }: Change): SavedChange {
  const terms = [before, after].filter((one) => one !== null);
  const notes = [kept ?? "", isLeftover ? "left over" : "", interrupted ? "after an interruption" : ""].filter(Boolean);
  const account = known((after ?? before ?? interrupted)?.accountId ?? { hidden: "unreadable" }) ?? urn;
  const to = `${describe(after, account)}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
  return {
    ...{ account, resource: urn, kind, from: describe(before, account), to },
    isShown: terms.every(({ failing: _, ...shown }) => Object.values(shown).every((value) => "value" in value)),
  };
}

function describe(terms: Terms | null, account: string): string {
  if (terms === null) return "nothing";
  const { accountId, amount, threshold, enabled, adopt } = terms;
  const [sum, below] = [amount, threshold].map((cents) => formatUsd(known(cents) ?? Number.NaN));
  const id = known(accountId) === account ? "" : ` for ${known(accountId)}`;
  return `${known(enabled) === false ? "OFF, " : ""}${sum} below ${below}${id}${known(adopt) === true ? " with adopt" : ""}`;
}
