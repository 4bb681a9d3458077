// What the command lines of all commands have in common; each command names its own options.
import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearestName } from "../topup/nearestName";

/** The command line makes no sense. The message is for the user. */
export class UsageError extends Error {}

export type Format = "text" | "markdown" | "json";

/** @throws UsageError if an argument is unknown or lacks its value. */
export function parseOptions<T extends NonNullable<ParseArgsConfig["options"]>>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const [, unknown] = /^Unknown option '(--?[^']+)'/.exec(message) ?? [];
    if (unknown === undefined) throw new UsageError(message);
    const meant = nearestName(unknown, Object.keys(options));
    throw new UsageError(`'${unknown}' is not an option.${meant ? ` Did you mean '--${meant}'?` : ""}`);
  }
}

/** @throws UsageError */
export function formatOf(name: string): Format {
  if (name === "text" || name === "markdown" || name === "json") return name;
  throw new UsageError(`'--format' must be text, markdown or json; got '${name}'.`);
}
