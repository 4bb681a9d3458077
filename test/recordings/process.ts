// The providers' real processes in a program's folder, as the engine starts them. Several of one run share the engine's address.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { grpc } from "../support/engineLog";
import { EXECUTABLE } from "../support/plugin";
import { ROOT } from "../support/program";
import { send } from "./messages";

export interface Provider {
  readonly client: ResourceProviderClient;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** @param env the process's environment besides PATH: nothing of this process's own gets in. */
export async function startProvider(
  kind: "dynamic" | "plugin",
  folder: string,
  engine: string,
  env: Readonly<Record<string, string>>,
  executable = EXECUTABLE,
): Promise<Provider> {
  const host = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const command = kind === "plugin" ? executable : process.execPath;
  const child = spawn(command, kind === "plugin" ? [engine] : ["-r", writePreload(folder), host, engine], {
    cwd: folder,
    env: { PATH: process.env.PATH, TMPDIR: folder, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`The ${kind} provider ended with ${code}.`)));
  });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  if (kind === "plugin") await send(client, "Handshake", { engineAddress: engine });
  return {
    client,
    async stop(signal = "SIGTERM") {
      client.close();
      child.kill(signal);
      await ended;
    },
  };
}

/** A program's folder, with the package and @pulumi installed by links. */
export function programFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-recordings-"));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(path.join(ROOT, "node_modules/@pulumi"), path.join(folder, "node_modules/@pulumi"), "dir");
  symlinkSync(ROOT, path.join(folder, "node_modules/pulumi-cloudflare-ai-gateway-billing"), "dir");
  return folder;
}

// The SDK loads TypeScript and npm's resolver in case that a function is serialised: more than half of a host's start. They come when they are
// first used. https://github.com/pulumi/pulumi/tree/master/sdk/nodejs/runtime/closure
const LATE = String.raw`const Module = require("node:module");
const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const isLate = /^(@npmcli\/arborist|.*\/typescript-shim)$/.test(request) && /[\\/]runtime[\\/]closure[\\/]/.test(parent?.filename ?? "");
  if (!isLate) return load.call(this, request, parent, ...rest);
  return new Proxy({}, { get: (_, name) => name === "__esModule" || load.call(this, request, parent, ...rest)[name] });
};`;

function writePreload(folder: string): string {
  const file = path.join(folder, "preload.cjs");
  writeFileSync(file, LATE);
  return file;
}
