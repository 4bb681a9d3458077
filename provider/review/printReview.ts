// A review as text for a terminal or a CI log, as Markdown for a comment on a pull request, and as JSON for other tools. Called
// by the command, with what findings.ts objects to.
import * as safe from "../command/safeText";
import { nameOf } from "../pulumi/urn";
import { chargingIn, switchOffOf } from "./effects";
import { exitCodeOf, type Finding } from "./findings";
import { pastIn } from "./past";
import type { Review } from "./review";
import { remarksOn } from "./sentences";
import { boundOf } from "./spendLimits";

/** One line per sentence; the first names the stack. */
export function asText(review: Review, findings: readonly Finding[]): string {
  const { failures, sentences, warnings, alarms, notes } = partsOf(review, safe.quoteText, safe.plain);
  const lines = [
    review.stack === "" ? "Auto top-up:" : `Auto top-up in stack ${safe.quoteText(review.stack)}:`,
    ...failures.map((failure) => `  the preview failed: ${failure}`),
    ...(!isWhole(review) && sentences.length > 0 ? [`  ${INCOMPLETE}`] : []),
    ...sentences.map(({ account, text }) => `  account ${account}: ${text}`),
    ...(isWhole(review) && sentences.length === 0 ? ["  no changes"] : []),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...alarms.map((alarm) => `  alarm: ${alarm}`),
    ...notes.map((note) => `  (${note})`),
    ...findings.map(({ message }) => `  not allowed: ${message}`),
  ];
  return `${lines.join("\n")}\n`;
}

const INCOMPLETE = "The preview failed or was not understood, so these changes may be incomplete; do not rely on them:";

/** A whole comment. */
export function asMarkdown(review: Review, findings: readonly Finding[], marker: string): string {
  const { failures, sentences, warnings, alarms, notes } = partsOf(review, safe.quoteMarkdown, safe.quoteMarkdown);
  const accounts = [...new Set(sentences.map(({ account }) => account))];
  const own = (one: string) => sentences.filter(({ account }) => account === one);
  const sections = safe.markdownSections(
    accounts.flatMap((one) => own(one).map(({ text }) => [`Account ${one}`, text] as const)),
  );
  const versions = findings.flatMap(({ versions }) => versions ?? []);
  const blocks = safe.markdownBlocks([
    // By this hidden first line, a workflow finds its own comment to replace it. Several stacks need a name each.
    `<!-- topup-review${marker === "" ? "" : ` ${marker}`} -->`,
    `### Cloudflare AI Gateway auto top-up${review.stack === "" ? "" : ` in stack ${safe.quoteMarkdown(review.stack)}`}`,
    safe.markdownList(failures.map((failure) => `:x: The preview failed: ${failure}`)),
    !isWhole(review) && sections !== "" ? INCOMPLETE : "",
    isWhole(review) && sections === "" ? "No changes." : sections,
    // Without a heading of their own, these would belong to the last account's list.
    sections !== "" && warnings.length + alarms.length + findings.length > 0 ? "#### Warnings and limits" : "",
    safe.markdownList(warnings.map((warning) => `:warning: ${warning}`)),
    safe.markdownList(alarms.map((alarm) => `:rotating_light: Alarm: ${alarm}`)),
    safe.markdownList(
      findings.filter((one) => !one.versions).map(({ message }) => `:no_entry: Not allowed: ${message}`),
    ),
    safe.markdownTable(
      ["account", "approved", "now"],
      versions.map(({ account, approved, now }) => [account, approved, now]),
    ),
    ...notes.map((note) => `(${note})`),
  ]);
  return shortened(blocks);
}

// 32 digits are wide. Once an account has been named, its first eight stand for it, if no other's are the same.
function shortened(markdown: string): string {
  const ids = /`([0-9a-f]{8})[0-9a-f]{24}`/g;
  const all = new Set([...markdown.matchAll(ids)].map(([id]) => id));
  const heads = [...all].map((id) => id.slice(0, 9));
  const ambiguous = new Set(heads.filter((head, index) => heads.indexOf(head) !== index));
  return markdown.replace(ids, (id, head) => (all.delete(id) || ambiguous.has(`\`${head}`) ? id : `\`${head}...\``));
}

/** What text and Markdown say alike. `said` shows a message of others, `quote` a name. */
function partsOf(review: Review, quote: safe.Quote, said: safe.Quote) {
  const { changes, failures, warnings, past } = review;
  const units = "Cloudflare documents no unit for them, so dollars are its numbers read as US cents";
  return {
    failures: failures.map(({ resource, property, message }) => {
      const subject = resource === "" ? "" : `${quote(resource)}${property === "" ? "" : " is refused"}: `;
      return `${subject}${said(message)}`;
    }),
    sentences: changes.flatMap((change) => remarksOn(change, review, quote)),
    warnings: warnings.map(said),
    alarms: (past?.alarms ?? []).map(({ accountId, message }) => `account ${quote(accountId)}: ${said(message)}`),
    notes: past === null ? [] : [`charges as of ${said(past.asOf)}; ${units}`],
  };
}

function isWhole({ failures, gaps }: Review): boolean {
  return failures.length === 0 && gaps.length === 0;
}

/**
 * One document. Its shape is an interface: `format` changes if it ever breaks. Amounts are US cents; what the plan does not show is
 * `{"hidden": "unknown" | "secret" | "unreadable"}`. `switchesOff` is true of whatever `--fail-on-delete` stops.
 */
export function asJson(review: Review, findings: readonly Finding[]): string {
  const { stack, changes, failures, gaps, warnings, past, bounds } = review;
  const isChanged = changes.some(({ kind }) => kind !== "same");
  const document = {
    format: 1,
    stack,
    result: failures.length > 0 ? "failed" : gaps.length > 0 ? "not understood" : isChanged ? "changes" : "no changes",
    changes: changes.map((change) => ({
      ...change,
      resource: nameOf(change.urn),
      switchesOff: switchOffOf(change, changes) !== null,
      bound: chargingIn(change).map((terms) => boundOf(terms, bounds, safe.quoteText))[0] ?? null,
      charged: past && (pastIn(past, change.after ?? change.before) ?? null),
      sentences: remarksOn(change, review, safe.quoteText).map(({ account, text }) => `account ${account}: ${text}`),
    })),
    chargeAlarms: past?.alarms ?? null,
    ...{ failures, notUnderstood: gaps, warnings, findings, exitCode: exitCodeOf(findings) },
  };
  // Values that the plan shows stand as they are.
  const unwrap = (_: string, value: unknown) =>
    typeof value === "object" && value !== null && "value" in value ? value.value : value;
  return `${JSON.stringify(document, unwrap, 2)}\n`;
}
