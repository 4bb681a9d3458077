// Reads previews that the real CLI printed: those of documents/, whose README.md says how each was made, and those of the recorded sequences in
// test/recordings.
import { readFileSync } from "node:fs";
import path from "node:path";
import { quoteText } from "../../provider/command/safeText";
import { exitCodeOf, findingsOf, type Limits } from "../../provider/review/findings";
import type { Past } from "../../provider/review/past";
import { readPreview } from "../../provider/review/preview";
import { type Review, reviewOf } from "../../provider/review/review";
import { remarksOn } from "../../provider/review/sentences";

export const ACCOUNT = "0123456789abcdef0123456789abcdef";
export const OTHER = "fedcba9876543210fedcba9876543210";

export const NO_LIMITS: Limits = {
  failOnChange: false,
  failOnDelete: false,
  maxIncrease: null,
  maxIncreasePercent: null,
  failOnCharges: false,
  requireSpendLimit: false,
  approval: null,
};

export function fixturePath(file: string): string {
  return path.join(__dirname, "documents", file);
}

export function fixture(file: string): string {
  return readFileSync(fixturePath(file), "utf8");
}

/** A preview of a recorded sequence, for example `recorded("swap.dynamic", 1)`. */
export function recorded(sequence: string, index: number): string {
  const file = path.join(__dirname, "../recordings/data", `${sequence}.json`);
  return JSON.stringify(JSON.parse(readFileSync(file, "utf8")).previews[index].document);
}

/** The plan of a document, to be changed by hand. */
export interface Plan {
  steps: { op: string; urn: string; oldState?: Record<string, unknown>; newState?: Record<string, unknown> }[];
  changeSummary: Record<string, number>;
  [field: string]: unknown;
}
export const planOf = (name: string): Plan => JSON.parse(fixture(`${name}.json`));

export function reviewOfText(text: string, past: Past | null = null): Review {
  return reviewOf(readPreview(text), past);
}

/** The exit code for a preview, as text or as an object, and why. */
export function judge(preview: string | object, limits: Partial<Limits> = {}, past: Past | null = null) {
  const review = reviewOfText(typeof preview === "string" ? preview : JSON.stringify(preview), past);
  const findings = findingsOf(review, { ...NO_LIMITS, ...limits }, quoteText);
  return { exitCode: exitCodeOf(findings), messages: findings.map(({ message }) => message), said: sentences(review) };
}

/** The same for a document, without what the review says. */
export function gate(name: string, limits: Partial<Limits>, past: Past | null = null) {
  const { exitCode, messages } = judge(fixture(`${name}.json`), limits, past);
  return { exitCode, messages };
}

export function review(name: string): Review {
  return reviewOfText(fixture(`${name}.json`));
}

/** Every sentence of a review about what changes, with the account in front of it; none about the card and what bounds it. */
export function sentences(review: Review): readonly string[] {
  return review.changes
    .flatMap((change) => remarksOn(change, review, quoteText))
    .filter(({ text }) => !text.startsWith("the card pays"))
    .map(({ account, text }) => `${account}: ${text}`);
}
