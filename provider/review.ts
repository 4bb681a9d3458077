#!/usr/bin/env node
// The command topup-review: runs or reads a preview, prints the review, and exits with a code that a pipeline can gate on.
import { runCommand, UsageError, writeOutput } from "./command/commandLine";
import { InputError, readInput } from "./command/readInput";
import { quoteMarkdown, quoteText } from "./command/safeText";
import { approvalOf, readApproval } from "./review/approval";
import { EXIT, exitCodeOf, findingsOf } from "./review/findings";
import { readPast } from "./review/past";
import { readPreview } from "./review/preview";
import { asJson, asMarkdown, asText } from "./review/printReview";
import { reviewOf } from "./review/review";
import { HELP, readOptions } from "./review/reviewOptions";
import { PreviewError, runPreview } from "./review/runPreview";

async function main(argv: readonly string[]): Promise<void> {
  const { help, run, file, format, marker, charges, save, approved, maxAge, limits } = readOptions(argv);
  if (help) return void process.stdout.write(HELP);
  const now = Date.now();
  const past = charges === null ? null : readPast(await read(charges), now, maxAge);
  const approval = approved === null ? null : readApproval(await read(approved), now, maxAge);
  const review = reviewOf(run ? await runPreview(run) : readPreview(await read(file)), past);
  const findings = findingsOf(review, { ...limits, approval }, format === "markdown" ? quoteMarkdown : quoteText);
  const print = { text: asText, markdown: asMarkdown, json: asJson }[format];
  process.stdout.write(print(review, findings, marker));
  process.exitCode = exitCodeOf(findings);
  if (save !== null && process.exitCode !== EXIT.failed) writeOutput(save, approvalOf(review, now));
}

function read(file: string | null): Promise<string> {
  return readInput(file, "Nothing to read: use --run, name a file, or pipe in the output of 'pulumi preview --json'.");
}

runCommand("topup-review", main, (cause) => {
  if (cause instanceof PreviewError) return EXIT.failed;
  return cause instanceof UsageError || cause instanceof InputError ? EXIT.usage : EXIT.error;
});
