// Owns the command line of topup-review: its options and its help. It must not know what is done with them.
import { parseArgs } from "node:util";
import { usd } from "../topup/money";
import type { Limits } from "./gate";

export const HELP = `Usage: topup-review [FILE] [options]

Says in dollars what 'pulumi preview --json' would change in Cloudflare AI Gateway's auto top-up, account by account.
Reads FILE, or standard input: one JSON document, or the event stream of PULUMI_ENABLE_STREAMING_JSON_PREVIEW.

  --format text|markdown|json   how to print it (default: text)
  --marker NAME                 Markdown: name in the hidden first line, for several stacks on one pull request
  --fail-on-change              fail if anything changes
  --max-increase-usd N          fail if 'amount' or 'threshold' rises by more than N dollars
  --max-increase-percent N      fail if either rises by more than N percent
  --fail-on-delete              fail if auto top-up is switched off for an account, in whatever way
  --charges FILE                also say what each account was charged: the JSON of 'topup-charges --format json'
  --fail-on-charges             fail if FILE has an alarm, or does not know an account that changes
  --max-projected-charges N     fail if the use of the last 30 days would take more than N charges of the new amount
  --require-spend-limit         fail if an account is not bounded by the spend limits of this stack's gateways
  --help                        print this

Spend limits are read from the preview alone, so let it show unchanged gateways: 'pulumi preview --json --show-sames'.
An account whose auto top-up is switched on rises from $0.00, which is beyond any percentage. A sum that is secret or
not known yet cannot be judged, and fails both increase limits.

Exit codes; of several, the first that applies:
  2  wrong usage, or the input is no preview
  3  the preview failed, a refused value included, or two resources declare one account
  8  --fail-on-charges, --max-projected-charges         9  --require-spend-limit
  6  --fail-on-delete       5  --max-increase-...       4  --fail-on-change
  0  none of these          1  an error of the command itself
`;

export type Format = "text" | "markdown" | "json";

export interface Options {
  readonly help: boolean;
  /** Null: standard input. */
  readonly file: string | null;
  readonly format: Format;
  readonly marker: string;
  /** A file with what the accounts were charged; null for none. */
  readonly charges: string | null;
  readonly limits: Limits;
}

/** The command line makes no sense. The message is for the user. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(argv: readonly string[]): Options {
  const { values, positionals } = parsed(argv);
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`One file at most, got ${positionals.length}.`);
  const limits = {
    failOnChange: values["fail-on-change"],
    failOnDelete: values["fail-on-delete"],
    maxIncrease: number("max-increase-usd", values["max-increase-usd"], usd),
    maxIncreasePercent: number("max-increase-percent", values["max-increase-percent"], (percent) => percent),
    failOnCharges: values["fail-on-charges"],
    maxProjectedCharges: number("max-projected-charges", values["max-projected-charges"], (count) => count),
    requireSpendLimit: values["require-spend-limit"],
  };
  const { charges = null } = values;
  if (charges === null && (limits.failOnCharges || limits.maxProjectedCharges !== null)) {
    throw new UsageError("'--fail-on-charges' and '--max-projected-charges' need '--charges FILE'.");
  }
  const source = file === undefined || file === "-" ? null : file;
  const print = { format: format(values.format), marker: marker(values.marker) };
  return { help: values.help, file: source, ...print, charges, limits };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        format: { type: "string", default: "text" },
        marker: { type: "string", default: "" },
        "fail-on-change": { type: "boolean", default: false },
        "fail-on-delete": { type: "boolean", default: false },
        "max-increase-usd": { type: "string" },
        "max-increase-percent": { type: "string" },
        charges: { type: "string" },
        "fail-on-charges": { type: "boolean", default: false },
        "max-projected-charges": { type: "string" },
        "require-spend-limit": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause));
  }
}

function format(name: string): Format {
  if (name === "text" || name === "markdown" || name === "json") return name;
  throw new UsageError(`'--format' must be text, markdown or json, got '${name}'.`);
}

// It stands in an HTML comment, which "--" and ">" would end.
function marker(name: string): string {
  if (/^(\w+(-\w+)*)?$/.test(name)) return name;
  throw new UsageError(`'--marker' takes letters, digits, '_' and single '-', got '${name}'.`);
}

function number(name: string, text: string | undefined, convert: (value: number) => number): number | null {
  if (text === undefined) return null;
  if (!/^\d+(\.\d{1,2})?$/.test(text)) {
    throw new UsageError(`'--${name}' must be a number, zero or more, with at most two decimals, got '${text}'.`);
  }
  return convert(Number(text));
}
