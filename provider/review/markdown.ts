// Owns the review as Markdown, for a comment on a pull request. The comment opens with a hidden marker, by which a
// workflow finds its own one again and replaces it. It must not know how the review came about.
import type { Failure } from "./failures";
import type { Finding } from "./gate";
import { plain } from "./plain";
import { saidOf, sourceOf } from "./remarks";
import type { Review } from "./review";

/** Shows the text as code: there, neither HTML nor a link nor an @mention has a meaning. */
export function quoteMarkdown(text: string): string {
  return `\`${plain(text).replaceAll("`", "'").replaceAll("|", "\\|") || " "}\``;
}

/** The hidden first line of a comment. With several stacks on one pull request, each needs a name of its own. */
export function markerOf(name: string): string {
  return name === "" ? "<!-- topup-review -->" : `<!-- topup-review ${name} -->`;
}

/** A whole comment. */
export function asMarkdown(review: Review, findings: readonly Finding[], marker: string): string {
  const { stack, failures, warnings, others } = review;
  const blocks = [
    markerOf(marker),
    `### Cloudflare AI Gateway auto top-up${stack === "" ? "" : ` in stack ${quoteMarkdown(stack)}`}`,
    list(failures, (failure) => `:x: The preview failed: ${failureText(failure)}`),
    table(review),
    list(warnings, (warning) => `:warning: ${quoteMarkdown(warning)}`),
    list(
      review.past?.alarms ?? [],
      ({ accountId, message }) =>
        `:rotating_light: Alarm: account ${quoteMarkdown(accountId)}: ${quoteMarkdown(message)}`,
    ),
    list(findings, ({ message }) => `:no_entry: Not allowed: ${message}`),
    review.past === null ? "" : `(${sourceOf(review, quoteMarkdown)})`,
    others === 0 ? "" : `Beside it, the plan touches ${others} other resource${others === 1 ? "" : "s"}.`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function table(review: Review): string {
  const { changes, failures } = review;
  const sentences = changes.flatMap((change) => saidOf(change, review, quoteMarkdown));
  if (sentences.length === 0) return failures.length === 0 ? "No changes." : "";
  const rows = sentences.map(({ account, text }) => `| ${account} | ${text} |`);
  const head = ["| account | what happens |", "| --- | --- |"];
  const caution = failures.length === 0 ? [] : ["As far as the preview got, and not to be relied on:", ""];
  return [...caution, ...head, ...rows].join("\n");
}

function list<T>(items: readonly T[], line: (item: T) => string): string {
  return items.map((item) => `- ${line(item)}`).join("\n");
}

function failureText({ resource, property, message }: Failure): string {
  const text = quoteMarkdown(message);
  if (property !== "") return `${quoteMarkdown(resource)} is refused: ${text}`;
  return resource === "" ? text : `${quoteMarkdown(resource)}: ${text}`;
}
