// Stands in for `pulumi` where commands.test.ts runs documented commands without a CLI: knows the forms of the documented commands, prints
// documents of a real CLI, and sets the simulated account as `up` and `destroy` would.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FORMS = [
  /^stack (init|rm) \w+( --yes)?$/,
  /^stack export$/,
  /^config set( --secret)? [\w:-]+ \S+$/,
  /^config get [\w:-]+$/,
  /^preview( --(json|show-sames|show-replacement-steps|refresh|diff|expect-no-changes|non-interactive))*$/,
  /^(up|refresh|destroy)( --(refresh|diff|yes|skip-preview))*$/,
  /^plugin rm resource cloudflare-ai-gateway-billing --yes$/,
  /^plugin install resource cloudflare-ai-gateway-billing \d+\.\d+\.\d+ --file \S+$/,
  /^import cloudflare-ai-gateway-billing:index:AutoTopupConfig [\w-]+ [0-9a-f]{32} --yes$/,
];
const asked = process.argv.slice(2).join(" ");
if (!FORMS.some((form) => form.test(asked))) {
  console.error(`no documented command that test/docs/standIn.mjs knows: pulumi ${asked}`);
  process.exit(127);
}

const fixture = (name) => readFileSync(fileURLToPath(new URL(`fixtures/${name}.json`, import.meta.url)), "utf8");
const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_BASE_URL: url } = process.env;
if (asked.includes("--json")) process.stdout.write(fixture("preview"));
if (asked === "stack export") process.stdout.write(stateNow());
if (asked.startsWith("config get")) console.log(token);
if (asked.startsWith("up")) await send("POST", amounts());
if (asked.startsWith("destroy")) await send("DELETE");

/** The account's state, with the amount that the program declares. */
function stateNow() {
  return fixture("state").replaceAll('"amount": 5000', `"amount": ${amounts().amount}`);
}

function amounts() {
  const [amount, threshold] = [...readFileSync("index.ts", "utf8").matchAll(/usd\((\d+)\)/g)].map(
    ([, text]) => text * 100,
  );
  return { amount, threshold };
}

async function send(method, body) {
  const { deployment } = JSON.parse(fixture("state"));
  const account = deployment.resources.find(({ type }) => type.endsWith(":AutoTopupConfig")).id;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  await fetch(`${url}/accounts/${account}/ai-gateway/billing/topup/config`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
}
