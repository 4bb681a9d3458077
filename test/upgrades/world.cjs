// The world that the kept states were made in: made-up credentials, what each account had, and the project around the program. Shared by the script
// that makes states and the test that plays them, with either engine.
const { writeFileSync } = require("node:fs");
const path = require("node:path");

const dist = path.resolve(__dirname, "../../dist");
const both = (digit) => ["d", "e"].map((provider) => `${digit}${provider}`.repeat(16));
const remote = { amount: 5000, threshold: 1000 };
const failed = { error: "card_declined", disabledReason: "three failures", lastFailedAt: 1_790_000_000_000 };
const all = (digits, value) => Object.fromEntries(digits.flatMap(both).map((accountId) => [accountId, value]));

const world = {
  token: "made-up-token-of-the-kept-states",
  /** What each account had before the first `up`. */
  before: all(["3"], { amount: 9000, threshold: 900 }),
  /** What each has after it. */
  after: { ...all(["0", "3", "4", "5", "6"], remote), ...all(["2"], { amount: 7000, threshold: 1000 }) },
  health: all(["5"], failed),
};

/** Credentials stand in the configuration, and so in the states; the address, which is another for each run, does not. */
function configOf(token) {
  const names = ["cloudflare:apiToken", "cloudflare-ai-gateway-billing:apiToken"];
  const secrets = Object.fromEntries(names.map((name) => [name, { secret: token }]));
  return { ...secrets, "cloudflare-ai-gateway-billing:maxAmount": "20000" };
}

function writeProject(folder, program) {
  const plugins = `plugins:\n  providers:\n    - name: cloudflare-ai-gateway-billing\n      path: ${dist}\n`;
  const project = `name: tested\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n${plugins}`;
  writeFileSync(path.join(folder, "Pulumi.yaml"), project);
  writeFileSync(path.join(folder, "package.json"), '{ "name": "tested", "private": true, "main": "index.js" }\n');
  writeFileSync(path.join(folder, "index.js"), program);
}

module.exports = {
  world,
  configOf,
  writeProject,
  PLUGIN: path.join(dist, "pulumi-resource-cloudflare-ai-gateway-billing"),
  // The throw-away stacks of the real CLI have this one.
  PASSPHRASE: "throw-away",
};
