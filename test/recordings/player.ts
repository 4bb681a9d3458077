// Plays recorded conversations with the providers' real processes: no engine decides anything, the calls are sent as they were recorded.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { grpc, type LoggingEngine, startLoggingEngine } from "../support/engineLog";
import { EXECUTABLE } from "../support/plugin";
import { ROOT } from "../support/program";
import { Endpoint } from "./endpoint";
import { type Answer, send } from "./messages";
import { accountsIn, byAccount, isPlayed, type Outcome, titleOf } from "./outcome";
import type { Call, Recording } from "./recording";

/** Plays the runs in their order, each with processes of its own. What comes of it is what `recorded` says, if the providers do as they did. */
export async function replay(recording: Recording): Promise<Outcome[]> {
  const endpoint = await Endpoint.open(recording);
  const folder = programFolder();
  const player = new Player(recording, endpoint, folder);
  try {
    const outcomes: Outcome[] = [];
    for (const index of recording.runs.keys()) outcomes.push(await player.play(index));
    return outcomes;
  } finally {
    await player.stop("SIGKILL");
    await endpoint.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Provider {
  readonly client: ResourceProviderClient;
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** One stack's life. */
class Player {
  #engine: LoggingEngine | undefined;
  readonly #providers = new Map<string, Promise<Provider>>();

  constructor(
    private readonly recording: Recording,
    private readonly endpoint: Endpoint,
    private readonly folder: string,
  ) {}

  async play(index: number): Promise<Outcome> {
    const { [index]: run, [index - 1]: before } = this.recording.runs;
    if (!run) throw new Error(`There is no run ${index}.`);
    this.endpoint.arrange(run, before?.remote ?? {});
    this.#engine = await startLoggingEngine();
    const { lines } = this.#engine;
    const answers: [string, Answer][] = [];
    const open: { readonly endedAfter: number; readonly answered: Promise<unknown> }[] = [];
    for (const [at, call] of run.calls.entries()) {
      await Promise.all(open.filter(({ endedAfter }) => endedAfter < at).map(({ answered }) => answered));
      // An `up` with its own preview starts all processes anew.
      if (call.method === "Handshake" && run.calls[at - 1]?.method === "Cancel") await this.stop();
      if (!isPlayed(call)) continue;
      const answer: [string, Answer] = [titleOf(call), { noAnswer: true }];
      answers.push(answer);
      const answered = this.#send(call, index).then((value) => {
        if (!call.noAnswer) answer[1] = value;
      });
      if (!call.noAnswer) open.push({ endedAfter: call.endedAfter ?? at, answered });
    }
    await Promise.all(open.map(({ answered }) => answered));
    const killed = run.exit === "SIGKILL";
    if (killed) await this.endpoint.sees(run.http.at(-1) ?? "");
    await this.stop(killed ? "SIGKILL" : "SIGTERM");
    this.#engine.close();
    const { http, remote } = this.endpoint;
    const warned = accountsIn(lines.filter((line) => line.startsWith("WARNING")));
    return { answers, http: byAccount(http), remote, warned };
  }

  /** Ends the processes of the run. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const providers = await Promise.allSettled(this.#providers.values());
    this.#providers.clear();
    for (const provider of providers) {
      if (provider.status === "rejected") continue;
      const { client, process, ended } = provider.value;
      client.close();
      process.kill(signal);
      await ended;
    }
  }

  async #send(call: Call, run: number): Promise<Answer> {
    const { client } = await this.#providerOf(call, run);
    return send(client, call.method, call.request);
  }

  /** One process for each provider that the program configures, as the engine has it. */
  #providerOf({ method, to, request }: Call, run: number): Promise<Provider> {
    const kind = to ?? this.recording.provider;
    const urn = /Config/.test(method) ? String(request.urn) : this.#configured(String(request.urn), method, run);
    const key = `${kind} ${urn ?? [...this.#providers.keys()][0]?.split(" ")[1]}`;
    const known = this.#providers.get(key) ?? this.#start(kind);
    this.#providers.set(key, known);
    return known;
  }

  /** The provider that a state names for a resource: the one after the run, or else the next one that is known of. */
  #configured(resource: string, method: string, run: number): string | undefined {
    const { runs } = this.recording;
    const before = runs.slice(0, run).reverse();
    const order = method === "Delete" ? [...before, ...runs.slice(run)] : [...runs.slice(run), ...before];
    const stored = order.flatMap(({ state }) => state).find(({ urn }) => urn === resource);
    return stored?.provider?.split("::").slice(0, -1).join("::");
  }

  async #start(kind: "dynamic" | "plugin"): Promise<Provider> {
    const { address = "" } = this.#engine ?? {};
    const host = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const command = kind === "plugin" ? EXECUTABLE : process.execPath;
    const child = spawn(command, kind === "plugin" ? [address] : [host, address], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, TMPDIR: this.folder, ...this.endpoint.env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    const port = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`The ${kind} provider ended with ${code}.`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    if (kind === "plugin") await send(client, "Handshake", { engineAddress: address });
    return { client, process: child, ended };
  }
}

/** A program's folder, with the package and @pulumi installed by links. */
export function programFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-recordings-"));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(path.join(ROOT, "node_modules/@pulumi"), path.join(folder, "node_modules/@pulumi"), "dir");
  symlinkSync(ROOT, path.join(folder, "node_modules/pulumi-cloudflare-ai-gateway-billing"), "dir");
  return folder;
}
