#!/usr/bin/env node
// The command topup-review: reads a preview, prints the review, and exits with a code that a pipeline can gate on.
import { UsageError } from "./command/options";
import { quoteMarkdown, quoteText } from "./command/print";
import { InputError, readInput, runCommand } from "./command/run";
import { EXIT, exitCodeOf, findingsOf } from "./review/gate";
import { HELP, readOptions } from "./review/options";
import { readPast } from "./review/past";
import { readPreview } from "./review/preview";
import { asJson, asMarkdown, asText } from "./review/print";
import { reviewOf } from "./review/review";

const NOTHING = "Nothing to read: name a file, or pipe in the output of 'pulumi preview --json'.";

async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const past = options.charges === null ? null : readPast(await readInput(options.charges, NOTHING));
  const review = reviewOf(readPreview(await readInput(options.file, NOTHING)), past);
  const findings = findingsOf(review, options.limits, options.format === "markdown" ? quoteMarkdown : quoteText);
  const print = {
    text: () => asText(review, findings),
    markdown: () => asMarkdown(review, findings, options.marker),
    json: () => asJson(review, findings),
  };
  process.stdout.write(print[options.format]());
  process.exitCode = exitCodeOf(findings);
}

runCommand("topup-review", main, (cause) =>
  cause instanceof UsageError || cause instanceof InputError ? EXIT.usage : EXIT.error,
);
