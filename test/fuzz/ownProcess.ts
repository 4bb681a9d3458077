// A provider's real process, sent any bytes over gRPC.
import { setTimeout } from "node:timers/promises";
import { type ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { BillingSimulator } from "../../provider/testing/simulator";
import { DynamicHost } from "../support/dynamicHost";
import { grpc } from "../support/engineLog";
import { Plugin } from "../support/plugin";
import { PROVIDER } from "../support/providers";
import type { Method, ProviderCalls } from "./requests";
import type { Answer, Subject } from "./subject";

// No healthy call comes near it.
const DEADLINE_MS = 20_000;

interface Running extends Pick<Plugin, "log" | "stderr" | "stop" | "client"> {
  configure(settings: Record<string, unknown>): Promise<unknown>;
}

export class OwnProcess implements Subject {
  readonly added: Record<string, unknown>;
  private running: Running | undefined;
  private seen = { log: 0, stderr: 0 };

  constructor(
    readonly provider: ProviderCalls,
    private readonly cloudflare: BillingSimulator,
  ) {
    this.added = provider === "host" ? { __provider: PROVIDER } : {};
  }

  async renew(): Promise<void> {
    // A process that has crashed ended before anybody waited for its end.
    await Promise.race([this.running?.stop(), setTimeout(2000, null, { ref: false })]);
    this.seen = { log: 0, stderr: 0 };
    if (this.provider === "plugin") this.running = await Plugin.start();
    else {
      const host = await DynamicHost.start({}, { light: true });
      this.running = Object.assign(host, { client: Reflect.get(host, "client") as ResourceProviderClient });
    }
    await this.configure();
  }

  async configure(): Promise<void> {
    const { apiToken, url: baseUrl } = this.cloudflare;
    const prefix = this.provider === "plugin" ? "" : "cloudflare:";
    await this.running?.configure({ [`${prefix}apiToken`]: apiToken, [`${prefix}baseUrl`]: baseUrl });
  }

  send(method: Method, bytes: Buffer): Promise<Answer> {
    const { path } = ResourceProviderService[method];
    const same = (buffer: Buffer) => buffer;
    const options = { deadline: Date.now() + DEADLINE_MS };
    return new Promise((resolve) => {
      this.running?.client.makeUnaryRequest(path, same, same, bytes, new grpc.Metadata(), options, (error, response) =>
        resolve(error ? { code: error.code, text: error.details } : { response: response ?? Buffer.alloc(0) }),
      );
    });
  }

  said(): string[] {
    const { log = [], stderr = "" } = this.running ?? {};
    // What the SDK's host prints of damaged messages is not ours, and comes late.
    const printed = this.provider === "host" ? "" : stderr.slice(this.seen.stderr);
    const lines = [...log.slice(this.seen.log), ...printed.split("\n").filter(Boolean)];
    this.seen = { log: log.length, stderr: stderr.length };
    return lines;
  }

  async stop(): Promise<void> {
    await Promise.race([this.running?.stop(), setTimeout(5000, null, { ref: false })]);
  }
}
