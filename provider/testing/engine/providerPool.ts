// Starts the processes that serve packages. Some are started before they are asked for, as the state says that they will
// be. It knows commands and ports, and nothing of the resources behind them.

import { Child, mergeEnv } from "./child";
import type { LocalStackOptions, ProviderCommand } from "./contract";
import { GrpcClient } from "./grpcClient";
import type { Project } from "./project";
import type { ProviderClient } from "./providerClient";
import type { Reporter } from "./reporter";
import type { Sdk } from "./sdk";
import { StandInClient } from "./standIn";

/** The package of dynamic providers, which the SDK itself serves. */
export const dynamicPackage = "pulumi-nodejs";

export interface PoolOptions {
  readonly sdk: Sdk;
  readonly project: Project;
  readonly providers: NonNullable<LocalStackOptions["providers"]>;
  readonly env: NodeJS.ProcessEnv;
  /** Where providers send what they log. */
  readonly engineAddress: string;
  /** A file that Node processes load first. */
  readonly preload: string;
  readonly reporter: Reporter;
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export class ProviderPool {
  readonly #options: PoolOptions;
  readonly #children: Child[] = [];
  readonly #early = new Map<string, Promise<ProviderClient>>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Starts a package's provider ahead of its first use. */
  startEarly(packageName: string): void {
    const launch = this.#options.providers[packageName];
    if (packageName !== dynamicPackage && launch === undefined) return;
    const client = this.#start(packageName);
    client.catch(() => {});
    this.#early.set(packageName, client);
  }

  /** A provider of the package that nobody else uses. Rejects where the package has none or its process does not come up. */
  take(packageName: string): Promise<ProviderClient> {
    const early = this.#early.get(packageName);
    this.#early.delete(packageName);
    return early ?? this.#start(packageName);
  }

  async close(): Promise<void> {
    for (const client of this.#early.values()) client.then((each) => each.close()).catch(() => {});
    for (const child of this.#children) child.kill();
    await Promise.all(this.#children.map((child) => child.ended));
  }

  async #start(packageName: string): Promise<ProviderClient> {
    const launch = this.#options.providers[packageName];
    if (launch === undefined && packageName !== dynamicPackage) {
      throw new Error(
        `The program uses the package '${packageName}', which the local engine has no provider for. Name a command or a stand-in for it under 'providers'.`,
      );
    }
    if (launch !== undefined && "standIn" in launch) return new StandInClient(launch.standIn);
    const port = await this.#spawn(packageName, this.#command(launch));
    return new GrpcClient(this.#options.sdk, `127.0.0.1:${port}`);
  }

  #command(launch: ProviderCommand | undefined): Command {
    const { sdk, env, preload, engineAddress } = this.#options;
    if (launch === undefined) {
      return { command: process.execPath, args: ["-r", preload, sdk.dynamicProvider, engineAddress], env };
    }
    const merged = mergeEnv(env, launch.env ?? {});
    const nodeOptions = [merged.NODE_OPTIONS, `--require ${JSON.stringify(preload)}`].filter(Boolean).join(" ");
    const args = [...(launch.args ?? []), engineAddress];
    return { command: launch.command, args, env: { ...merged, NODE_OPTIONS: nodeOptions } };
  }

  /** The port is the first line of output. What follows, and all of the error stream, is shown. */
  #spawn(packageName: string, { command, args, env }: Command): Promise<string> {
    return new Promise((resolve, reject) => {
      let port: string | null = null;
      const errors: string[] = [];
      const onLine = (stream: "stdout" | "stderr", line: string): void => {
        if (stream === "stderr") errors.push(line);
        if (stream === "stdout" && port === null) {
          port = line.trim();
          resolve(port);
        } else this.#options.reporter.diagnose(stream === "stdout" ? "info" : "info#err", line);
      };
      const child = new Child({ command, args, folder: this.#options.project.folder, env, onLine });
      this.#children.push(child);
      child.ended.then(({ code, signal, error }) => {
        const why = error?.message ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
        const said = errors.slice(-5).join("\n");
        reject(
          new Error(
            `The provider of '${packageName}' (${command}) ended before it printed its port: ${why}. ${said}`.trim(),
          ),
        );
      });
    });
  }
}
