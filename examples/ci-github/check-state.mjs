// Reads `pulumi stack export` and fails if the state would run code that is not known, or send a token to an address that is not known. The jobs
// that refresh beside a Cloudflare token run it first, since a refresh starts the providers and runs the code that the state names.
// Keep auto top-up in a stack of its own, or list here what else your program rightly has.
import { readFileSync } from "node:fs";

const KNOWN_CODE = ['exports.handler=()=>require("pulumi-cloudflare-ai-gateway-billing/dynamic")'];
const KNOWN_ADDRESSES = [
  /^https:\/\/api\.cloudflare\.com\//,
  /^github:\/\/api\.github\.com\/pulumi-cloudflare-ai-gateway-billing\//,
];

function problemsOf({ urn, type, inputs, outputs }) {
  const found = [];
  visit([inputs, outputs], (key, value) => {
    if (key === "__provider" && !KNOWN_CODE.includes(value)) found.push(`${urn} has code of its own.`);
    if (!isAddress(key) || KNOWN_ADDRESSES.some((known) => known.test(value)) || value === "") return;
    if (type.startsWith("pulumi:providers:")) found.push(`${urn} names an address of its own, as ${key}.`);
  });
  return found;
}

// Where a plugin is downloaded from, and where a provider sends its token; with a namespace before it in the stack's configuration.
function isAddress(key) {
  return /(^|:)(pluginDownloadURL|base_?url)$/i.test(key);
}

function visit(value, look) {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    look(key, inner);
    visit(inner, look);
  }
}

const { deployment } = JSON.parse(readFileSync(0, "utf8"));
const { resources = [], pending_operations: pending = [] } = deployment;
const problems = new Set([...resources, ...pending.map(({ resource }) => resource)].flatMap(problemsOf));
for (const problem of problems)
  console.error(`In the state, ${problem} Nothing of it was run. Look into the stack's history for who wrote it.`);
if (problems.size > 0) process.exitCode = 1;
