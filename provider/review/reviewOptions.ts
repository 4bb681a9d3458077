// The command line of topup-review: its options and its help. Read once, at the start.
import { formatOf, parseOptions, UsageError } from "../command/commandLine";
import { parseSpan } from "../topup/charges";
import { usd } from "../topup/money";

export const HELP = `Usage: topup-review --run [options] [-- flags for 'pulumi preview']
       topup-review [FILE] [options]

Shows in dollars, account by account, what a preview would change in Cloudflare AI Gateway's auto top-up. With --run it runs the preview itself;
for example: topup-review --run --fail-on-delete -- --stack production --refresh
Otherwise it reads FILE or standard input, the output of
  pulumi preview --json --show-sames --show-replacement-steps
Without the last flag, a delete that an earlier, interrupted replacement left over is in no preview, and nothing shows that it is missing.

  --run                         run 'pulumi preview' (from PATH, in this folder) with everything that the review needs
  --format text|markdown|json   output format (default: text)
  --marker NAME                 Markdown: a name in the hidden first line, for several stacks on one pull request
  --charges FILE                also show what each account was charged; FILE is what 'topup-watch --save' wrote
  --save FILE                   write what the review found, to be approved; nothing is written if the preview failed or was not understood
  --max-age 24h                 refuse an approval, and a file of --fail-on-charges, that is older, in m, h or d (default: 24h)
  --help                        show this help

What to fail on, each with its exit code; the first of these that applies is the command's:
  (always)                      2   the command line is wrong, a file cannot be read, or the input is not a preview
  (always)                      3   the preview failed (a refused value included), something in it was not understood, or two resources
                                    declare one account
  --approved FILE               10  the plan does not do the very same to money as the one that --save wrote to FILE
  --fail-on-charges             8   FILE of --charges has an alarm about charges (drift and failing top-ups do not count), or does not know
                                    the charges of an account that changes
  --require-spend-limit         9   an account is not limited by spend limits of this stack's gateways
  --fail-on-delete              6   the plan switches auto top-up off for an account, or may do so
  --max-increase-usd N          5   'amount' or 'threshold' rises by more than N dollars
  --max-increase-percent N      5   'amount' or 'threshold' rises by more than N percent
  --fail-on-change              4   the plan changes anything about auto top-up
Exit code 1 says that the command itself failed, 0 that none of these applies: every step that the preview counts was seen and understood.

'amount' is credits; the card pays Cloudflare's fee of 5% on top. If auto top-up is switched on, amounts rise from $0.00, which exceeds any
percentage. An amount that is secret or not known yet fails both increase limits, and no approval covers it.
`;

export type Options = ReturnType<typeof readOptions>;

/** @throws UsageError */
export function readOptions(argv: readonly string[]) {
  const end = argv.indexOf("--");
  const flags = end < 0 ? [] : argv.slice(end + 1);
  const { values, positionals } = parseOptions(end < 0 ? argv : argv.slice(0, end), {
    run: { type: "boolean", default: false },
    format: { type: "string", default: "text" },
    marker: { type: "string", default: "" },
    "fail-on-change": { type: "boolean", default: false },
    "fail-on-delete": { type: "boolean", default: false },
    "max-increase-usd": { type: "string" },
    "max-increase-percent": { type: "string" },
    charges: { type: "string" },
    "fail-on-charges": { type: "boolean", default: false },
    "require-spend-limit": { type: "boolean", default: false },
    save: { type: "string" },
    approved: { type: "string" },
    "max-age": { type: "string", default: "24h" },
    help: { type: "boolean", short: "h", default: false },
  });
  const [file = "-", ...more] = positionals;
  if (values.run ? positionals.length > 0 : end >= 0) {
    const who = "flags after '--' are for 'pulumi preview', which only '--run' runs";
    throw new UsageError(`'--run' takes no file, and ${who}.`);
  }
  if (more.length > 0) throw new UsageError(`Give one file at most; got ${positionals.length}.`);
  const increase = numberOf("max-increase-usd", values["max-increase-usd"]);
  const limits = {
    failOnChange: values["fail-on-change"],
    failOnDelete: values["fail-on-delete"],
    /** US cents. */
    maxIncrease: increase === null ? null : usd(increase),
    maxIncreasePercent: numberOf("max-increase-percent", values["max-increase-percent"]),
    failOnCharges: values["fail-on-charges"],
    requireSpendLimit: values["require-spend-limit"],
  };
  const { help, charges = null, save = null, approved = null } = values;
  if (charges === null && limits.failOnCharges) throw new UsageError("'--fail-on-charges' needs '--charges FILE'.");
  return {
    ...{ help, charges, save, approved, limits },
    /** The flags for `pulumi preview`, to run it; null to read one. */
    run: values.run ? flags : null,
    /** Null: standard input. */
    file: file === "-" ? null : file,
    format: formatOf(values.format),
    marker: markerNameOf(values.marker),
    /** How old an approval and a file of charges may be, in milliseconds. */
    maxAge: spanOf(values["max-age"]),
  };
}

function spanOf(text: string): number {
  const span = parseSpan(text);
  if (span !== null) return span.ms;
  throw new UsageError(`'--max-age' must be a number with m, h or d, as in 24h; got '${text}'.`);
}

/** How far the clocks of two machines may differ. */
const CLOCKS = 300_000;

/** Why what was saved then is not relied on any more, or not yet; null if it is. */
export function stalenessOf(savedAt: string, now: number, maxAge: number): string | null {
  const age = now - Date.parse(savedAt);
  if (age > maxAge) return "is too old (--max-age)";
  return age < -CLOCKS ? "is still to come" : null;
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
