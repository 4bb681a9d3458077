// Every command line of README and docs/, and what is to come of it when a newcomer types it in the order of docs/getting-started.md. Knows
// nothing of what plays them.
import { spawnSync } from "node:child_process";
import { readPages } from "./pages";

export const ACCOUNT = "0123456789abcdef0123456789abcdef";

/** What plays a step: the package's own commands need no engine. */
export type Needs = "package" | "engine" | "cli";

export interface Step {
  readonly command: string;
  readonly needs: Needs;
  /** Null: anything but 0. */
  readonly exitCode: number | null;
  /** What it must print, each of it in one line. */
  readonly prints?: readonly string[];
  /** An edit of index.ts that the page asks for first. */
  readonly edit?: readonly [from: string, to: string];
}

const REVIEWED = `account ${ACCOUNT}: charge $80.00 instead of $50.00 whenever the balance falls below $10.00 (unchanged)`;
const CHANGE = `curl --fail --silent --request POST --header "Authorization: Bearer $CLOUDFLARE_API_TOKEN" --header "Content-Type: application/json" --data '{"amount": 20000, "threshold": 1000}' "$CLOUDFLARE_BASE_URL/accounts/${ACCOUNT}/ai-gateway/billing/topup/config"`;
const PLUGIN = "pulumi-resource-cloudflare-ai-gateway-billing";

export const STEPS: readonly Step[] = [
  { command: "pulumi stack init dev", needs: "cli", exitCode: 0 },
  { command: `pulumi config set accountId ${ACCOUNT}`, needs: "engine", exitCode: 0 },
  { command: "pulumi preview", needs: "engine", exitCode: 0 },
  { command: "pulumi up", needs: "engine", exitCode: 0 },
  {
    command: "pulumi preview --json --show-sames > preview.json",
    needs: "package",
    exitCode: 0,
    edit: ["usd(50)", "usd(80)"],
  },
  {
    command: "pulumi preview --json --show-sames --show-replacement-steps > preview.json",
    needs: "package",
    exitCode: 0,
  },
  { command: "npx topup-review preview.json --max-increase-usd 20", needs: "package", exitCode: 5, prints: [REVIEWED] },
  {
    command: "pulumi preview --json --show-sames | npx topup-review --max-increase-usd 100 --fail-on-delete",
    needs: "package",
    exitCode: 0,
    prints: [REVIEWED],
  },
  {
    command:
      "npx topup-review preview.json --format markdown --max-increase-usd 100 --fail-on-delete > comment.md && cat comment.md",
    needs: "package",
    exitCode: 0,
    prints: ["<!-- topup-review -->", "charge $80.00 instead of $50.00"],
  },
  {
    command:
      "npx --yes --package pulumi-cloudflare-ai-gateway-billing@0.2.0 topup-review preview.json --max-increase-usd 100 --fail-on-delete",
    needs: "package",
    exitCode: 0,
    prints: [REVIEWED],
  },
  {
    command: "npx topup-review preview.json --require-spend-limit",
    needs: "package",
    exitCode: 9,
    prints: ["no spend limit in this stack"],
  },
  { command: "pulumi up", needs: "engine", exitCode: 0 },
  {
    command: CHANGE,
    needs: "package",
    exitCode: 0,
    prints: ['"success":true'],
  },
  {
    command: "pulumi preview --refresh --diff --expect-no-changes",
    needs: "engine",
    exitCode: null,
    prints: ["amount"],
  },
  { command: "pulumi up --refresh", needs: "engine", exitCode: 0 },
  { command: "pulumi preview --refresh --diff --expect-no-changes", needs: "engine", exitCode: 0 },
  {
    command: "pulumi stack export | npx topup-charges --max-charges 5/24h",
    needs: "package",
    exitCode: 0,
    prints: [`account ${ACCOUNT}: no charges in 24 hours`],
  },
  {
    command: "pulumi stack export | npx topup-charges --max-charges 5/24h --max-usd 500/30d",
    needs: "package",
    exitCode: 0,
  },
  {
    command: "pulumi stack export | npx topup-charges --max-charges 5/24h --save charges.json",
    needs: "package",
    exitCode: 0,
  },
  {
    command: "npx topup-review preview.json --charges charges.json --fail-on-charges --max-projected-charges 20",
    needs: "package",
    exitCode: 0,
  },
  { command: `npx ${PLUGIN} --check-credentials ${ACCOUNT}`, needs: "package", exitCode: 0, prints: ["can be read"] },
  {
    command: "pulumi config set --secret cloudflare:apiToken YOUR_TOKEN",
    needs: "engine",
    exitCode: 0,
  },
  {
    command: `CLOUDFLARE_API_TOKEN="$(pulumi config get cloudflare:apiToken)" npx ${PLUGIN} --check-credentials ${ACCOUNT}`,
    needs: "package",
    exitCode: 0,
    prints: ["can be read"],
  },
  {
    command: "pulumi config set --secret cloudflare-ai-gateway-billing:apiToken YOUR_TOKEN",
    needs: "engine",
    exitCode: 0,
  },
  { command: "pulumi config set cloudflare-ai-gateway-billing:maxAmount 10000", needs: "engine", exitCode: 0 },
  { command: "pulumi refresh", needs: "engine", exitCode: 0 },
  { command: "pulumi destroy", needs: "engine", exitCode: 0 },
  { command: "pulumi stack rm dev", needs: "cli", exitCode: 0 },
  { command: "pulumi stack init dev", needs: "cli", exitCode: 0 },
  { command: CHANGE, needs: "cli", exitCode: 0 },
  {
    command: `pulumi plugin install resource cloudflare-ai-gateway-billing 0.2.0 --file ./node_modules/pulumi-cloudflare-ai-gateway-billing/dist/${PLUGIN}`,
    needs: "cli",
    exitCode: 0,
  },
  {
    command: `pulumi import cloudflare-ai-gateway-billing:index:AutoTopupConfig ai-gateway-credits ${ACCOUNT}`,
    needs: "cli",
    exitCode: 0,
    prints: ["1 imported", "amount: 20000,", "protect: true,"],
  },
];

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) process.stderr.write("left out, as no curl was found: the documentation's change behind Pulumi's back\n");

/** The steps that this machine can play. */
export function playable(...needs: readonly Needs[]): readonly Step[] {
  return STEPS.filter((step) => needs.includes(step.needs) && (hasCurl || !step.command.startsWith("curl ")));
}

/** What is not typed into the story, and where it is held instead. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  "npm run demo": "test/readme: every step as announced",
  "npm test": "this run",
  "npm run bench": "test/bench: quick parts of it",
  "npm run bench -- --quick": "test/bench: quick parts of it",
  "npm install pulumi-cloudflare-ai-gateway-billing": "test/install: packed, installed and used",
  "npm install @pulumi/pulumi typescript @types/node pulumi-cloudflare-ai-gateway-billing":
    "test/install: packed, installed and used",
  "npx ai-gateway-billing-simulator --port 8787": "started by these tests, on another port",
  [`npx ai-gateway-billing-simulator --port 8787 --runaway ${ACCOUNT}`]: "started by these tests, on another port",
  "export CLOUDFLARE_API_TOKEN=YOUR_TOKEN": "the environment of these tests",
  "export CLOUDFLARE_BASE_URL=http://127.0.0.1:8787/client/v4 CLOUDFLARE_API_TOKEN=fake-simulator-token-that-may-write":
    "compared with what the simulator prints",
  "export PULUMI_CONFIG_PASSPHRASE=only-for-this-try": "the environment of these tests",
  'export PULUMI_BACKEND_URL="file://$PWD"': "the environment of these tests",
  "pulumi plugin install resource cloudflare-ai-gateway-billing 0.2.0 --server github://api.github.com/pulumi-cloudflare-ai-gateway-billing/pulumi-cloudflare-ai-gateway-billing":
    "needs a release: its address and version are compared with the schema and the archives",
  "pulumi package add cloudflare-ai-gateway-billing@0.2.0":
    "test/plugin/cli: from the plugin's folder, with a real CLI",
};

/** The command lines of README and docs/, each once. */
export function documentedCommands(): readonly string[] {
  const blocks = readPages().flatMap((page) => page.blocks.filter(({ language }) => language === "sh"));
  const lines = blocks.flatMap(({ code }) => code.split("\n").map((line) => line.replace(/ +#.*/, "").trim()));
  return [...new Set(lines.filter((line) => line !== ""))];
}
