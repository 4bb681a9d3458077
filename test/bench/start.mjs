// Measures what a provider costs before its first answer: from the start of the process to the answer of its first Configure,
// beside an empty Node process and an empty program of the SDK. Prints medians and ratios of one run, A B A B; asserts nothing.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = 9;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const require = createRequire(path.join(root, "package.json"));
const grpc = require("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const { ConfigureRequest } = require("@pulumi/pulumi/proto/provider_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");

const NOBODY = "127.0.0.1:1";
const subjects = [
  { name: "an empty Node process", args: ["-e", "0"], wait: exit },
  { name: "Node with @pulumi/pulumi loaded", args: ["-e", 'require("@pulumi/pulumi")'], wait: exit },
  {
    name: "the plugin's one file, to its first Configure",
    args: [path.join(root, "dist/pulumi-resource-cloudflare-ai-gateway-billing"), NOBODY],
    wait: configured,
  },
  {
    name: "the SDK's dynamic host, to its first Configure",
    args: [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), NOBODY],
    wait: configured,
  },
];

const times = new Map(subjects.map(({ name }) => [name, []]));
for (let round = -1; round < ROUNDS; round++) {
  for (const { name, args, wait } of subjects) {
    const started = process.hrtime.bigint();
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    await wait(child);
    // The first round only warms the disk's cache.
    if (round >= 0) times.get(name).push(Number(process.hrtime.bigint() - started) / 1e6);
    child.kill();
  }
}

const empty = median(times.get(subjects[0].name));
const rows = subjects.map(({ name }) => ({
  name,
  ms: Math.round(median(times.get(name))),
  ratio: median(times.get(name)) / empty,
}));
if (process.argv.includes("--json")) console.log(JSON.stringify(rows, null, 2));
else
  for (const { name, ms, ratio } of rows)
    console.log(`${String(ms).padStart(6)} ms  ${ratio.toFixed(2).padStart(6)} x  ${name}`);

function exit(child) {
  return new Promise((resolve) => child.once("exit", resolve));
}

async function configured(child) {
  const port = await new Promise((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk).trim())));
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const request = new ConfigureRequest().setArgs(Struct.fromJavaScript({}));
  await new Promise((resolve, reject) => client.configure(request, (error) => (error ? reject(error) : resolve())));
  client.close();
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
