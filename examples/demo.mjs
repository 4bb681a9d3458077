// `npm run demo`: the life of one auto top-up config against a simulated Cloudflare, played by the Pulumi CLI if there is one, else by the small
// player in demo/. With --plugin the plugin serves it instead of the dynamic provider. Exits with 1 if a step does not do what it announces.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findPulumiCli, openStack, startSimulator } from "pulumi-cloudflare-ai-gateway-billing/testing";
import { openPlayer } from "./demo/player.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const accountId = "0123456789abcdef0123456789abcdef";

const PLUGIN = {
  example: "typescript-plugin",
  namespace: "cloudflare-ai-gateway-billing",
  before: "?? 5000",
  reviewed: "?? 8000",
  inDollars: "?? 20",
};
const DYNAMIC = {
  example: "basic",
  namespace: "cloudflare",
  before: "usd(50)",
  reviewed: "usd(80)",
  inDollars: "20",
};

const provider = process.argv.includes("--plugin") ? PLUGIN : DYNAMIC;
const simulator = await startSimulator();
const program = copyOfTheExample();
const cli = findPulumiCli();
const stack = await open();

/** What happens, what it must print, and the requests it must cause. */
const steps = [
  {
    title: "pulumi preview: what would be created. Nothing is sent to Cloudflare, and no credential is needed.",
    play: () => stack.preview(),
    shows: [/\+.*AutoTopupConfig/],
    requests: [],
  },
  {
    title: "pulumi up: it reads what is set at Cloudflare, then sets what the program declares.",
    play: () => stack.up(),
    shows: [/\+.*AutoTopupConfig/],
    requests: ["GET 200", "POST 200"],
  },
  {
    title: "pulumi preview again: nothing to do.",
    play: () => stack.preview(),
    shows: [/2 unchanged/],
    requests: [],
  },
  {
    title: "The amount goes from $50.00 to $80.00 in the program. pulumi preview shows the reviewer what changes.",
    play: () => edit(provider.before, provider.reviewed).then(() => stack.preview()),
    shows: [/~ amount *: 5000 => 8000/],
    requests: [],
  },
  {
    title: "pulumi up: one write.",
    play: () => stack.up(),
    shows: [/~ amount *: 5000 => 8000/],
    requests: ["POST 200"],
  },
  {
    title: "The threshold is set to $500.00 in the dashboard. pulumi refresh shows it.",
    play: () => inTheDashboard({ amount: 8000, threshold: 50000 }).then(() => stack.refresh()),
    shows: [/~ threshold *: 1000 => 50000/],
    requests: ["GET 200"],
  },
  {
    title: "pulumi up: back to what the program declares.",
    play: () => stack.up(),
    shows: [/~ threshold *: 50000 => 1000/],
    requests: ["POST 200"],
  },
  {
    title: "amount: 20, meant as dollars. pulumi preview refuses it.",
    play: () => edit(provider.reviewed, provider.inDollars).then(() => stack.preview()),
    fails: true,
    shows: [/at least 1000 cents \(\$10\.00\); got 20 cents \(\$0\.20\).*usd\(20\)/],
    requests: [],
  },
  {
    title: "pulumi destroy: auto top-up is switched off.",
    play: () => stack.destroy(),
    shows: [/-.*AutoTopupConfig/],
    requests: ["DELETE 200"],
  },
];

let failed = false;
try {
  introduce();
  for (const [index, step] of steps.entries()) failed = (await play(index + 1, step)) || failed;
  if (simulator.config(accountId) !== null) failed = complain("the simulated account still has auto top-up set");
} finally {
  await stack.dispose();
  await simulator.close();
  rmSync(program, { recursive: true, force: true });
}
console.log(
  failed
    ? "\nThe demo did not go as announced.\n"
    : "\nEvery step did what it announced. Now try it with your own account: see README.md.\n",
);
process.exitCode = failed ? 1 : 0;

function introduce() {
  console.log(
    cli
      ? `Played by the Pulumi CLI at ${cli}, with its state in a temporary folder.`
      : "Not played by Pulumi, as there is no Pulumi CLI here, but by a small player that only this demo has. For the real one, run `npx pulumi@3.265.0 version`, which downloads it once, and this demo again.",
  );
  console.log(`Cloudflare is played by the package's simulator at ${simulator.url}. No account, no charge.`);
}

async function play(number, { title, play, shows, fails = false, requests }) {
  console.log(`\n--- ${number}. ${title}\n`);
  const result = await play();
  const seen = result.requests.map(({ method, status }) => `${method} ${status}`);
  console.log(`\n    Cloudflare saw: ${seen.join(", ") || "no request"}`);
  const text = result.lines.join("\n");
  const complaints = [
    ...(result.ok === fails ? [`it ${fails ? "succeeded" : "failed"}`] : []),
    ...shows.filter((pattern) => !pattern.test(text)).map((pattern) => `it did not print ${pattern}`),
    ...(seen.join() === requests.join() ? [] : [`Cloudflare should have seen: ${requests.join(", ") || "no request"}`]),
  ];
  return complaints.map(complain).some(Boolean);
}

function complain(what) {
  console.log(`    NOT AS ANNOUNCED: ${what}`);
  return true;
}

async function edit(before, after) {
  const file = path.join(program, "index.ts");
  const text = readFileSync(file, "utf8");
  if (!text.includes(before)) throw new Error(`The example no longer contains ${before}.`);
  writeFileSync(file, text.replace(before, after));
}

async function inTheDashboard(config) {
  simulator.setConfig(accountId, config);
}

function copyOfTheExample() {
  const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-demo-"));
  cpSync(path.join(root, "examples", provider.example), folder, {
    recursive: true,
    filter: (file) => !file.includes("node_modules"),
  });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  // `protect` would refuse the last step's destroy.
  const file = path.join(folder, "index.ts");
  writeFileSync(file, readFileSync(file, "utf8").replace("{ protect: true },", ""));
  return folder;
}

async function open() {
  const options = {
    program,
    config: {
      accountId,
      [`${provider.namespace}:apiToken`]: { secret: simulator.apiToken },
      [`${provider.namespace}:baseUrl`]: simulator.url,
    },
    // The example is type-checked by the tests; here it need only start fast.
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...(provider === PLUGIN && pluginEnvironment()) },
    requests: simulator,
    output: (line) => console.log(`    ${line}`),
  };
  const executable = path.join(root, "dist/pulumi-resource-cloudflare-ai-gateway-billing");
  const plugin = provider === PLUGIN ? [process.execPath, executable] : undefined;
  return cli ? openStack(options) : openPlayer({ ...options, plugin });
}

// Stands for the SDK that `pulumi package add` generates, and puts the plugin where the CLI looks for it.
function pluginEnvironment() {
  const sdk = path.join(program, "generated/pulumi-cloudflare-ai-gateway-billing-sdk");
  const outputs = ["accountId", "amount", "threshold", "enabled", "adopt", "error", "disabledReason", "lastFailedAt"];
  mkdirSync(sdk, { recursive: true });
  writeFileSync(
    path.join(sdk, "index.js"),
    `const pulumi = require("@pulumi/pulumi");
    const unset = Object.fromEntries(${JSON.stringify(outputs)}.map((name) => [name, undefined]));
    exports.AutoTopupConfig = class extends pulumi.CustomResource {
      constructor(name, args, opts) {
        super("cloudflare-ai-gateway-billing:index:AutoTopupConfig", name, { ...unset, ...args }, opts);
      }
    };`,
  );
  return {
    NODE_PATH: [path.dirname(sdk), path.join(root, "node_modules")].join(path.delimiter),
    PATH: [path.join(root, "dist"), process.env.PATH].join(path.delimiter),
  };
}
