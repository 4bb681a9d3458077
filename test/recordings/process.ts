// The providers' real processes in a program's folder, as the engine starts them. Several of one run share the engine.
import { once } from "node:events";
import path from "node:path";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { launch } from "../support/engineCalls";
import type { LoggingEngine } from "../support/engineLog";
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
  engine: LoggingEngine,
  env: Readonly<Record<string, string>>,
): Promise<Provider> {
  const host = [process.execPath, "-r", LIGHT, require.resolve("@pulumi/pulumi/cmd/dynamic-provider")];
  const [command = "", ...args] = kind === "plugin" ? [EXECUTABLE] : host;
  const options = { cwd: folder, stdio: ["pipe" as const, "pipe" as const, "ignore" as const] };
  const { client, process: child } = await launch(command, args, { TMPDIR: folder, ...env }, options, engine);
  const ended = once(child, "close");
  if (kind === "plugin") await send(client, "Handshake", { engineAddress: engine.address });
  return {
    client,
    async stop(signal = "SIGTERM") {
      client.close();
      child.kill(signal);
      await ended;
    },
  };
}
