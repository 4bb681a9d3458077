// The picture of a pull request comment shows what the command prints now. UPDATE_DOCS=1 draws it anew.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/program";
import { drawComment, runReview } from "./picture";

const file = path.join(ROOT, "docs/review.svg");
const markdown = runReview();
if (process.env.UPDATE_DOCS === "1") writeFileSync(file, drawComment(markdown));

/** The text of a drawing, or of the comment, without what is not text. */
const wordsOf = (text: string) =>
  text
    .replace(/<style>[\s\S]*?<\/style>|<[^>]*>|[`|#]|^- :no_entry:|---/gm, " ")
    .split(/\s+/)
    .filter(Boolean);

describe("docs/review.svg", () => {
  const drawn = readFileSync(file, "utf8");

  it("is drawn from a fresh run; `UPDATE_DOCS=1 npx jest test/docs/picture` draws it anew", () => {
    expect(drawn).toBe(drawComment(markdown));
  });

  it("shows every word of the comment, in its order", () => {
    expect(wordsOf(markdown).length).toBeGreaterThan(50);
    expect(wordsOf(drawn.replaceAll("&amp;", "&"))).toEqual(wordsOf(markdown));
  });

  it("adapts to a dark page by itself, and loads nothing", () => {
    expect(drawn).toContain("prefers-color-scheme: dark");
    expect(drawn).not.toMatch(/href|url\(|<script|<image/);
  });
});
