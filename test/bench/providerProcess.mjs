// A provider's process as the engine has it: started with an address, read for its port, called over gRPC, ended.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { bench, root } from "./workspace.mjs";

const require = createRequire(path.join(root, "package.json"));
const grpc = createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = require("@pulumi/pulumi/proto/provider_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");

// Where an engine would listen; nothing that is measured has anything to say to it.
const NOBODY = "127.0.0.1:1";

/** Starts the process; resolves when it has printed its port. `probed` loads the probe into it, which costs a little time. */
export async function startProvider({ args, cwd, env, type }, { probed = false } = {}) {
  const started = performance.now();
  const probe = probed ? ["--require", path.join(bench, "probe.cjs")] : [];
  const stdio = ["ignore", "pipe", "inherit", ...(probed ? ["ipc"] : [])];
  const child = spawn(process.execPath, [...probe, ...args, NOBODY], { cwd, env: { ...process.env, ...env }, stdio });
  const port = await firstLine(child);
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());

  function call(method, request) {
    return new Promise((resolve, reject) => {
      client[method](request, (error, answer) => (error ? reject(new Error(error.details)) : resolve(answer)));
    });
  }

  return {
    configure: () => call("configure", new messages.ConfigureRequest().setArgs(struct({})).setAcceptsecrets(true)),
    /** A call for the resource of that name: `setters` are the protocol's own, with plain objects for structures. */
    call: (method, name, setters) =>
      call(method, requestOf(method, `urn:pulumi:dev::project::${type}::${name}`, setters)),
    /** Milliseconds since the process was started. */
    age: () => performance.now() - started,
    peakMb: () => peakMb(child.pid),
    async probe() {
      child.send("?");
      return (await once(child, "message"))[0];
    },
    async stop() {
      client.close();
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

/** A plain object of a Struct. */
export function plain(structure) {
  return structure.toJavaScript();
}

function requestOf(method, urn, setters) {
  const name = `${method.charAt(0).toUpperCase()}${method.slice(1)}Request`;
  const request = new messages[name]().setUrn(urn);
  for (const [setter, value] of Object.entries(setters)) {
    request[setter](typeof value === "object" ? struct(value) : value);
  }
  return request;
}

function struct(values) {
  return Struct.fromJavaScript(values);
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`A provider ended with ${code} before it printed its port.`)));
  });
}

// Linux alone shows another process's peak; null elsewhere.
function peakMb(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  } catch {
    return null;
  }
}
