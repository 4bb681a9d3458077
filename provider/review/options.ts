// The command line of topup-review: its options and its help.
import { type Format, formatOf, parseOptions, UsageError } from "../command/options";
import { usd } from "../topup/money";
import type { Limits } from "./gate";

export const HELP = `Usage: topup-review [FILE] [options]

Shows in dollars, account by account, what a preview would change in Cloudflare AI Gateway's auto top-up. Reads the output of
'pulumi preview --json' from FILE or from standard input, as one JSON document or, with PULUMI_ENABLE_STREAMING_JSON_PREVIEW, as events.

  --format text|markdown|json   output format (default: text)
  --marker NAME                 Markdown: a name in the hidden first line, for several stacks on one pull request
  --fail-on-change              fail if the plan changes anything about auto top-up
  --fail-on-delete              fail if the plan switches auto top-up off for an account, or may do so
  --max-increase-usd N          fail if 'amount' or 'threshold' rises by more than N dollars
  --max-increase-percent N      fail if 'amount' or 'threshold' rises by more than N percent
  --charges FILE                also show what each account was charged; FILE is the output of 'topup-charges --format json'
  --fail-on-charges             fail if FILE has an alarm, or does not know the charges of an account that changes
  --max-projected-charges N     fail if the use of the last 30 days would take more than N charges of the new amount
  --require-spend-limit         fail if an account is not bounded by spend limits of this stack's gateways
  --help                        show this help

Spend limits are read from the preview alone, so let it list unchanged gateways: 'pulumi preview --json --show-sames'.
Where auto top-up is switched on, amounts rise from $0.00, which exceeds any percentage. An amount that is secret or not known yet
fails both increase limits.

Exit codes; if several apply, the first of these:
  2  the command line is wrong, a file cannot be read, or the input is no preview
  3  the preview failed (a refused value included), or two resources declare one account
  8  --fail-on-charges or --max-projected-charges
  9  --require-spend-limit
  6  --fail-on-delete
  5  --max-increase-usd or --max-increase-percent
  4  --fail-on-change
  1  the command itself failed
  0  none of these
`;

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

/** @throws UsageError */
export function readOptions(argv: readonly string[]): Options {
  const { values, positionals } = parseOptions(argv, {
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
  });
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`Give one file at most; got ${positionals.length}.`);
  const increase = numberOf("max-increase-usd", values["max-increase-usd"]);
  const limits = {
    failOnChange: values["fail-on-change"],
    failOnDelete: values["fail-on-delete"],
    maxIncrease: increase === null ? null : usd(increase),
    maxIncreasePercent: numberOf("max-increase-percent", values["max-increase-percent"]),
    failOnCharges: values["fail-on-charges"],
    maxProjectedCharges: numberOf("max-projected-charges", values["max-projected-charges"]),
    requireSpendLimit: values["require-spend-limit"],
  };
  const { charges = null } = values;
  if (charges === null && (limits.failOnCharges || limits.maxProjectedCharges !== null)) {
    throw new UsageError("'--fail-on-charges' and '--max-projected-charges' need '--charges FILE'.");
  }
  const source = file === undefined || file === "-" ? null : file;
  const print = { format: formatOf(values.format), marker: markerNameOf(values.marker) };
  return { help: values.help, file: source, ...print, charges, limits };
}

// It becomes part of an HTML comment, which "--" or ">" would end.
function markerNameOf(name: string): string {
  if (/^(\w+(-\w+)*)?$/.test(name)) return name;
  throw new UsageError(`'--marker' takes letters, digits, '_' and single '-'; got '${name}'.`);
}

function numberOf(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}(\.\d{1,2})?$/.test(text)) return Number(text);
  throw new UsageError(`'--${name}' must be a number, zero or more, with at most two decimals; got '${text}'.`);
}
