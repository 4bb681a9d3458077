// Reads README.md and docs/ as data: headings, links, code blocks, generated parts. Knows nothing of what they say.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/program";

export interface Block {
  /** Of the file below the repository's root. */
  readonly file: string;
  readonly language: string;
  readonly code: string;
  /** The nearest heading above it. */
  readonly heading: string;
}

export interface Page {
  /** Below the repository's root, for instance `docs/spending.md`. */
  readonly file: string;
  readonly text: string;
  /** As GitHub derives them from the headings. */
  readonly anchors: readonly string[];
  /** Targets of links and pictures, as written. */
  readonly links: readonly string[];
  readonly blocks: readonly Block[];
}

/** The page that a user reads under this name. */
export function readPage(file: string): Page {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  const blocks = blocksOf(file, text);
  const prose = text.replace(FENCE, "");
  return { file, text, blocks, anchors: anchorsOf(prose), links: linksOf(prose) };
}

/** README.md and every page below docs/. */
export function readPages(): readonly Page[] {
  const docs = readdirSync(path.join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...docs.map((name) => `docs/${name}`)].map(readPage);
}

export function titleOf({ file, heading }: Block): string {
  return `${file}, ${heading}`;
}

/** The blocks that are whole TypeScript programs, tests of programs aside. */
export function programsIn(blocks: readonly Block[]): readonly Block[] {
  const typescript = blocks.filter(({ language }) => language === "ts" || language === "typescript");
  return typescript.filter(({ code }) => code.includes("import ") && !code.includes("\ntest("));
}

// A block in a list is indented; its fence ends where one of the same indentation stands.
const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

function blocksOf(file: string, text: string): Block[] {
  return [...text.matchAll(FENCE)].map(({ 1: indent = "", 2: language = "", 3: code = "", index }) => ({
    file,
    language,
    code: code.replace(new RegExp(`^${indent}`, "gm"), ""),
    heading:
      [
        ...text
          .slice(0, index)
          .replace(FENCE, "")
          .matchAll(/^#+ (.*)$/gm),
      ].at(-1)?.[1] ?? "",
  }));
}

function anchorsOf(prose: string): string[] {
  const anchors = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  return anchors.map((anchor, index) => {
    const before = anchors.slice(0, index).filter((other) => other === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** As GitHub makes it from a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

function linksOf(prose: string): string[] {
  const markdown = [...prose.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)/g)];
  const html = [...prose.matchAll(/ (?:src|srcset|href)="([^"]+)"/g)];
  return [...markdown, ...html].map(([, target = ""]) => target);
}
