// Reads the README as data, so that what it says is what the tests run.
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./program";

/** The text below a heading, up to the next heading of the same or a higher level. */
export function section(heading: string): string {
  const lines = readFileSync(path.join(ROOT, "README.md"), "utf8").split("\n");
  const start = lines.findIndex((line) => new RegExp(`^#+ ${heading}$`).test(line));
  if (start < 0) throw new Error(`README.md has no section "${heading}".`);
  const level = lines[start]?.indexOf(" ") ?? 0;
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
}

/** The first code block of a language in a section, or a later one. */
export function codeBlock(heading: string, language: string, index = 0): string {
  const blocks = [...section(heading).matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))];
  const block = blocks[index]?.[1];
  if (block === undefined) throw new Error(`README.md, "${heading}", has no ${language} block number ${index}.`);
  return block;
}
