// Measures what a provider costs before it has done anything: from the start of its process to the answers of its first Configure and of its
// first Check, and how much memory that took.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { inTurns, mediansOf } from "./rounds.mjs";
import { providersOf, root } from "./workspace.mjs";

const require = createRequire(path.join(root, "package.json"));
const grpc = createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const { CheckRequest, ConfigureRequest } = require("@pulumi/pulumi/proto/provider_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");

// Where an engine would listen; nothing that is measured has anything to say to it.
const NO_ENGINE = "127.0.0.1:1";

export async function measureStartup({ folder, env, quick }) {
  const rounds = quick ? 2 : 9;
  const providers = providersOf(folder, env);
  const names = ["empty", ...Object.keys(providers)];
  const seen = await inTurns(names, rounds, (name) => (name === "empty" ? emptyProcess() : answering(providers[name])));
  const [configure, check] = [mediansOf(seen, "configure"), mediansOf(seen, "check")];
  const times = Object.fromEntries(Object.entries(configure).map(([name, ms]) => [name, ms / configure.empty]));
  const shared = { section: "start", rounds };
  return [
    { ...shared, what: "process start to first Configure", unit: "ms", values: configure },
    { ...shared, what: "process start to first Check", unit: "ms", values: check },
    {
      ...shared,
      what: "first Configure, times an empty Node process",
      unit: "x",
      values: times,
      limit: { plugin: 2.5 },
    },
    { ...shared, what: "memory at the first Check", unit: "MB", values: mediansOf(seen, "peakMb") },
  ];
}

async function emptyProcess() {
  const started = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  const ms = performance.now() - started;
  return { configure: ms, check: ms };
}

async function answering({ args, cwd, env, type, inputs }) {
  const started = performance.now();
  const stdio = ["ignore", "pipe", "inherit"];
  const child = spawn(process.execPath, [...args, NO_ENGINE], { cwd, env: { ...process.env, ...env }, stdio });
  const client = new ResourceProviderClient(`127.0.0.1:${await firstLine(child)}`, grpc.credentials.createInsecure());
  const call = (method, request) => promisify(client[method].bind(client))(request);
  try {
    const struct = (values) => Struct.fromJavaScript(values);
    await call("configure", new ConfigureRequest().setArgs(struct({})).setAcceptsecrets(true));
    const configure = performance.now() - started;
    const urn = `urn:pulumi:dev::project::${type}::account-1`;
    const checked = await call("check", new CheckRequest().setUrn(urn).setNews(struct(inputs)).setOlds(struct({})));
    const [failure] = checked.getFailuresList();
    if (failure) throw new Error(failure.getReason());
    return { configure, check: performance.now() - started, ...peakOf(child) };
  } finally {
    client.close();
    const ended = once(child, "exit");
    child.kill();
    await ended;
  }
}

// Linux alone shows another process's peak.
function peakOf({ pid }) {
  if (process.platform !== "linux") return {};
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return { peakMb: Number(kilobytes) / 1024 };
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`A provider ended with ${code} before it printed its port.`)));
  });
}
