// The providers' real processes in a program's folder, as the engine starts them. Several of one run share the engine's address.
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { grpc } from "../support/engineLog";
import { EXECUTABLE } from "../support/plugin";
import { send } from "./messages";

export { programFolder } from "../support/program";

const LIGHT = path.resolve(__dirname, "../support/light.cjs");

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
  const child = spawn(command, kind === "plugin" ? [engine] : ["-r", LIGHT, host, engine], {
    cwd: folder,
    env: { PATH: process.env.PATH, TMPDIR: folder, ...env },
    stdio: ["pipe", "pipe", "ignore"],
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
