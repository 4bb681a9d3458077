// Reads the saved previews of fixtures/; how each was made stands in fixtures/README.md.
import { readFileSync } from "node:fs";
import path from "node:path";
import { quoteText } from "../../provider/command/print";
import type { Limits } from "../../provider/review/gate";
import { readPreview } from "../../provider/review/preview";
import { type Review, reviewOf } from "../../provider/review/review";
import { sentencesOf } from "../../provider/review/sentences";

export const ACCOUNT = "0123456789abcdef0123456789abcdef";
export const OTHER = "fedcba9876543210fedcba9876543210";

export const NO_LIMITS: Limits = {
  failOnChange: false,
  failOnDelete: false,
  maxIncrease: null,
  maxIncreasePercent: null,
  failOnCharges: false,
  maxProjectedCharges: null,
  requireSpendLimit: false,
};

export function fixturePath(file: string): string {
  return path.join(__dirname, "fixtures", file);
}

export function fixture(file: string): string {
  return readFileSync(fixturePath(file), "utf8");
}

export function review(name: string): Review {
  return reviewOf(readPreview(fixture(`${name}.json`)));
}

/** Every sentence of a review, with the account in front of it. */
export function sentences({ changes }: Review): readonly string[] {
  return changes
    .flatMap((change) => sentencesOf(change, changes, quoteText))
    .map(({ account, text }) => `${account}: ${text}`);
}
