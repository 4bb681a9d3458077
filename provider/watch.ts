#!/usr/bin/env node
// The command topup-watch: asks Cloudflare about the accounts of a stack, compares what is set with the state and what was charged with limits,
// and exits with a code that a job can raise an alarm on.
import { openBillingApi } from "./cloudflare/client";
import { fromEnvironment, type Lookup, resolveConnection } from "./cloudflare/credentials";
import { SettingsError } from "./cloudflare/errors";
import { complain, runCommand, UsageError, writeOutput } from "./command/commandLine";
import { InputError, readInput } from "./command/readInput";
import { readAccounts } from "./watch/accountReadings";
import { chargeFindings, configFindings } from "./watch/alarms";
import { bySeverity, EXIT, exitCodeOf } from "./watch/findings";
import { readStackState } from "./watch/stackState";
import { HELP, readOptions } from "./watch/watchOptions";
import { asJson, asMarkdown, asText, type WatchReport } from "./watch/watchReport";

const NAME = "topup-watch";
const NOTHING = "No accounts: name some, or pipe in the output of 'pulumi stack export'.";
const PRINT = { text: asText, markdown: asMarkdown, json: asJson };

async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options.help) return void process.stdout.write(HELP);
  const state = options.accounts.length > 0 ? null : readStackState(await readInput(options.stackFile, NOTHING));
  const accounts = state?.accounts ?? options.accounts;
  // Nothing is asked for a state that somebody else may have written.
  const readings = state?.findings.some(({ about }) => about === "provider")
    ? { now: Date.now(), accounts: [] }
    : await readAccounts(openApi(), accounts, (done) => complain(NAME, `${done} of ${accounts.length} accounts read.`));
  const { limits } = options;
  const findings = bySeverity([
    ...(state?.findings ?? []),
    ...configFindings(readings.accounts, state),
    ...chargeFindings(readings, limits),
  ]);
  const report: WatchReport = { readings, state, findings, limits };
  process.stdout.write(PRINT[options.format](report));
  process.exitCode = exitCodeOf(findings);
  if (options.saveFile !== null) writeOutput(options.saveFile, asJson(report));
}

function openApi() {
  const environment = fromEnvironment(process.env);
  refuseWithoutCredentials(environment);
  return openBillingApi({
    connection: resolveConnection(() => undefined, environment, String),
    remark: (text) => complain(NAME, text),
  });
}

// The provider's message for this would name a stack's settings, which a command does not read.
function refuseWithoutCredentials(find: Lookup): void {
  if (find("apiToken")?.trim() || (find("apiKey")?.trim() && find("email")?.trim())) return;
  throw new SettingsError(
    "apiToken",
    'No Cloudflare credentials in the environment: set CLOUDFLARE_API_TOKEN to an API token with the permission "AI Gateway Read", or ' +
      "CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL. The command does not read a stack's configuration.",
  );
}

function exitCodeFor(cause: unknown): number {
  // If the file for --save cannot be written, an alarm that was printed matters more.
  if (cause instanceof UsageError) return Number(process.exitCode) || EXIT.usage;
  return cause instanceof InputError || cause instanceof SettingsError ? EXIT.unknown : EXIT.error;
}

runCommand(NAME, main, exitCodeFor);
