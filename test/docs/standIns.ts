// Two scripts that stand in for `pulumi` on machines without it: one prints what a stack and its preview look like, the other has the local
// engine play the stack. Neither knows what is tested.
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/program";
import { ACCOUNT } from "./steps";

/** A saved preview of the real CLI, with the amounts of docs/getting-started.md. */
const PREVIEW = readFileSync(path.join(ROOT, "test/review/fixtures/amount.json"), "utf8")
  .replaceAll('"amount": 5000', '"amount": 8000')
  .replaceAll('"amount": 2000', '"amount": 5000');
const URN =
  "urn:pulumi:dev::topup::pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig::ai-gateway-credits";
const EXPORT = JSON.stringify({
  version: 3,
  deployment: { resources: [{ urn: URN, id: ACCOUNT, inputs: { accountId: ACCOUNT } }] },
});

const ASKED_FOR_THE_TOKEN = "config get cloudflare:apiToken";

/** Answers without an engine, and in sh, which starts faster than Node. */
export const PRINTS = `#!/bin/sh
case "$*" in
"preview --json"*) cat <<'END'
${PREVIEW}
END
;;
"stack export") cat <<'END'
${EXPORT}
END
;;
"${ASKED_FOR_THE_TOKEN}") echo "$CLOUDFLARE_API_TOKEN" ;;
*) echo "not played here: $*" >&2; exit 127 ;;
esac
`;

/** Plays preview, up, refresh and destroy with the local engine; the configuration and the state stand beside the program. */
export const PLAYS = `#!/usr/bin/env node
const words = process.argv.slice(2);
const asked = words.join(" ");
if (asked.startsWith("preview --json")) process.stdout.write(${JSON.stringify(PREVIEW)});
else if (asked === "stack export") process.stdout.write(${JSON.stringify(EXPORT)});
else if (asked === "${ASKED_FOR_THE_TOKEN}") process.stdout.write(process.env.CLOUDFLARE_API_TOKEN + "\\n");
else play();

async function play() {
  const { existsSync, readFileSync, writeFileSync } = require("node:fs");
  const path = require("node:path");
  const { openLocalStack } = require(${JSON.stringify(path.join(ROOT, "dist/testing.js"))});
  const file = path.join(process.cwd(), "config.json");
  const config = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const [command, ...rest] = words;
  const [key, value] = rest.filter((word) => !word.startsWith("-")).slice(1);
  if (command === "config") return writeFileSync(file, JSON.stringify({ ...config, [key]: rest.includes("--secret") ? { secret: value } : value }));
  const stack = openLocalStack({ program: process.cwd(), stateFile: path.join(process.cwd(), "state.json"), config });
  const run = await stack[command]({ refresh: rest.includes("--refresh") });
  await stack.dispose();
  process.stdout.write(run.lines.join("\\n"));
  const changed = run.steps.some(({ op }) => op !== "same" && op !== "refresh");
  process.exitCode = !run.ok ? 255 : rest.includes("--expect-no-changes") && changed ? 7 : 0;
}
`;
