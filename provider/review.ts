#!/usr/bin/env node
// The command topup-review: reads a preview, prints the review, ends with the exit code that a pipeline can gate on.
// It must not know what a review says.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { isatty } from "node:tty";
import { EXIT, exitCodeOf, findingsOf } from "./review/gate";
import { asJson } from "./review/json";
import { asMarkdown, quoteMarkdown } from "./review/markdown";
import { HELP, type Options, readOptions, UsageError } from "./review/options";
import { NotCharges, type Past, readPast } from "./review/past";
import { NotAPreview, readPreview } from "./review/preview";
import { reviewOf } from "./review/review";
import { asText, quoteText } from "./review/text";

async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const past = options.charges === null ? null : readPast(await readInput(options.charges));
  const { output, exitCode } = run(options, await readInput(options.file), past);
  process.stdout.write(output);
  process.exitCode = exitCode;
}

function run({ format, marker, limits }: Options, input: string, past: Past | null) {
  const review = reviewOf(readPreview(input), past);
  const findings = findingsOf(review, limits, format === "markdown" ? quoteMarkdown : quoteText);
  const print = {
    text: () => asText(review, findings),
    markdown: () => asMarkdown(review, findings, marker),
    json: () => asJson(review, findings),
  };
  return { output: print[format](), exitCode: exitCodeOf(findings) };
}

async function readInput(file: string | null): Promise<string> {
  if (file === null && isatty(0)) throw new UsageError("Nothing to read: name a file, or pipe a preview in.");
  try {
    // As a stream: a preview takes its time, and a pipe that has nothing to read yet fails a read at once.
    return file === null ? await text(process.stdin) : readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`Cannot read ${file ?? "standard input"}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function fail(cause: unknown): void {
  const expected = [UsageError, NotAPreview, NotCharges].some((kind) => cause instanceof kind);
  const hint = cause instanceof UsageError ? "\nSee topup-review --help." : "";
  process.stderr.write(`topup-review: ${cause instanceof Error ? cause.message : String(cause)}${hint}\n`);
  process.exitCode = expected ? EXIT.usage : EXIT.error;
}

main(process.argv.slice(2)).catch(fail);
