// Runs a command from its arguments to its exit code. Called by the entry of each command, once.
import { UsageError } from "./parseOptions";
import { plain } from "./safeText";

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
