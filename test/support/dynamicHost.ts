// The installed SDK's own dynamic-provider host as a process, in a program's folder.
import { rmSync } from "node:fs";
import path from "node:path";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { DYNAMIC_TYPE } from "../../provider/pulumi/urn";
import { answer, EngineCalls, launch, type Properties, struct } from "./engineCalls";
import { programFolder } from "./program";

export type { Properties } from "./engineCalls";

interface Start {
  /** Flags that stand before the engine's address. */
  readonly flags?: readonly string[];
  /** Starts it with light.cjs: quicker, and it ends with this process. */
  readonly light?: boolean;
}

export class DynamicHost extends EngineCalls {
  private folder = "";

  /** @param env the environment, besides PATH: nothing of this process's own gets in. */
  static async start(
    env: Record<string, string> = {},
    { flags = [], light = false }: Start = {},
  ): Promise<DynamicHost> {
    const cwd = programFolder();
    const preload = light ? ["-r", path.join(__dirname, "light.cjs")] : [];
    const args = [...preload, require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), ...flags];
    const stdio = [light ? "pipe" : "ignore", "pipe", "pipe"] as const;
    const host = new DynamicHost(await launch(process.execPath, args, env, { cwd, stdio: [...stdio] }), DYNAMIC_TYPE);
    host.folder = cwd;
    return host;
  }

  async configure(config: Properties = {}): Promise<void> {
    const request = new proto.ConfigureRequest().setArgs(struct(config)).setAcceptsecrets(true);
    await answer((done) => this.client.configure(request, done));
  }

  override async stop(signal?: NodeJS.Signals): Promise<void> {
    await super.stop(signal);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
