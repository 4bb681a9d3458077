#!/usr/bin/env node
// Owns the command topup-charges: asks Cloudflare what the accounts were charged, prints it, and ends with the exit code that a job can
// alarm on. It must not know what a report says.
import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { isatty } from "node:tty";
import { accountsIn, NoAccounts } from "./charges/accounts";
import { EXIT, exitCodeOf, findingsOf } from "./charges/gate";
import { asJson } from "./charges/json";
import { asMarkdown } from "./charges/markdown";
import { HELP, type Options, readOptions } from "./charges/options";
import { readReport } from "./charges/report";
import { asText } from "./charges/text";
import { openBillingApi } from "./cloudflare/client";
import { fromEnvironment, type Lookup, resolveConnection } from "./cloudflare/credentials";
import { SettingsError } from "./cloudflare/errors";
import { UsageError } from "./review/options";

const PRINT = { text: asText, markdown: asMarkdown, json: asJson };

async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv, Date.now());
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const accounts = options.accounts.length > 0 ? options.accounts : accountsIn(await readStack(options));
  const report = await readReport(openApi(), accounts);
  const findings = findingsOf(report, options.limits);
  process.stdout.write(PRINT[options.format](report, findings, options.since));
  process.exitCode = exitCodeOf(findings);
  if (options.saveFile !== null) save(options.saveFile, asJson(report, findings, options.since));
}

async function readStack({ stackFile }: Options): Promise<string> {
  if (stackFile === null && isatty(0)) {
    throw new UsageError("Nothing to ask about: name accounts, or pipe in what 'pulumi stack export' prints.");
  }
  try {
    return stackFile === null ? await text(process.stdin) : readFileSync(stackFile, "utf8");
  } catch (cause) {
    throw new UsageError(
      `Cannot read ${stackFile ?? "standard input"}: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
}

function save(file: string, json: string): void {
  try {
    writeFileSync(file, json);
  } catch (cause) {
    process.stderr.write(`topup-charges: Cannot write ${file}: ${cause instanceof Error ? cause.message : cause}\n`);
    // An alarm is worth more.
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
    // Standard output is the report's.
    remark: (said) => process.stderr.write(`topup-charges: ${said}\n`),
  });
}

// Said here, since the words for a stack would send somebody to settings that a command does not see.
function refuseWithoutCredentials(find: Lookup): void {
  if (find("apiToken")?.trim() || (find("apiKey")?.trim() && find("email")?.trim())) return;
  throw new SettingsError(
    "apiToken",
    'No Cloudflare credentials in the environment: set CLOUDFLARE_API_TOKEN to an API token with the permission "AI Gateway Read", or ' +
      "CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL. A command does not see a stack's configuration; to use what is set there: " +
      'CLOUDFLARE_API_TOKEN="$(pulumi config get cloudflare:apiToken)".',
  );
}

function fail(cause: unknown): void {
  const hint = cause instanceof UsageError ? "\nSee topup-charges --help." : "";
  process.stderr.write(`topup-charges: ${cause instanceof Error ? cause.message : String(cause)}${hint}\n`);
  if (cause instanceof UsageError) process.exitCode = EXIT.usage;
  else process.exitCode = cause instanceof NoAccounts || cause instanceof SettingsError ? EXIT.unknown : EXIT.error;
}

main(process.argv.slice(2)).catch(fail);
