// Makes text from elsewhere (names, ids, Cloudflare's messages) safe to print, as plain text and as Markdown: it can neither colour a terminal,
// nor start a command of a CI system, nor pass for this package's own text. Called by everything that a command prints.

/** Shows text from elsewhere as such. */
export type Quote = (text: string) => string;

const LONGEST = 600;
/** GitHub refuses a comment of more than 65,536 characters. */
const MOST_ROWS = 100;

/** One line of printable text; the end of a very long one is cut off. */
export function plain(text: string): string {
  // Cut first: a message may have megabytes, and only its beginning is shown.
  const line = text
    .slice(0, 4 * LONGEST)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    // GitHub Actions and Azure Pipelines take ##[...] and ##vso[...] for commands, wherever in a line they stand.
    .replace(/#(?=#\w*\[)/g, "# ")
    .trim();
  return line.length > LONGEST || text.length > 4 * LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}

/** Shows simple names and ids as they are, everything else in quotes. */
export function quoteText(text: string): string {
  return /^[\w.:/-]{1,300}$/.test(text) ? text : `'${plain(text)}'`;
}

/** Shows the text as code: there, neither HTML nor a link nor an @mention means anything. */
export function quoteMarkdown(text: string): string {
  // In a table, `\\|` would end the cell, and with it the code: the first backslash escapes the second.
  const code = plain(text).replaceAll("`", "'").replaceAll("\\|", "\\ |").replaceAll("|", "\\|");
  return `\`${code || " "}\``;
}

/** `1 charge`, `2 charges`. */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** A Markdown list; empty without items. */
export function markdownList(items: readonly string[]): string {
  return cappedLines(items.map((item) => `- ${item}`));
}

/** Markdown lists, each under a heading; the items of one heading must stand together. Empty without items. */
export function markdownSections(items: readonly (readonly [heading: string, item: string])[]): string {
  const isNew = (index: number) => items[index - 1]?.[0] !== items[index]?.[0];
  return cappedLines(
    items.map(([heading, item], index) => `${isNew(index) ? `\n#### ${heading}\n\n` : ""}- ${item}`),
  ).trim();
}

/** A Markdown table; empty without rows. The cells must be Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return rows.length === 0 ? "" : [line(head), line(head.map(() => "---")), cappedLines(rows.map(line))].join("\n");
}

/** The blocks of a Markdown text, without the empty ones. */
export function markdownBlocks(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function cappedLines(lines: readonly string[]): string {
  const more = lines.length - MOST_ROWS;
  const rest = more > 0 ? ["", `and ${more} more, which the text format lists`] : [];
  return [...lines.slice(0, MOST_ROWS), ...rest].join("\n");
}
