// The command line of topup-watch: its options and its help.
import { formatOf, parseOptions, UsageError } from "../command/commandLine";
import { parseSpan } from "../topup/charges";
import { usd } from "../topup/money";
import type { Limit } from "./alarms";
import { accountId } from "./stackState";

export const HELP = `Usage: pulumi stack export | topup-watch [options]
       topup-watch ACCOUNT... [options]

Asks Cloudflare whether AI Gateway's auto top-up of every account in a stack is what the stack's state says, whether top-ups fail, and what
each account was charged. With account ids it prints what is set right now; then there is no state to compare with. It changes nothing: it
sends two GETs per account, and a token with the permission "AI Gateway Read" is enough.

  --stack-export FILE           read the output of 'pulumi stack export' from a file instead
  --max-charges N/SPAN          alarm if an account was charged more than N times in the span, such as 5/24h
  --max-failed N/SPAN           alarm if more than N attempts to charge an account's card failed in the span, such as 5/24h
  --max-usd N/SPAN              alarm if an account was charged more than N dollars in the span, such as 500/30d
  --format text|markdown|json   output format (default: text)
  --save FILE                   also write the JSON to a file, which 'topup-review --charges' reads
  --help                        show this help

An alarm without any limit: another amount or threshold than the state's, off though declared on, on though declared off, left over by an
interrupted replacement and still on, failing top-ups, an account in two resources, and code in the state that is not this package's (then
nothing is asked). What a program only reads with 'get' is not compared.

A span is a number followed by m, h or d (minutes, hours or days). A limit applies to each account, and you can give each several times.
Cloudflare documents no unit for what was charged: --max-usd reads its numbers as US cents. It says how often a card was asked for an invoice,
but not when: charges and attempts count at the invoice's date, and --max-failed does not call an older invoice's repeated attempts within the
limit if they may not be.

Credentials come from the environment: CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL. The command does not read a stack's
configuration.

Exit codes; if several apply, the first of these:
  2  the command line is wrong
  4  alarm: see above
  3  unknown: an account cannot be read, something cannot be compared or judged, no credentials, no state, no account in it
  1  the command itself failed
  0  none of these: every account was read, all is as declared and within the limits
`;

/** @throws UsageError */
export function readOptions(argv: readonly string[]) {
  const { values, positionals } = parseOptions(argv, {
    format: { type: "string", default: "text" },
    "stack-export": { type: "string" },
    save: { type: "string" },
    "max-charges": { type: "string", multiple: true, default: [] },
    "max-failed": { type: "string", multiple: true, default: [] },
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
    /** The file with a stack's state. Null: standard input, if no accounts are given. */
    stackFile: stackFile === "-" ? null : stackFile,
    format: formatOf(values.format),
    /** Where the JSON is written to in addition; null for nowhere. */
    saveFile: values.save ?? null,
    limits: (["charges", "failed", "usd"] as const).flatMap((kind) =>
      values[`max-${kind}`].map((text) => limitOf(kind, text)),
    ),
  };
}

function accountOf(text: string): string {
  const id = accountId(text);
  if (id !== null) return id;
  throw new UsageError(`An account id has 32 hexadecimal digits; got '${text.slice(0, 60)}'.`);
}

function limitOf(kind: Limit["kind"], text: string): Limit {
  const [, number = "", spanText = ""] = /^(\d{1,9}(?:\.\d{1,2})?)\/([^/]*)$/.exec(text) ?? [];
  const span = parseSpan(spanText);
  if (span !== null && kind === "usd") return { kind, most: usd(Number(number)), span };
  if (span !== null && /^\d+$/.test(number)) return { kind, most: Number(number), span };
  const example = kind === "usd" ? "500/30d for $500.00 in 30 days" : "5/24h for 5 in 24 hours";
  throw new UsageError(`'--max-${kind}' must be a number and a span, such as ${example}; got '${text}'.`);
}
