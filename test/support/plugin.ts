// The built plugin as a child process, started and driven over gRPC as the engine does.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { CallError, type GrpcError } from "./callError";
import { grpc, type LoggingEngine, startLoggingEngine } from "./engineLog";

export type Properties = Record<string, unknown>;

export const EXECUTABLE = path.resolve(__dirname, "../../dist/pulumi-resource-cloudflare-ai-gateway-billing");
export const TYPE = "cloudflare-ai-gateway-billing:index:AutoTopupConfig";

const provider = "urn:pulumi:dev::project::pulumi:providers:cloudflare-ai-gateway-billing::default";

/** A running plugin; each method is one call of the engine, and rejects with the message that the engine would show. */
export class Plugin {
  /** The name of the resource that the calls are about. */
  name = "credits";
  /** Resolves with its exit code when the process is gone; null after a signal. */
  readonly ended: Promise<number | null>;

  private constructor(
    readonly client: ResourceProviderClient,
    readonly process: ChildProcess,
    private readonly engine: LoggingEngine,
    private readonly printed: { out: string; err: string },
  ) {
    this.ended = new Promise((resolve) => process.once("close", resolve));
  }

  /**
   * @param env the environment, besides PATH: nothing of this process's own gets in.
   * @param executable the plugin's script, unless a test has another build of it.
   */
  static async start(env: Record<string, string> = {}, executable = EXECUTABLE): Promise<Plugin> {
    const engine = await startLoggingEngine();
    const child = spawn(executable, [engine.address], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { out: "", err: "" };
    child.stdout.on("data", (data) => (printed.out += data));
    child.stderr.on("data", (data) => (printed.err += data));
    const client = new ResourceProviderClient(`127.0.0.1:${await firstLine(child)}`, grpc.credentials.createInsecure());
    const plugin = new Plugin(client, child, engine, printed);
    await answer((done) =>
      client.handshake(new proto.ProviderHandshakeRequest().setEngineAddress(engine.address), done),
    );
    return plugin;
  }

  /** What the engine was given to show: `WARNING text`. */
  get log(): readonly string[] {
    return this.engine.lines;
  }

  get stdout(): string {
    return this.printed.out;
  }

  get stderr(): string {
    return this.printed.err;
  }

  get urn(): string {
    return `urn:pulumi:dev::project::${TYPE}::${this.name}`;
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

  async check(news: Properties, olds: Properties = {}): Promise<{ inputs: Properties; failures: string[] }> {
    const request = new proto.CheckRequest().setUrn(this.urn).setOlds(struct(olds)).setNews(struct(news));
    return checked(await answer((done) => this.client.check(request, done)));
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }> {
    return differing(await this.diffMessage(id, olds, news));
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

  diffMessage(id: string, olds: Properties, news: Properties): Promise<proto.DiffResponse> {
    const request = new proto.DiffRequest().setUrn(this.urn).setId(id).setOlds(struct(olds)).setNews(struct(news));
    return answer((done) => this.client.diff(request, done));
  }

  async create(news: Properties, preview = false): Promise<{ id: string; outs: Properties }> {
    const request = new proto.CreateRequest().setUrn(this.urn).setProperties(struct(news)).setPreview(preview);
    const response = await answer<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), outs: properties(response.getProperties()) };
  }

  async update(id: string, olds: Properties, news: Properties, preview = false): Promise<Properties> {
    const request = new proto.UpdateRequest().setUrn(this.urn).setId(id).setPreview(preview);
    request.setOlds(struct(olds)).setNews(struct(news));
    const response = await answer<proto.UpdateResponse>((done) => this.client.update(request, done));
    return properties(response.getProperties());
  }

  async read(id: string, props: Properties): Promise<{ id: string; outs: Properties; inputs: Properties }> {
    const request = new proto.ReadRequest().setUrn(this.urn).setId(id).setProperties(struct(props));
    const response = await answer<proto.ReadResponse>((done) => this.client.read(request, done));
    const [outs, inputs] = [properties(response.getProperties()), properties(response.getInputs())];
    return { id: response.getId(), outs, inputs };
  }

  async delete(id: string, props: Properties): Promise<void> {
    const request = new proto.DeleteRequest().setUrn(this.urn).setId(id).setProperties(struct(props));
    await answer((done) => this.client.delete(request, done));
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

  /** From now on the engine cannot be reached. */
  loseEngine(): void {
    this.engine.close();
  }

  /** Ends the process at once, and waits until it has. */
  kill(): Promise<void> {
    return this.stop("SIGKILL");
  }

  /** Ends the process as the engine does, and waits until it has. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    if (signal === "SIGINT") await this.cancel().catch(() => {});
    this.client.close();
    this.process.kill(signal);
    await this.ended;
    this.engine.close();
  }
}

/** One call; rejects with the status's text as the message, and its code as `code`. */
export function answer<T>(call: (done: (error: GrpcError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(new CallError(error)) : resolve(response)));
  });
}

export function struct(values: Properties): Struct {
  return Struct.fromJavaScript(values as never);
}

export function properties(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

function checked(response: proto.CheckResponse): { inputs: Properties; failures: string[] } {
  return { inputs: properties(response.getInputs()), failures: failuresOf(response) };
}

function failuresOf(response: proto.CheckResponse | proto.InvokeResponse): string[] {
  return response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
}

function differing(response: proto.DiffResponse): { changes: boolean; replaces: string[] } {
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  const changes = response.getChanges();
  if (changes !== DIFF_SOME && changes !== DIFF_NONE) throw new Error("diff left open whether anything changes");
  return { changes: changes === DIFF_SOME, replaces: response.getReplacesList() };
}

function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The plugin has no standard output.");
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.once("line", resolve);
    child.once("exit", (code) => reject(new Error(`The plugin ended with ${code} before it printed its port.`)));
  });
}
