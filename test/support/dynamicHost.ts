// The installed SDK's own dynamic-provider host as a child process, driven over gRPC as the engine drives it.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { CallError, type GrpcError } from "./callError";
import { grpc, type LoggingEngine, startLoggingEngine } from "./engineLog";

export type Properties = Record<string, unknown>;

interface Start {
  readonly flags?: readonly string[];
  readonly light?: boolean;
}

const root = path.resolve(__dirname, "../..");
const urn = "urn:pulumi:dev::project::pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig::credits";

/** A running host; each method is one call of the engine, and rejects with the message that the engine would show. */
export class DynamicHost {
  /** Resolves with its exit code when the process is gone; null after a signal. */
  readonly ended: Promise<number | null>;

  private constructor(
    private readonly client: ResourceProviderClient,
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly engine: LoggingEngine,
    private readonly printed: { out: string; err: string },
  ) {
    this.ended = new Promise((resolve) => child.once("close", resolve));
  }

  /**
   * @param env the environment, besides PATH: nothing of this process's own gets in.
   * @param flags that stand before the engine's address.
   * @param light starts it with light.cjs: quicker, and it ends with this process.
   */
  static async start(
    env: Record<string, string> = {},
    { flags = [], light = false }: Start = {},
  ): Promise<DynamicHost> {
    const engine = await startLoggingEngine();
    const folder = projectFolder();
    const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const child = spawn(
      process.execPath,
      [...(light ? ["-r", path.join(__dirname, "light.cjs")] : []), script, ...flags, engine.address],
      {
        cwd: folder,
        env: { PATH: process.env.PATH, ...env },
        stdio: [light ? "pipe" : "ignore", "pipe", "pipe"],
      },
    );
    const printed = { out: "", err: "" };
    child.stdout?.on("data", (data) => (printed.out += data));
    child.stderr?.on("data", (data) => (printed.err += data));
    const client = new ResourceProviderClient(`127.0.0.1:${await firstLine(child)}`, grpc.credentials.createInsecure());
    return new DynamicHost(client, child, folder, engine, printed);
  }

  /** What the engine was given to show: `WARNING text`. */
  get log(): readonly string[] {
    return this.engine.lines;
  }

  /** What the host printed on standard error, which the engine shows as well. */
  get stderr(): string {
    return this.printed.err;
  }

  /** What the host printed on standard output: its port, and nothing more. */
  get stdout(): string {
    return this.printed.out;
  }

  async configure(config: Properties = {}): Promise<void> {
    const request = new proto.ConfigureRequest().setArgs(Struct.fromJavaScript(config as never)).setAcceptsecrets(true);
    await answer((done) => this.client.configure(request, done));
  }

  async check(news: Properties, olds: Properties = {}): Promise<{ inputs: Properties; failures: string[] }> {
    const request = new proto.CheckRequest().setUrn(urn).setOlds(struct(olds)).setNews(struct(news));
    const response = await answer<proto.CheckResponse>((done) => this.client.check(request, done));
    const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    return { inputs: properties(response.getInputs()), failures };
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }> {
    const request = new proto.DiffRequest().setUrn(urn).setId(id).setOlds(struct(olds)).setNews(struct(news));
    const response = await answer<proto.DiffResponse>((done) => this.client.diff(request, done));
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    const changes = response.getChanges();
    if (changes !== DIFF_SOME && changes !== DIFF_NONE) throw new Error("diff left open whether anything changes");
    return { changes: changes === DIFF_SOME, replaces: response.getReplacesList() };
  }

  async create(news: Properties): Promise<{ id: string; outs: Properties }> {
    const request = new proto.CreateRequest().setUrn(urn).setProperties(struct(news));
    const response = await answer<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), outs: properties(response.getProperties()) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new proto.UpdateRequest().setUrn(urn).setId(id).setOlds(struct(olds)).setNews(struct(news));
    const response = await answer<proto.UpdateResponse>((done) => this.client.update(request, done));
    return properties(response.getProperties());
  }

  async read(id: string, props: Properties): Promise<{ id: string; outs: Properties; inputs: Properties }> {
    const request = new proto.ReadRequest().setUrn(urn).setId(id).setProperties(struct(props));
    const response = await answer<proto.ReadResponse>((done) => this.client.read(request, done));
    const [outs, inputs] = [properties(response.getProperties()), properties(response.getInputs())];
    return { id: response.getId(), outs, inputs };
  }

  async delete(id: string, props: Properties): Promise<void> {
    const request = new proto.DeleteRequest().setUrn(urn).setId(id).setProperties(struct(props));
    await answer((done) => this.client.delete(request, done));
  }

  /** From now on the engine cannot be reached. */
  loseEngine(): void {
    this.engine.close();
  }

  /** Ends the process at once, and waits until it has. */
  kill(): Promise<void> {
    return this.stop("SIGKILL");
  }

  /** Ends the process, and waits until it has. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.client.close();
    this.child.kill(signal);
    await this.ended;
    this.engine.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A program's folder, with the package and @pulumi installed by links. */
function projectFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-host-"));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(path.join(root, "node_modules/@pulumi"), path.join(folder, "node_modules/@pulumi"), "dir");
  symlinkSync(root, path.join(folder, "node_modules/pulumi-cloudflare-ai-gateway-billing"), "dir");
  return folder;
}

function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The host has no standard output.");
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.once("line", resolve);
    child.once("exit", (code) => reject(new Error(`The host ended with ${code} before it printed its port.`)));
  });
}

function struct(values: Properties): Struct {
  return Struct.fromJavaScript(values as never);
}

function properties(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

async function answer<T>(call: (done: (error: GrpcError | null, response: T) => void) => unknown): Promise<T> {
  const [error, response] = await new Promise<[GrpcError | null, T]>((resolve) => {
    call((error, response) => resolve([error, response]));
  });
  // The host writes its standard error before it answers: a turn of the event loop later it has been read here as well.
  await setImmediate();
  await setImmediate();
  if (error) throw new CallError(error);
  return response;
}
