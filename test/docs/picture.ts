// Draws docs/review.svg: the pull request comment as a forge shows it, from what the command really prints. Knows the little Markdown that
// the comment uses, and nothing of what it says.
import { spawnSync } from "node:child_process";
import { ROOT } from "../support/program";

/** The run that the picture shows: a saved preview of the real CLI, and charges that the real command read from the simulator. */
const ARGS = [
  "test/review/fixtures/amount.json",
  "--charges",
  "test/docs/fixtures/charges.json",
  "--format",
  "markdown",
  "--max-increase-usd",
  "20",
  "--require-spend-limit",
];

/** The comment of a fresh run, as Markdown. */
export function runReview(): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["dist/review.js", ...ARGS], { cwd: ROOT, encoding: "utf8" });
  if (stdout === "") throw new Error(`topup-review printed nothing: ${stderr}`);
  return stdout;
}

const WIDTH = 860;
const MARGIN = 20;
const LINE = 21;
const FIRST_COLUMN = 290;
/** Average widths of a character at the size used: the picture may not depend on the fonts of the machine that draws it. */
const SANS = 6.9;
const MONO = 8;

/** A run of text in one font. */
interface Span {
  readonly text: string;
  readonly code: boolean;
}

/** The picture, light or dark as the reader's browser prefers. */
export function drawComment(markdown: string): string {
  const shapes: string[] = [];
  let y = MARGIN;
  const paragraph = (text: string, x: number, style = "") => {
    const lines = wrap(spansOf(text), WIDTH - MARGIN - x);
    for (const line of lines) {
      y += LINE;
      shapes.push(textAt(x, y, line, style));
    }
  };
  for (const block of markdown.trim().split("\n\n")) {
    if (block.startsWith("<!--")) continue;
    if (block.startsWith("### ")) {
      paragraph(block.slice(4), MARGIN, "heading");
      y += 8;
    } else if (block.startsWith("| ")) {
      y = drawTable(block, y, shapes) + 4;
    } else if (block.startsWith("- ")) {
      for (const item of block.split("\n")) {
        const [, text = ""] = /^- :no_entry: (.*)$/.exec(item) ?? [];
        if (text === "") throw new Error(`The picture has no sign for: ${item}`);
        shapes.push(
          `<g transform="translate(${MARGIN + 8} ${y + LINE - 5})"><circle r="7" class="stop"/><path d="M-4 0H4" class="bar"/></g>`,
        );
        paragraph(text, MARGIN + 26);
        y += 4;
      }
    } else paragraph(block, MARGIN, "small");
    y += 8;
  }
  return frame(y + MARGIN - 8, shapes, markdown);
}

function drawTable(block: string, top: number, shapes: string[]): number {
  const [head = [], , ...rows] = block.split("\n").map((line) => line.slice(2, -2).split(" | "));
  let y = top;
  for (const [index, row] of [head, ...rows].entries()) {
    const widths = [FIRST_COLUMN, WIDTH - 2 * MARGIN - FIRST_COLUMN];
    const cells = row.map((cell, column) => wrap(spansOf(cell), (widths[column] ?? 0) - 24));
    const height = Math.max(...cells.map(({ length }) => length)) * LINE + 12;
    for (const [column, lines] of cells.entries()) {
      const x = MARGIN + (column === 0 ? 0 : FIRST_COLUMN);
      shapes.push(`<rect x="${x}" y="${y}" width="${widths[column]}" height="${height}" class="cell"/>`);
      const style = index === 0 ? "bold" : "";
      lines.forEach((line, at) => void shapes.push(textAt(x + 12, y + LINE * (at + 1), line, style)));
    }
    y += height;
  }
  return y;
}

function spansOf(text: string): Span[] {
  return text
    .split("`")
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter((span) => span.text !== "");
}

/** Breaks between words. */
function wrap(spans: readonly Span[], width: number): Span[][] {
  const words = spans.flatMap(({ text, code }) => text.split(/(?<= )/).map((word) => ({ text: word, code })));
  const lines: Span[][] = [[]];
  let used = 0;
  for (const word of words) {
    const needed = word.text.trimEnd().length * (word.code ? MONO : SANS);
    if (used + needed > width && used > 0) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push(word);
    used += word.text.length * (word.code ? MONO : SANS);
  }
  return lines;
}

function textAt(x: number, y: number, line: readonly Span[], style: string): string {
  const spans = line.map(({ text, code }) =>
    code ? `<tspan class="code">${escapeXml(text)}</tspan>` : escapeXml(text),
  );
  return `<text x="${x}" y="${y}"${style === "" ? "" : ` class="${style}"`} xml:space="preserve">${spans.join("")}</text>`;
}

function frame(height: number, shapes: readonly string[], markdown: string): string {
  const title =
    markdown
      .split("\n")
      .find((line) => line.startsWith("### "))
      ?.slice(4) ?? "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<style>
  .page { fill: #ffffff; stroke: #d0d7de }
  .cell { fill: none; stroke: #d0d7de }
  text { fill: #1f2328; font: 14px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }
  .heading { font-size: 17px; font-weight: 600 }
  .bold { font-weight: 600 }
  .small { fill: #59636e; font-size: 12px }
  .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12.5px }
  .stop { fill: #cf222e }
  .bar { stroke: #ffffff; stroke-width: 2.5 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #3d444d }
    .cell { stroke: #3d444d }
    text { fill: #f0f6fc }
    .small { fill: #9198a1 }
    .stop { fill: #f85149 }
  }
</style>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6" class="page"/>
${shapes.join("\n")}
</svg>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
