// Owns the command line of topup-charges: its options and its help. It must not know what is done with them.
import { parseArgs } from "node:util";
import { type Format, UsageError } from "../review/options";
import { usd } from "../topup/money";
import { accountId } from "./accounts";
import type { Limit } from "./gate";
import { parseSince, parseSpan } from "./spans";

export const HELP = `Usage: topup-charges [ACCOUNT...] [options]

Says what Cloudflare AI Gateway's auto top-up charged, account by account: each charge, and what they come to in 24 hours, 7 days
and 30 days. Failed attempts are told apart. It reads only: one GET per account.

The accounts are those given, or those of a stack:
  pulumi stack export | topup-charges
  pulumi stack output --json | topup-charges

  --stack-export FILE           the accounts of a stack's state, or of its outputs, from a file
  --since WHEN                  list the charges since a date (2026-11-01), or of a span (24h, 30d); default: 30d
  --format text|markdown|json   how to print it (default: text); JSON is what 'topup-review --charges' reads
  --save FILE                   also write the JSON to a file, whatever is printed
  --max-charges N/SPAN          alarm if an account was charged more than N times in the span, such as 5/24h
  --max-usd N/SPAN              alarm if an account was charged more than N dollars in the span, such as 500/30d
  --help                        print this

Both limits may be given several times, and hold for each account; a span is a number with m, h or d. Cloudflare documents no unit for
the amounts, so --max-usd rests on reading its numbers as US cents; --max-charges needs no unit.

Credentials come from the environment: CLOUDFLARE_API_TOKEN with the permission "AI Gateway Read", or CLOUDFLARE_API_KEY with
CLOUDFLARE_EMAIL. A command does not see a stack's configuration.

Exit codes; of several, the first that applies:
  2  wrong usage
  4  an alarm
  3  not known: an account that cannot be read, no credentials, no account, or a limit that what is known cannot answer
  0  all is within the limits        1  an error of the command itself
`;

export interface Options {
  readonly help: boolean;
  readonly accounts: readonly string[];
  /** The file with a stack's state or outputs. Null: standard input, where no accounts are given. */
  readonly stackFile: string | null;
  readonly format: Format;
  /** Where the JSON is written to beside what is printed; null for nowhere. */
  readonly saveFile: string | null;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly limits: readonly Limit[];
}

/** @throws UsageError */
export function readOptions(argv: readonly string[], now: number): Options {
  const { values, positionals } = parsed(argv);
  const stackFile = values["stack-export"] ?? null;
  if (stackFile !== null && positionals.length > 0) {
    throw new UsageError("Name accounts or a stack's file, not both.");
  }
  return {
    help: values.help,
    accounts: [...new Set(positionals.map(account))],
    stackFile: stackFile === "-" ? null : stackFile,
    format: format(values.format),
    saveFile: values.save ?? null,
    since: since(values.since, now),
    limits: [
      ...values["max-charges"].map((text) => limit("max-charges", text)),
      ...values["max-usd"].map((text) => limit("max-usd", text)),
    ],
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        format: { type: "string", default: "text" },
        since: { type: "string", default: "30d" },
        "stack-export": { type: "string" },
        save: { type: "string" },
        "max-charges": { type: "string", multiple: true, default: [] },
        "max-usd": { type: "string", multiple: true, default: [] },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause));
  }
}

function account(text: string): string {
  const id = accountId(text);
  if (id !== null) return id;
  throw new UsageError(`An account is given by its id, 32 hexadecimal digits, got '${text.slice(0, 60)}'.`);
}

function format(name: string): Format {
  if (name === "text" || name === "markdown" || name === "json") return name;
  throw new UsageError(`'--format' must be text, markdown or json, got '${name}'.`);
}

function since(text: string, now: number): number {
  const time = parseSince(text, now);
  if (time !== null) return time;
  throw new UsageError(`'--since' must be a date such as 2026-11-01, or a span such as 24h or 30d, got '${text}'.`);
}

function limit(name: "max-charges" | "max-usd", text: string): Limit {
  const [number = "", spanText = "", ...more] = text.split("/");
  const span = parseSpan(spanText);
  const isNumber = name === "max-usd" ? /^\d{1,9}(\.\d{1,2})?$/ : /^\d{1,9}$/;
  if (span === null || more.length > 0 || !isNumber.test(number)) {
    const example = name === "max-usd" ? "500/30d for $500.00 in 30 days" : "5/24h for 5 charges in 24 hours";
    throw new UsageError(`'--${name}' must be a number and a span of time, such as ${example}, got '${text}'.`);
  }
  if (name === "max-usd") return { kind: "usd", most: usd(Number(number)), span };
  return { kind: "charges", most: Number(number), span };
}
