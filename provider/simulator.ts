#!/usr/bin/env node
// The command `ai-gateway-billing-simulator`: prints how to reach the simulator, logs a line per request, and stops on Ctrl-C.
import { parseArgs } from "node:util";
import { type BillingSimulator, type RecordedRequest, startSimulator } from "./testing/simulator";

const usage = `Usage: ai-gateway-billing-simulator [--port N] [--dashboard-only] [--runaway ACCOUNT]

Answers on 127.0.0.1 like Cloudflare's AI Gateway billing API. No account, no network, no money.
Standard output gets the lines to paste into another shell, standard error a line per request.

  --port N           listen on this port (default: any free one)
  --dashboard-only   refuse every change with 403, as the API does if only the dashboard may write
  --runaway ACCOUNT  begin with an account whose auto top-up charged a card twelve times in the last hour
  --help             print this

Ctrl-C stops it. The exit code is 1 if anything tried to charge a card (POST /billing/topup), or if the port cannot be had.`;

async function main({ help, port, runaway, "dashboard-only": dashboardOnly }: ReturnType<typeof parse>): Promise<void> {
  if (help) return console.log(usage);
  const onRequest = (request: RecordedRequest) => console.error(logLine(request));
  const simulator = await startSimulator({ port: Number(port), dashboardOnly, onRequest });
  const stop = () => simulator.close().catch(fail);
  process.once("SIGINT", stop).once("SIGTERM", stop);
  if (runaway !== undefined) runAway(simulator, runaway);
  console.log(greeting(simulator));
}

/** A loop that uses up $50.00 of credits every five minutes. */
function runAway(simulator: BillingSimulator, accountId: string): void {
  simulator.setConfig(accountId, { amount: 5000, threshold: 1000 });
  simulator.setBalance(accountId, { balance: 1000 });
  const now = Date.now();
  for (let minutes = 55; minutes >= 0; minutes -= 5) simulator.spend(accountId, 5000, now - minutes * 60_000);
}

/** The options. Throws if they make no sense. */
function parse() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      "dashboard-only": { type: "boolean", default: false },
      runaway: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { port, runaway } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new Error(`'--port' must be a whole number from 0 to 65535, got '${port}'.`);
  }
  if (runaway !== undefined && !/^[0-9a-f]{32}$/i.test(runaway)) {
    throw new Error(`'--runaway' must be an account id, 32 hexadecimal digits, got '${runaway}'.`);
  }
  return values;
}

function greeting({ url, apiToken, apiKey, email }: BillingSimulator): string {
  return [
    "# The Cloudflare billing simulator is running; Ctrl-C stops it. In another shell:",
    `export CLOUDFLARE_BASE_URL=${url} CLOUDFLARE_API_TOKEN=${apiToken}`,
    "# or, with the older Global API Key:",
    `# export CLOUDFLARE_BASE_URL=${url} CLOUDFLARE_API_KEY=${apiKey} CLOUDFLARE_EMAIL=${email}`,
  ].join("\n");
}

function logLine({ at, method, path, body, status }: RecordedRequest): string {
  const time = new Date(at).toISOString().slice(11, 19);
  const sent = body === null ? "" : ` ${JSON.stringify(body)}`;
  return `${time} ${method} ${path}${sent} -> ${status ?? "no answer"}`;
}

function fail(cause: unknown): void {
  console.error(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 1;
}

try {
  main(parse()).catch(fail);
} catch (cause) {
  fail(cause);
  console.error(`\n${usage}`);
  // "Called wrongly", so that scripts can tell it from what went wrong later.
  process.exitCode = 2;
}
