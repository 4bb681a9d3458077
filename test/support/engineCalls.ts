// A provider's process, started and driven over gRPC as the engine does. The plugin and the SDK's host of dynamic providers are two of them.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { CallError, type GrpcError } from "./callError";
import { grpc, type LoggingEngine, startLoggingEngine } from "./engineLog";

export type Properties = Record<string, unknown>;

export interface Launched {
  readonly client: ResourceProviderClient;
  readonly process: ChildProcess;
  readonly engine: LoggingEngine;
  readonly printed: { out: string; err: string };
}

/**
 * @param env the environment, besides PATH: nothing of this process's own gets in.
 * @param running the engine that starts it; one of its own by default.
 */
export async function launch(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: SpawnOptions = {},
  running?: LoggingEngine,
): Promise<Launched> {
  const engine = running ?? (await startLoggingEngine());
  const child = spawn(command, [...args, engine.address], {
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
    env: { PATH: process.env.PATH, ...env },
  });
  const printed = { out: "", err: "" };
  child.stdout?.on("data", (data) => (printed.out += data));
  child.stderr?.on("data", (data) => (printed.err += data));
  const client = new ResourceProviderClient(`127.0.0.1:${await firstLine(child)}`, grpc.credentials.createInsecure());
  return { client, process: child, engine, printed };
}

/** Each method is one call of the engine, and rejects with the message that the engine would show. */
export class EngineCalls {
  /** The name of the resource that the calls are about. */
  name = "credits";
  readonly client: ResourceProviderClient;
  /** Resolves with its exit code when the process is gone; null after a signal. */
  readonly ended: Promise<number | null>;

  constructor(
    protected readonly launched: Launched,
    private readonly type: string,
  ) {
    this.client = launched.client;
    this.ended = new Promise((resolve) => launched.process.once("close", resolve));
  }

  /** What the engine was given to show: `WARNING text`. */
  get log(): readonly string[] {
    return this.launched.engine.lines;
  }

  /** What the process printed: its port, and nothing more. */
  get stdout(): string {
    return this.launched.printed.out;
  }

  /** What the engine shows as well. */
  get stderr(): string {
    return this.launched.printed.err;
  }

  get urn(): string {
    return `urn:pulumi:dev::project::${this.type}::${this.name}`;
  }

  async check(news: Properties, olds: Properties = {}): Promise<{ inputs: Properties; failures: string[] }> {
    const request = new proto.CheckRequest().setUrn(this.urn).setOlds(struct(olds)).setNews(struct(news));
    return checked(await answer((done) => this.client.check(request, done)));
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }> {
    return differing(await this.diffMessage(id, olds, news));
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

  /** From now on the engine cannot be reached. */
  loseEngine(): void {
    this.launched.engine.close();
  }

  /** Ends the process at once, and waits until it has. */
  kill(): Promise<void> {
    return this.stop("SIGKILL");
  }

  /** Ends the process, and waits until it has. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.client.close();
    this.launched.process.kill(signal);
    await this.ended;
    this.launched.engine.close();
  }
}

/** One call; rejects with the status's text as the message, and its code as `code`. */
export async function answer<T>(call: (done: (error: GrpcError | null, response: T) => void) => unknown): Promise<T> {
  const [error, response] = await new Promise<[GrpcError | null, T]>((resolve) => {
    call((error, response) => resolve([error, response]));
  });
  // A process writes its standard error before it answers: a turn of the event loop later it has been read here as well.
  await setImmediate();
  await setImmediate();
  if (error) throw new CallError(error);
  return response;
}

export function struct(values: Properties): Struct {
  return Struct.fromJavaScript(values as never);
}

export function properties(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

export function checked(response: proto.CheckResponse): { inputs: Properties; failures: string[] } {
  return { inputs: properties(response.getInputs()), failures: failuresOf(response) };
}

export function failuresOf(response: proto.CheckResponse | proto.InvokeResponse): string[] {
  return response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
}

export function differing(response: proto.DiffResponse): { changes: boolean; replaces: string[] } {
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  const changes = response.getChanges();
  if (changes !== DIFF_SOME && changes !== DIFF_NONE) throw new Error("diff left open whether anything changes");
  return { changes: changes === DIFF_SOME, replaces: response.getReplacesList() };
}

function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The process has no standard output.");
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.once("line", resolve);
    child.once("exit", (code) => reject(new Error(`The process ended with ${code} before it printed its port.`)));
  });
}
