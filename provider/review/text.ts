// Owns the review as plain text, for a terminal or a CI log. It must not know how the review came about.
import type { Failure } from "./failures";
import type { Finding } from "./gate";
import { plain } from "./plain";
import { saidOf, sourceOf } from "./remarks";
import type { Review } from "./review";

/** Shows simple names and ids as they are, everything else in quotes. */
export function quoteText(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${plain(text)}'`;
}

/** One line per sentence; the first says for which stack. */
export function asText(review: Review, findings: readonly Finding[]): string {
  const { stack, changes, failures, warnings, others } = review;
  const sentences = changes.flatMap((change) => saidOf(change, review, quoteText));
  const lines = [
    stack === "" ? "Auto top-up:" : `Auto top-up in stack ${quoteText(stack)}:`,
    ...failures.map((failure) => `  the preview failed: ${failureText(failure)}`),
    ...(failures.length > 0 && sentences.length > 0 ? ["  as far as the preview got, and not to be relied on:"] : []),
    ...sentences.map(({ account, text }) => `  account ${account}: ${text}`),
    ...(failures.length === 0 && sentences.length === 0 ? ["  no changes"] : []),
    ...warnings.map((warning) => `  warning: ${plain(warning)}`),
    ...(others > 0 ? [`  (beside it, the plan touches ${others} other resource${others === 1 ? "" : "s"})`] : []),
    ...(review.past?.alarms ?? []).map(
      ({ accountId, message }) => `  alarm: account ${quoteText(accountId)}: ${plain(message)}`,
    ),
    ...(review.past === null ? [] : [`  (${sourceOf(review, plain)})`]),
    ...findings.map(({ message }) => `  not allowed: ${message}`),
  ];
  return `${lines.join("\n")}\n`;
}

function failureText({ resource, property, message }: Failure): string {
  if (property !== "") return `${quoteText(resource)} is refused: ${plain(message)}`;
  return resource === "" ? plain(message) : `${quoteText(resource)}: ${plain(message)}`;
}
