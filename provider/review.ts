#!/usr/bin/env node
// The command topup-review: runs or reads a preview, prints the review, and exits with a code that a pipeline can gate on.
import { writeFileSync } from "node:fs";
import { UsageError } from "./command/parseOptions";
import { InputError, readInput, reasonOf } from "./command/readInput";
import { runCommand } from "./command/runCommand";
import { quoteMarkdown, quoteText } from "./command/safeText";
import { approvalOf, readApproval } from "./review/approval";
import { EXIT, exitCodeOf, findingsOf } from "./review/findings";
import { readPast } from "./review/past";
import { readPreview } from "./review/previewText";
import { asJson, asMarkdown, asText } from "./review/printReview";
import { type Review, reviewOf } from "./review/review";
import { HELP, readOptions } from "./review/reviewOptions";
import { PreviewError, runPreview } from "./review/runPreview";

const NOTHING = "Nothing to read: use --run, name a file, or pipe in the output of 'pulumi preview --json'.";

async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const now = Date.now();
  const past = options.charges === null ? null : readPast(await readInput(options.charges, NOTHING));
  const { approved, maxAge } = options;
  const approval = approved === null ? null : readApproval(await readInput(approved, NOTHING), now, maxAge);
  const preview = options.run ? await runPreview(options.run) : readPreview(await readInput(options.file, NOTHING));
  const review = reviewOf(preview, past);
  const limits = { ...options.limits, approval };
  const findings = findingsOf(review, limits, options.format === "markdown" ? quoteMarkdown : quoteText);
  const print = {
    text: () => asText(review, findings),
    markdown: () => asMarkdown(review, findings, options.marker),
    json: () => asJson(review, findings),
  };
  process.stdout.write(print[options.format]());
  process.exitCode = exitCodeOf(findings);
  if (options.save !== null && process.exitCode !== EXIT.failed) save(options.save, review, now);
}

function save(file: string, review: Review, now: number): void {
  try {
    writeFileSync(file, approvalOf(review, now));
  } catch (cause) {
    throw new UsageError(`Cannot write ${file}: ${reasonOf(cause)}`);
  }
}

runCommand("topup-review", main, (cause) => {
  if (cause instanceof PreviewError) return EXIT.failed;
  return cause instanceof UsageError || cause instanceof InputError ? EXIT.usage : EXIT.error;
});
