// Runs a command from its arguments to its exit code, and reads its input. Does not know what a command does.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { isatty } from "node:tty";
import { UsageError } from "./options";
import { plain } from "./print";

/** What the command was given to read is not what it reads. The message is for the user. */
export class InputError extends Error {}

/**
 * @param main prints the output and sets the exit code.
 * @param exitCodeOf the exit code for what `main` throws.
 */
export function runCommand(
  name: string,
  main: (argv: readonly string[]) => Promise<void>,
  exitCodeOf: (cause: unknown) => number,
): void {
  // A reader that has seen enough, as `head` does, changes nothing about the result.
  process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EPIPE") throw cause;
  });
  main(process.argv.slice(2)).catch((cause: unknown) => {
    const hint = cause instanceof UsageError ? `\nSee ${name} --help.` : "";
    complain(name, `${cause instanceof Error ? cause.message : String(cause)}${hint}`);
    process.exitCode = exitCodeOf(cause);
  });
}

/** Writes to standard error: standard output is the report's. */
export function complain(name: string, text: string): void {
  process.stderr.write(`${name}: ${text.split("\n").map(plain).join("\n")}\n`);
}

/**
 * The whole of a file, or of standard input.
 *
 * @param file null for standard input.
 * @param missing what to say where standard input is a terminal, so that nothing would ever come.
 * @throws UsageError
 */
export async function readInput(file: string | null, missing: string): Promise<string> {
  if (file === null && isatty(0)) throw new UsageError(missing);
  try {
    // As a stream: what writes to the pipe takes its time, and a pipe that holds nothing yet fails a read at once.
    return file === null ? await text(process.stdin) : readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`Cannot read ${file ?? "standard input"}: ${reasonOf(cause)}`);
  }
}

export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
