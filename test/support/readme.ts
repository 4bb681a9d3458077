// Reads sections and code of the README and of docs/, so that what they tell people is what the tests run.
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./program";

/** The text below a heading, up to the next heading of the same or a higher level. */
export function section(heading: string, file = "README.md"): string {
  const lines = readFileSync(path.join(ROOT, file), "utf8").split("\n");
  const start = lines.findIndex((line) => new RegExp(`^#+ ${heading}$`).test(line));
  if (start < 0) throw new Error(`${file} has no section "${heading}".`);
  const level = lines[start]?.indexOf(" ") ?? 0;
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
}

/** The first code block of a language in a section, or a later one. */
export function codeBlock(heading: string, language: string, index = 0, file = "README.md"): string {
  const blocks = [...section(heading, file).matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))];
  const block = blocks[index]?.[1];
  if (block === undefined) throw new Error(`${file}, "${heading}", has no ${language} block number ${index}.`);
  return block;
}
