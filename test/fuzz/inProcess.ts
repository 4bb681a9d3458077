// The plugin's methods in this process, for volume: everything between the bytes of a request and those of its answer but the socket.
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { methodsOf } from "../../provider/plugin";
import { Run } from "../../provider/plugin/run";
import type { BillingSimulator } from "../../provider/testing/simulator";
import { explainError } from "../../provider/topup/errors";
import { grpc, type LoggingEngine } from "../support/engineLog";
import { struct } from "../support/plugin";
import { outcomeOf } from "./outcome";
import type { Method } from "./requests";
import { type Answer, parse, type Subject } from "./subject";

export class InProcess implements Subject {
  readonly provider = "plugin";
  readonly added = {};
  private methods: Record<string, (request: never) => unknown> = {};
  private seen = 0;

  constructor(
    private readonly cloudflare: BillingSimulator,
    private readonly engine: LoggingEngine,
  ) {}

  async renew(): Promise<void> {
    this.methods = methodsOf(new Run(this.engine.address)) as typeof this.methods;
    await this.configure();
  }

  async configure(): Promise<void> {
    const { apiToken, url } = this.cloudflare;
    const { configure } = ResourceProviderService;
    const settings = configure.requestDeserialize(
      configure.requestSerialize(new ConfigureRequest().setArgs(struct({ apiToken, baseUrl: url }))),
    );
    this.methods.configure?.(settings as never);
  }

  async send(method: Method, bytes: Buffer): Promise<Answer> {
    const { requestDeserialize, responseSerialize } = ResourceProviderService[method];
    const work = this.methods[method];
    if (!work) return { code: grpc.status.UNIMPLEMENTED, text: "not implemented" };
    const request = parse<object>(requestDeserialize as (bytes: Buffer) => object, bytes);
    if (request === null) return { code: grpc.status.INTERNAL, text: "no such message" };
    const outcome = await outcomeOf(async () => responseSerialize((await work(request as never)) as never));
    if ("hung" in outcome) return { code: grpc.status.DEADLINE_EXCEEDED, text: "" };
    if ("error" in outcome) return { code: grpc.status.UNKNOWN, text: explainError(outcome.error) };
    return { response: outcome.value };
  }

  said(): string[] {
    const lines = this.engine.lines.slice(this.seen);
    this.seen = this.engine.lines.length;
    return lines;
  }

  async stop(): Promise<void> {}
}
