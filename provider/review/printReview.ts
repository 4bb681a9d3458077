// A review as text for a terminal or a CI log, as Markdown for a comment on a pull request, and as JSON for other tools. Called
// by the command, with what findings.ts objects to.
import {
  counted,
  markdownBlocks,
  markdownList,
  markdownTable,
  plain,
  quoteMarkdown,
  quoteText,
} from "../command/safeText";
import { nameOf } from "../pulumi/urn";
import type { Change } from "./changes";
import { chargingIn, switchOffOf } from "./effects";
import { exitCodeOf, type Finding } from "./findings";
import { pastIn } from "./past";
import type { Shown } from "./preview";
import type { Failure, Review } from "./review";
import { remarksOn, sourceOf } from "./sentences";
import { boundOf } from "./spendLimits";
import type { Terms } from "./terms";

const INCOMPLETE = "The preview failed or was not understood, so these changes may be incomplete; do not rely on them:";

/** One line per sentence; the first names the stack. */
export function asText(review: Review, findings: readonly Finding[]): string {
  const { stack, changes, failures, warnings, others, past } = review;
  const sentences = changes.flatMap((change) => remarksOn(change, review, quoteText));
  const lines = [
    stack === "" ? "Auto top-up:" : `Auto top-up in stack ${quoteText(stack)}:`,
    ...failures.map((failure) => `  the preview failed: ${failureText(failure)}`),
    ...(!isWhole(review) && sentences.length > 0 ? [`  ${INCOMPLETE}`] : []),
    ...sentences.map(({ account, text }) => `  account ${account}: ${text}`),
    ...(isWhole(review) && sentences.length === 0 ? ["  no changes"] : []),
    ...warnings.map((warning) => `  warning: ${plain(warning)}`),
    ...(others > 0 ? [`  (the plan also changes ${counted(others, "other resource")})`] : []),
    ...(past?.alarms ?? []).map(
      ({ accountId, message }) => `  alarm: account ${quoteText(accountId)}: ${plain(message)}`,
    ),
    ...(past === null ? [] : [`  (${sourceOf(review, plain)})`]),
    ...findings.map(({ message }) => `  not allowed: ${message}`),
  ];
  return `${lines.join("\n")}\n`;
}

function isWhole({ failures, gaps }: Review): boolean {
  return failures.length === 0 && gaps.length === 0;
}

function failureText({ resource, property, message }: Failure): string {
  if (resource === "") return plain(message);
  return `${quoteText(resource)}${property === "" ? "" : " is refused"}: ${plain(message)}`;
}

/** The hidden first line of a comment, by which a workflow finds its own comment to replace it. Several stacks need a name each. */
export function markerOf(name: string): string {
  return name === "" ? "<!-- topup-review -->" : `<!-- topup-review ${name} -->`;
}

/** A whole comment. */
export function asMarkdown(review: Review, findings: readonly Finding[], marker: string): string {
  const { stack, changes, failures, warnings, others, past } = review;
  const sentences = changes.flatMap((change) => remarksOn(change, review, quoteMarkdown));
  const table = markdownTable(
    ["account", "what happens"],
    sentences.map(({ account, text }) => [account, text]),
  );
  return markdownBlocks([
    markerOf(marker),
    `### Cloudflare AI Gateway auto top-up${stack === "" ? "" : ` in stack ${quoteMarkdown(stack)}`}`,
    markdownList(failures.map((failure) => `:x: The preview failed: ${failureMarkdown(failure)}`)),
    !isWhole(review) && table !== "" ? INCOMPLETE : "",
    isWhole(review) && table === "" ? "No changes." : table,
    markdownList(warnings.map((warning) => `:warning: ${quoteMarkdown(warning)}`)),
    markdownList(
      (past?.alarms ?? []).map(
        ({ accountId, message }) =>
          `:rotating_light: Alarm: account ${quoteMarkdown(accountId)}: ${quoteMarkdown(message)}`,
      ),
    ),
    markdownList(findings.map(({ message }) => `:no_entry: Not allowed: ${message}`)),
    past === null ? "" : `(${sourceOf(review, quoteMarkdown)})`,
    others === 0 ? "" : `The plan also changes ${counted(others, "other resource")}.`,
  ]);
}

function failureMarkdown({ resource, property, message }: Failure): string {
  const text = quoteMarkdown(message);
  if (resource === "") return text;
  return `${quoteMarkdown(resource)}${property === "" ? "" : " is refused"}: ${text}`;
}

/**
 * One document. Its shape is an interface: `format` changes if it ever breaks. Amounts are US cents; what the plan does not show is
 * `{"hidden": "unknown" | "secret" | "unreadable"}`. `switchesOff` is true of whatever `--fail-on-delete` stops.
 */
export function asJson(review: Review, findings: readonly Finding[]): string {
  const { stack, changes, failures, warnings, others } = review;
  const document = {
    format: 1,
    stack,
    result: resultOf(review),
    changes: changes.map((change) => changeJson(change, review)),
    chargeAlarms: review.past?.alarms ?? null,
    failures,
    notUnderstood: review.gaps,
    warnings,
    otherResources: others,
    findings,
    exitCode: exitCodeOf(findings),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function resultOf({ changes, failures, gaps }: Review): "failed" | "not understood" | "changes" | "no changes" {
  if (failures.length > 0) return "failed";
  if (gaps.length > 0) return "not understood";
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
    switchesOff: switchOffOf(change, plan) !== null,
    before: termsJson(before),
    after: termsJson(after),
    recorded: termsJson(change.recorded),
    kept: change.kept,
    isLeftover: change.isLeftover,
    bound: chargingIn(change).map((terms) => boundOf(terms, bounds, quoteText))[0] ?? null,
    charged: past && (pastIn(past, after ?? before) ?? null),
    sentences: remarksOn(change, review, quoteText).map(({ account, text }) => `account ${account}: ${text}`),
  };
}

function termsJson(terms: Terms | null) {
  if (terms === null) return null;
  const { accountId, amount, threshold, enabled, adopt, failing } = terms;
  const values = { accountId: readable(accountId), amount: readable(amount), threshold: readable(threshold) };
  return { ...values, enabled: readable(enabled), adopt: readable(adopt), failing };
}

function readable<T>(shown: Shown<T>): T | { hidden: string } {
  return "value" in shown ? shown.value : { hidden: shown.hidden };
}
