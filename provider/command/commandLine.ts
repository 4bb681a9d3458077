// What the command lines of all commands have in common, from the arguments to the exit code; each command names its own options. Called by the
// entry of each command, and by what reads its options.
import { writeFileSync } from "node:fs";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearestName } from "../topup/nearestName";
import { plain } from "./safeText";

/** The command line makes no sense. The message is for the user. */
export class UsageError extends Error {}

export type Format = "text" | "markdown" | "json";

/** @throws UsageError if an argument is unknown or lacks its value. */
export function parseOptions<T extends NonNullable<ParseArgsConfig["options"]>>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (cause) {
    const [, unknown] = /^Unknown option '(--?[^']+)'/.exec(reasonOf(cause)) ?? [];
    if (unknown === undefined) throw new UsageError(reasonOf(cause));
    const meant = nearestName(unknown, Object.keys(options));
    throw new UsageError(`'${unknown}' is not an option.${meant ? ` Did you mean '--${meant}'?` : ""}`);
  }
}

/** @throws UsageError */
export function formatOf(name: string): Format {
  if (name === "text" || name === "markdown" || name === "json") return name;
  throw new UsageError(`'--format' must be text, markdown or json; got '${name}'.`);
}

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
    complain(name, `${reasonOf(cause)}${cause instanceof UsageError ? `\nSee ${name} --help.` : ""}`);
    process.exitCode = exitCodeOf(cause);
  });
}

/** @throws UsageError */
export function writeOutput(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new UsageError(`Cannot write ${file}: ${reasonOf(cause)}`);
  }
}

/** Writes to standard error: standard output is the report's. */
export function complain(name: string, text: string): void {
  process.stderr.write(`${name}: ${text.split("\n").map(plain).join("\n")}\n`);
}

export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
