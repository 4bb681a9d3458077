// A checkout of examples/breaker as its hourly job has it, with a remote to push to. `pulumi` is the real CLI, or a stand-in for the commands
// that the breaker runs: it keeps the configuration and the state in files, and its `up` asks the simulator as the provider would.
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DYNAMIC_TYPE, PROVIDER_SOURCE } from "../../provider/pulumi/urn";
import type { BillingSimulator } from "../../provider/testing/simulator";
import { copyExample, ROOT } from "../support/program";
import { runIn } from "./workspace";

export type Checkout = Awaited<ReturnType<typeof openCheckout>>;

export const ACCOUNT = "0123456789abcdef0123456789abcdef";

/** Below `.home`: while it is there, another update holds the stack. */
export const LOCK = ".pulumi/locks/organization/ai-gateway-breaker/production/other.json";

/** @param cli the real CLI; null for the stand-in. */
export async function openCheckout(cli: string | null, cloudflare: BillingSimulator) {
  const { folder, remove } = copyExample("breaker");
  copyFileSync(path.join(ROOT, "examples/ci-github/check-state.mjs"), path.join(folder, "check-state.mjs"));
  const home = path.join(folder, ".home");
  mkdirSync(home);
  if (cli === null) {
    writeFileSync(path.join(home, "pulumi"), `#!/usr/bin/env node\n${STAND_IN}`);
    chmodSync(path.join(home, "pulumi"), 0o755);
  }
  const behind = [...(cli ? [path.dirname(cli)] : [home]), path.dirname(process.execPath), process.env.PATH ?? ""];
  const env = {
    PATH: behind.join(path.delimiter),
    HOME: home,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${home}`,
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    PULUMI_STACK: "production",
    BREAKER_BRANCH: "main",
    CLOUDFLARE_BASE_URL: cloudflare.url,
    CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
    WATCH: path.join(ROOT, "dist/watch.js"),
    REVIEW: path.join(ROOT, "dist/review.js"),
  };
  const checkout = {
    folder,
    remove,
    shell: (script: string, more: Readonly<Record<string, string>> = {}) =>
      runIn(folder, [...BASH, script], { ...env, ...more }),
  };
  const { exitCode, output } = await checkout.shell(SET_UP);
  if (exitCode !== 0) throw new Error(output);
  return checkout;
}

const BASH = ["bash", "-e", "-o", "pipefail", "-c"];

const SET_UP = `
[ -x .home/pulumi ] || pulumi stack init production
pulumi config set accountId ${ACCOUNT} --stack production
printf 'node_modules\\n.home\\n' > .gitignore
git init --quiet --bare .home/origin && git init --quiet --initial-branch main && git remote add origin .home/origin
git add . && git -c user.name=a -c user.email=a@b commit --quiet -m begin && git push --quiet origin main
pulumi up --yes --skip-preview --non-interactive --stack production
`;

const STAND_IN = `
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const stateFile = __dirname + "/state.json", configFile = "Pulumi.production.yaml";
const [command, what, key, value] = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const config = existsSync(configFile) ? JSON.parse(readFileSync(configFile, "utf8")).config : {};
async function up() {
  if (existsSync(__dirname + "/" + ${JSON.stringify(LOCK)})) process.exit(255);
  const amounts = { amount: 5000, threshold: 1000 };
  const enabled = config["ai-gateway-breaker:paused"] !== "true";
  const url = process.env.CLOUDFLARE_BASE_URL + "/accounts/${ACCOUNT}/ai-gateway/billing/topup/config";
  const headers = { authorization: "Bearer " + process.env.CLOUDFLARE_API_TOKEN };
  const body = enabled ? JSON.stringify(amounts) : undefined;
  if (!(await fetch(url, { method: enabled ? "POST" : "DELETE", headers, body })).ok) process.exit(255);
  const urn = "urn:pulumi:production::ai-gateway-breaker::${DYNAMIC_TYPE}::ai-gateway-credits";
  const inputs = { __provider: ${JSON.stringify(PROVIDER_SOURCE)}, accountId: "${ACCOUNT}", ...amounts, enabled, adopt: false };
  const resources = [{ urn, custom: true, id: "${ACCOUNT}", inputs, outputs: inputs }];
  writeFileSync(stateFile, JSON.stringify({ version: 3, deployment: { resources } }));
}
if (command === "up") up();
else if (command === "stack") process.stdout.write(readFileSync(stateFile, "utf8"));
// JSON is YAML, too.
else writeFileSync(configFile, JSON.stringify({ config: { ...config, ["ai-gateway-breaker:" + key]: value } }) + "\\n");
`;
