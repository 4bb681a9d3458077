// Owns the review as JSON, for other tools. Its shape is a promise to them: `format` changes if it ever breaks.

import { boundOf } from "./bounds";
import type { Change } from "./changes";
import { isOn, switchesOff } from "./effects";
import { exitCodeOf, type Finding } from "./gate";
import { pastIn } from "./past";
import { saidOf } from "./remarks";
import type { Review } from "./review";
import type { Shown, Terms } from "./terms";
import { quoteText } from "./text";
import { nameOf } from "./urn";

/** One JSON document. Amounts are US cents; what the plan does not show is `{"hidden": "unknown" | "secret" | "unreadable"}`. */
export function asJson(review: Review, findings: readonly Finding[]): string {
  const { stack, changes, failures, warnings, others } = review;
  const document = {
    format: 1,
    stack,
    result: resultOf(review),
    changes: changes.map((change) => changeJson(change, review)),
    chargeAlarms: review.past?.alarms ?? null,
    failures,
    warnings,
    otherResources: others,
    findings,
    exitCode: exitCodeOf(findings),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function resultOf({ changes, failures }: Review): "failed" | "changes" | "no changes" {
  if (failures.length > 0) return "failed";
  return changes.some(({ kind }) => kind !== "same") ? "changes" : "no changes";
}

function changeJson(change: Change, review: Review) {
  const { changes: plan, past, bounds } = review;
  const { before, after } = change;
  return {
    kind: change.kind,
    resource: nameOf(change.urn),
    urn: change.urn,
    renamedFrom: change.from === null ? null : nameOf(change.from),
    switchesOff: switchesOff(change, plan),
    before: termsJson(change.before),
    after: termsJson(change.after),
    recorded: termsJson(change.recorded),
    bound: after !== null && isOn(after) ? boundOf(after, bounds, quoteText) : null,
    charged: past && (pastIn(past, after ?? before) ?? null),
    sentences: saidOf(change, review, quoteText).map(({ account, text }) => `account ${account}: ${text}`),
  };
}

function termsJson(terms: Terms | null) {
  if (terms === null) return null;
  const { accountId, amount, threshold, enabled, adopt, failing } = terms;
  const shown = { accountId: plainly(accountId), amount: plainly(amount), threshold: plainly(threshold) };
  return { ...shown, enabled: plainly(enabled), adopt: plainly(adopt), failing };
}

function plainly<T>(shown: Shown<T>): T | { hidden: string } {
  return "value" in shown ? shown.value : shown;
}
