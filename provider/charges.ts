#!/usr/bin/env node
// The command topup-charges: asks Cloudflare what accounts were charged, prints it, and exits with a code that a job can raise an alarm on.
import { writeFileSync } from "node:fs";
import { accountsIn } from "./charges/accounts";
import { EXIT, exitCodeOf, findingsOf } from "./charges/gate";
import { HELP, readOptions } from "./charges/options";
import { asJson, asMarkdown, asText } from "./charges/print";
import { readReport } from "./charges/report";
import { openBillingApi } from "./cloudflare/client";
import { fromEnvironment, type Lookup, resolveConnection } from "./cloudflare/credentials";
import { SettingsError } from "./cloudflare/errors";
import { UsageError } from "./command/parseOptions";
import { InputError, readInput, reasonOf } from "./command/readInput";
import { complain, runCommand } from "./command/runCommand";

const NAME = "topup-charges";
const PRINT = { text: asText, markdown: asMarkdown };

async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv, Date.now());
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const accounts = options.accounts.length > 0 ? options.accounts : accountsIn(await readStack(options.stackFile));
  const report = await readReport(openApi(), accounts);
  const findings = findingsOf(report, options.limits);
  const json = asJson(report, findings, options.since, options.limits);
  process.stdout.write(options.format === "json" ? json : PRINT[options.format](report, findings, options.since));
  process.exitCode = exitCodeOf(findings);
  if (options.saveFile !== null) save(options.saveFile, json);
}

function readStack(file: string | null): Promise<string> {
  return readInput(file, "No accounts: name some, or pipe in the output of 'pulumi stack export'.");
}

function save(file: string, json: string): void {
  try {
    writeFileSync(file, json);
  } catch (cause) {
    complain(NAME, `Cannot write ${file}: ${reasonOf(cause)}`);
    // An alarm matters more.
    process.exitCode ||= EXIT.usage;
  }
}

function openApi() {
  const environment = fromEnvironment(process.env);
  refuseWithoutCredentials(environment);
  return openBillingApi({
    connection: resolveConnection(
      () => undefined,
      environment,
      (name) => name,
    ),
    remark: (text) => complain(NAME, text),
  });
}

// The provider's message for this would name a stack's settings, which a command does not read.
function refuseWithoutCredentials(find: Lookup): void {
  if (find("apiToken")?.trim() || (find("apiKey")?.trim() && find("email")?.trim())) return;
  throw new SettingsError(
    "apiToken",
    'No Cloudflare credentials in the environment: set CLOUDFLARE_API_TOKEN to an API token with the permission "AI Gateway Read", or ' +
      "CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL. The command does not read a stack's configuration; to use the token that is set there: " +
      'CLOUDFLARE_API_TOKEN="$(pulumi config get cloudflare:apiToken)".',
  );
}

function exitCodeFor(cause: unknown): number {
  if (cause instanceof UsageError) return EXIT.usage;
  return cause instanceof InputError || cause instanceof SettingsError ? EXIT.unknown : EXIT.error;
}

runCommand(NAME, main, exitCodeFor);
