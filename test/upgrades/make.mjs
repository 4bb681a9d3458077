// Makes the kept states of the version in package.json: node test/upgrades/make.mjs
// Run it once for every released version, after `npm run build`, then `npm run format`, and commit test/upgrades/fixtures/<version>. With a Pulumi CLI on PATH
// the real engine's state is made, too. States of a released version never change: `--again` is for a version that is not out yet.
// Everything secret in them is made up.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const require = createRequire(import.meta.url);
const {
  findPulumiCli,
  openCliStack,
  openLocalStack,
  startSimulator,
} = require("pulumi-cloudflare-ai-gateway-billing/testing");
const { world, writeProject, configOf, PLUGIN, PASSPHRASE } = require("./world.cjs");

const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const target = path.join(here, "fixtures", version);
if (existsSync(target) && !process.argv.includes("--again"))
  throw new Error(`${target} is there already: see the first comment.`);
mkdirSync(target, { recursive: true });
copyFileSync(path.join(here, "program.js"), path.join(target, "program.js"));

const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-fixtures-"));
symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
writeProject(folder, readFileSync(path.join(target, "program.js"), "utf8"));
try {
  await make("local", (options) =>
    openLocalStack({ ...options, providers: { "cloudflare-ai-gateway-billing": { command: PLUGIN } } }),
  );
  const cli = findPulumiCli();
  if (cli) await make("cli", (options) => openCliStack({ ...options, cli }));
  else console.log("no Pulumi CLI found: only the local engine's state was made");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function make(name, open) {
  const cloudflare = await startSimulator({ apiToken: world.token });
  for (const [accountId, config] of Object.entries(world.before)) cloudflare.setConfig(accountId, config);
  for (const [accountId, health] of Object.entries(world.health)) cloudflare.setHealth(accountId, health);
  const env = { CLOUDFLARE_BASE_URL: cloudflare.url, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };
  const stack = await open({ program: folder, env, config: configOf(world.token) });
  const { ok, lines } = await stack.up();
  if (!ok) throw new Error(lines.join("\n"));
  writeFileSync(path.join(target, `${name}.json`), `${JSON.stringify(await stack.state(), withoutPlaces, 2)}\n`);
  await stack.dispose();
  await cloudflare.close();
  console.log(`made ${path.relative(root, target)}/${name}.json`);
}

/** The CLI's states name files of this machine, for its own messages only. */
function withoutPlaces(key, value) {
  return key === "sourcePosition" || key === "stackTrace" ? undefined : value;
}
