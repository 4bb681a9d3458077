// The built plugin as a process, with the calls that the engine makes of it alone.
import path from "node:path";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import {
  answer,
  checked,
  differing,
  EngineCalls,
  failuresOf,
  launch,
  type Properties,
  properties,
  struct,
} from "./engineCalls";

export { answer, type Properties, struct } from "./engineCalls";

export const EXECUTABLE = path.resolve(__dirname, "../../dist/pulumi-resource-cloudflare-ai-gateway-billing");
export const TYPE = "cloudflare-ai-gateway-billing:index:AutoTopupConfig";

const provider = "urn:pulumi:dev::project::pulumi:providers:cloudflare-ai-gateway-billing::default";

export class Plugin extends EngineCalls {
  /**
   * @param env the environment, besides PATH: nothing of this process's own gets in.
   * @param executable the plugin's script, unless a test has another build of it.
   */
  static async start(env: Record<string, string> = {}, executable = EXECUTABLE): Promise<Plugin> {
    const launched = await launch(executable, [], env);
    const plugin = new Plugin(launched, TYPE);
    const handshake = new proto.ProviderHandshakeRequest().setEngineAddress(launched.engine.address);
    await answer((done) => plugin.client.handshake(handshake, done));
    return plugin;
  }

  async checkConfig(news: Properties): Promise<{ inputs: Properties; failures: string[] }> {
    const request = new proto.CheckRequest().setUrn(provider).setNews(struct(news));
    return checked(await answer((done) => this.client.checkConfig(request, done)));
  }

  async diffConfig(olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }> {
    const request = new proto.DiffRequest().setUrn(provider).setOldInputs(struct(olds)).setNews(struct(news));
    return differing(await answer((done) => this.client.diffConfig(request, done)));
  }

  async configure(config: Properties = {}): Promise<proto.ConfigureResponse.AsObject> {
    const request = new proto.ConfigureRequest().setArgs(struct(config)).setAcceptsecrets(true);
    return (await answer<proto.ConfigureResponse>((done) => this.client.configure(request, done))).toObject();
  }

  /** Every changed property with the kind of its change. */
  async detailedDiff(id: string, olds: Properties, news: Properties): Promise<Record<string, string>> {
    const kinds = Object.entries(proto.PropertyDiff.Kind);
    const changes: Record<string, string> = {};
    (await this.diffMessage(id, olds, news)).getDetaileddiffMap().forEach((change, property) => {
      const kind = kinds.find(([, value]) => value === change.getKind())?.[0];
      changes[property] = `${kind}${change.getInputdiff() ? " of inputs" : ""}`;
    });
    return changes;
  }

  async invoke(name: string, args: Properties): Promise<{ value: Properties; failures: string[] }> {
    const token = `cloudflare-ai-gateway-billing:index:${name}`;
    const request = new proto.InvokeRequest().setTok(token).setArgs(struct(args));
    const response = await answer<proto.InvokeResponse>((done) => this.client.invoke(request, done));
    return { value: properties(response.getReturn()), failures: failuresOf(response) };
  }

  async cancel(): Promise<void> {
    await answer((done) => this.client.cancel(new Empty(), done));
  }

  /** Ends the process as the engine does, and waits until it has. */
  override async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    if (signal === "SIGINT") await this.cancel().catch(() => {});
    await super.stop(signal);
  }
}
