// The command: reads the table, applies every stack and prints a summary at the end. `npm start -- --help` says how to use it.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { runFleet, summaryOf } from "./allStacks";
import { Journal } from "./journal";
import { applyStack } from "./stacks";
import { readTable } from "./table";
import { watchStacks } from "./watchStacks";

const HELP = `Usage: npm start -- [--table accounts.json] [--parallel 4] [--remove ACCOUNT]...
       npm start -- --watch [--table accounts.json] [limits of topup-watch]

Applies auto top-up for every account of the table, one stack per group. The state goes to PULUMI_BACKEND_URL (s3://..., gs://...,
azblob://..., https://api.pulumi.com), or to the folder .state where that is not set. Run it again after an interruption: it goes
on where it stopped. The exit code is 1 if a stack failed or was not started.

An account that a stack has and the table no longer names would be switched off. Such a stack is not applied unless you name each of these
accounts with --remove.

With --watch it applies nothing: it asks Cloudflare about every stack with topup-watch, and its exit code is the most serious of theirs.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      remove: { type: "string", multiple: true, default: [] },
      watch: { type: "boolean", default: false },
      "max-charges": { type: "string", multiple: true, default: [] },
      "max-failed": { type: "string", multiple: true, default: [] },
      "max-usd": { type: "string", multiple: true, default: [] },
      table: { type: "string", default: "accounts.json" },
      parallel: { type: "string", default: "4" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const parallel = Number(values.parallel);
  if (!Number.isInteger(parallel) || parallel < 1) throw new Error("'--parallel' must be a whole number, 1 or more.");
  const folder = process.cwd();
  const groups = readTable(readFileSync(values.table, "utf8"));
  useLocalState(folder);
  if (values.watch) {
    const limits = (["max-charges", "max-failed", "max-usd"] as const).flatMap((name) =>
      values[name].map((limit) => `--${name}=${limit}`),
    );
    process.exitCode = await watchStacks(folder, groups, limits);
    return;
  }
  const journal = new Journal(path.join(folder, ".fleet-progress.json"));
  const { signal } = stopOnInterrupt();
  const apply = (group: (typeof groups)[number]) => applyStack(folder, group, values.remove);
  const outcomes = await runFleet(groups, { parallel, journal, apply, print: console.log, signal });
  console.log(`\n${summaryOf(outcomes)}`);
  if (outcomes.some(({ result }) => result === "failed" || result === "not started")) process.exitCode = 1;
}

// Secrets in this state are encrypted with the passphrase; auto top-up has none, so an empty one does.
function useLocalState(folder: string): void {
  if (process.env.PULUMI_BACKEND_URL || process.env.PULUMI_ACCESS_TOKEN) return;
  const state = path.join(folder, ".state");
  if (!existsSync(state)) mkdirSync(state);
  process.env.PULUMI_BACKEND_URL = `file://${state}`;
  process.env.PULUMI_CONFIG_PASSPHRASE ??= "";
}

// The first Ctrl-C starts no further stack; a terminal sends it to the CLIs as well, which then end in order. The second one
// ends the process at once. The listener stays: without one, the SDK's process library would end it at the first.
function stopOnInterrupt(): AbortController {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(130);
    console.error("Starting no further stack. Run the same command again to go on.");
    controller.abort();
  });
  return controller;
}

main().catch((cause: unknown) => {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
});
