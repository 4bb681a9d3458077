// The command line of topup-charges: its options and its help.
import { type Format, formatOf, parseOptions, UsageError } from "../command/parseOptions";
import { parseSince, parseSpan } from "../topup/charges";
import { usd } from "../topup/money";
import { accountId } from "./accounts";
import type { Limit } from "./gate";

export const HELP = `Usage: topup-charges [ACCOUNT...] [options]

Shows what Cloudflare AI Gateway's auto top-up charged each account: every charge, the totals of 24 hours, 7 days and 30 days, and
failed attempts, which count as no charge. It changes nothing: it sends one GET per account.

Name the accounts by their ids, or pipe in a stack to ask about all of its accounts:
  pulumi stack export | topup-charges
  pulumi stack output --json | topup-charges

  --stack-export FILE           read the stack's state or outputs from a file instead
  --since WHEN                  list charges since a date (2026-11-01) or within a span (24h, 30d); default: 30d
  --format text|markdown|json   output format (default: text); 'topup-review --charges' reads the JSON
  --save FILE                   also write the JSON to a file, whatever the output format
  --max-charges N/SPAN          alarm if an account was charged more than N times in the span, such as 5/24h
  --max-usd N/SPAN              alarm if an account was charged more than N dollars in the span, such as 500/30d
  --help                        show this help

A span is a number followed by m, h or d (minutes, hours or days). Both limits apply to each account, and you can give each several
times. Cloudflare documents no unit for the amounts: --max-usd reads them as US cents. --max-charges needs no unit.

Credentials come from the environment: CLOUDFLARE_API_TOKEN, a token with the permission "AI Gateway Read", or CLOUDFLARE_API_KEY with
CLOUDFLARE_EMAIL. The command does not read a stack's configuration.

Exit codes; if several apply, the first of these:
  2  the command line is wrong
  4  alarm: an account exceeds a limit
  3  unknown: an account cannot be read or a limit cannot be judged, or no credentials or no account were given
  1  the command itself failed
  0  none of these: every account was read and is within the limits
`;

export interface Options {
  readonly help: boolean;
  readonly accounts: readonly string[];
  /** The file with a stack's state or outputs. Null: standard input, where no accounts are given. */
  readonly stackFile: string | null;
  readonly format: Format;
  /** Where the JSON is written to in addition; null for nowhere. */
  readonly saveFile: string | null;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly limits: readonly Limit[];
}

/** @throws UsageError */
export function readOptions(argv: readonly string[], now: number): Options {
  const { values, positionals } = parseOptions(argv, {
    format: { type: "string", default: "text" },
    since: { type: "string", default: "30d" },
    "stack-export": { type: "string" },
    save: { type: "string" },
    "max-charges": { type: "string", multiple: true, default: [] },
    "max-usd": { type: "string", multiple: true, default: [] },
    help: { type: "boolean", short: "h", default: false },
  });
  const stackFile = values["stack-export"] ?? null;
  if (stackFile !== null && positionals.length > 0) {
    throw new UsageError("Give account ids or '--stack-export', not both.");
  }
  return {
    help: values.help,
    accounts: [...new Set(positionals.map(accountOf))],
    stackFile: stackFile === "-" ? null : stackFile,
    format: formatOf(values.format),
    saveFile: values.save ?? null,
    since: sinceOf(values.since, now),
    limits: [
      ...values["max-charges"].map((text) => limitOf("max-charges", text)),
      ...values["max-usd"].map((text) => limitOf("max-usd", text)),
    ],
  };
}

function accountOf(text: string): string {
  const id = accountId(text);
  if (id !== null) return id;
  throw new UsageError(`An account id has 32 hexadecimal digits; got '${text.slice(0, 60)}'.`);
}

function sinceOf(text: string, now: number): number {
  const time = parseSince(text, now);
  if (time !== null) return time;
  throw new UsageError(
    `'--since' must be a past date such as 2026-11-01, or a span such as 24h or 30d; got '${text}'.`,
  );
}

function limitOf(name: "max-charges" | "max-usd", text: string): Limit {
  const [number = "", spanText = "", ...more] = text.split("/");
  const span = parseSpan(spanText);
  const isNumber = name === "max-usd" ? /^\d{1,9}(\.\d{1,2})?$/ : /^\d{1,9}$/;
  if (span === null || more.length > 0 || !isNumber.test(number)) {
    const example = name === "max-usd" ? "500/30d for $500.00 in 30 days" : "5/24h for 5 charges in 24 hours";
    throw new UsageError(`'--${name}' must be a number and a span, such as ${example}; got '${text}'.`);
  }
  if (name === "max-usd") return { kind: "usd", most: usd(Number(number)), span };
  return { kind: "charges", most: Number(number), span };
}
