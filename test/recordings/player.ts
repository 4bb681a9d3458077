// Plays recorded conversations with the providers' real processes: no engine decides anything, the calls are sent as they were recorded.
// What comes of it has the form of what the recording says, so that a test compares the two.
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { grpc, type LoggingEngine, startLoggingEngine } from "../support/engineLog";
import { EXECUTABLE } from "../support/plugin";
import { ROOT } from "../support/program";
import { type Answer, failed, reduced, send } from "./messages";
import type { Call, Recording, Run } from "./recording";

/** What can be compared of a run. */
export interface Outcome {
  /** Each call with its answer, in the order in which they were sent. */
  readonly answers: readonly (readonly [string, Answer])[];
  /** What the endpoint saw, one account after the other. */
  readonly http: readonly string[];
  readonly remote: Run["remote"];
  /** The accounts that warnings are about. */
  readonly warned: readonly string[];
}

const ACCOUNT = /\b([0-9a-fA-F])\1{31}\b/g;

/** Plays the runs in their order, each with processes of its own. */
export async function replay(recording: Recording): Promise<Outcome[]> {
  const text = JSON.stringify(recording);
  const cloudflare = await startSimulator({ apiToken: "<token>" });
  for (const [token] of text.matchAll(/<token-\d>/g)) cloudflare.acceptToken(token);
  const folder = programFolder();
  const player = new Player(recording, cloudflare, folder, [...new Set(text.match(ACCOUNT))]);
  try {
    const outcomes: Outcome[] = [];
    for (const index of recording.runs.keys()) outcomes.push(await player.play(index));
    return outcomes;
  } finally {
    await player.stop();
    await cloudflare.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the recording says of each run. */
export function recorded({ runs }: Recording): Outcome[] {
  return runs.map(({ calls, http, remote, state, diagnostics = [] }) => ({
    answers: calls.filter(isPlayed).map((call) => [titleOf(call), answerOf(call, state)]),
    http: byAccount(http.map((line) => line.replace(" -> done, but the answer is lost", " -> lost"))),
    remote,
    warned: accountsIn(diagnostics.filter((text) => text.startsWith("warning:"))),
  }));
}

function answerOf({ request, response, error, noAnswer }: Call, state: Run["state"]): Answer {
  if (noAnswer) return { noAnswer };
  if (error === undefined) return reduced(response ?? {});
  return failed(state.some(({ urn, initErrors }) => urn === request.urn && initErrors !== undefined));
}

/** The engine's own housekeeping, which processes here are started and ended by. */
function isPlayed({ method }: Call): boolean {
  return method !== "Handshake" && method !== "Cancel";
}

function titleOf({ method, to, request }: Call): string {
  return [method, String(request.urn ?? request.tok).split("::").at(-1), to].filter(Boolean).join(" ");
}

function accountsIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(ACCOUNT) ?? []))].sort();
}

/** Requests of different accounts overlap in any order. */
function byAccount(lines: readonly string[]): string[] {
  const account = (line: string) => line.split(" ")[1] ?? "";
  return [...lines].sort((one, other) => account(one).localeCompare(account(other)));
}

interface Provider {
  readonly client: ResourceProviderClient;
  readonly process: ChildProcess;
}

/** One stack's life. */
class Player {
  #engine: LoggingEngine | undefined;
  readonly #providers = new Map<string, Promise<Provider>>();
  readonly #tokens: (string | undefined)[] = [];

  constructor(
    private readonly recording: Recording,
    private readonly cloudflare: BillingSimulator,
    private readonly folder: string,
    private readonly accounts: readonly string[],
  ) {
    // The simulator never keeps credentials.
    const { port } = new URL(cloudflare.url);
    subscribe("http.server.request.start", (event) => {
      const { headers, socket } = (event as { request: IncomingMessage }).request;
      if (String(socket.localPort) === port) this.#tokens.push(headers.authorization?.replace("Bearer ", ""));
    });
  }

  async play(index: number): Promise<Outcome> {
    const run = this.recording.runs[index] as Run;
    this.#arrange(run, this.recording.runs[index - 1]?.remote ?? {});
    this.#engine = await startLoggingEngine();
    const answers: [string, Answer][] = [];
    const open: { readonly endedAfter: number; readonly answered: Promise<unknown> }[] = [];
    for (const [at, call] of run.calls.entries()) {
      if (call.method === "Handshake") continue;
      await Promise.all(open.filter(({ endedAfter }) => endedAfter < at).map(({ answered }) => answered));
      if (call.method === "Cancel") {
        if (run.calls[at + 1]?.method === "Handshake") await this.stop();
        continue;
      }
      const answer: [string, Answer] = [titleOf(call), {}];
      answers.push(answer);
      const answered = this.#send(call, index).then((value) => {
        answer[1] = call.noAnswer ? { noAnswer: true } : value;
      });
      if (!call.noAnswer) open.push({ endedAfter: call.endedAfter ?? at, answered });
    }
    await Promise.all(open.map(({ answered }) => answered));
    if (run.exit === "SIGKILL") await this.#until(() => this.cloudflare.requests.length >= run.http.length);
    await this.stop(run.exit === "SIGKILL" ? "SIGKILL" : "SIGTERM");
    const warnings = this.#engine.lines.filter((line) => line.startsWith("WARNING"));
    this.#engine.close();
    return { answers, http: this.#seen(), remote: this.#remote(), warned: accountsIn(warnings) };
  }

  /** Ends the processes of the run. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const providers = await Promise.all(this.#providers.values());
    this.#providers.clear();
    for (const { client, process } of providers) {
      client.close();
      const ended = new Promise((resolve) => process.once("close", resolve));
      process.kill(signal);
      await ended;
    }
  }

  #arrange({ outside, stub = [], delay, health = {}, http }: Run, before: Run["remote"]): void {
    const { cloudflare } = this;
    cloudflare.reset();
    for (const [token] of JSON.stringify(this.recording).matchAll(/<token-\d>/g)) cloudflare.acceptToken(token);
    this.#tokens.length = 0;
    for (const [account, config] of Object.entries(outside ?? before)) cloudflare.setConfig(account, config);
    for (const [account, values] of Object.entries(health)) cloudflare.setHealth(account, values);
    for (const { method, account, status, times = Number.POSITIVE_INFINITY, note } of stub) {
      const skip = note === "from the first POST on" ? http.findIndex((line) => line.startsWith("POST")) : 0;
      const target = { method, times, skip, ...(account ? { accountId: account } : {}) };
      cloudflare.fault(status ? { kind: "envelope", status, ...target } : { kind: "reset", apply: true, ...target });
    }
    for (const [method, ms] of Object.entries(delay?.milliseconds ?? {})) {
      cloudflare.fault({ kind: "delay", ms, method: method as "POST" });
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
    const address = this.#engine?.address ?? "";
    const host = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const [command, ...args] = kind === "plugin" ? [EXECUTABLE, address] : [process.execPath, host, address];
    const child = spawn(command as string, args, {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        TMPDIR: this.folder,
        CLOUDFLARE_API_TOKEN: "<token>",
        CLOUDFLARE_BASE_URL: this.cloudflare.url,
      },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const port = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`The ${kind} provider ended with ${code}.`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    if (kind === "plugin") await send(client, "Handshake", { engineAddress: address });
    return { client, process: child };
  }

  #seen(): string[] {
    const lines = this.cloudflare.requests.map(({ method, accountId, body, status, fault }, index) => {
      const answer = fault === "reset" ? " -> lost" : status === 200 || status === null ? "" : ` -> ${status}`;
      const token = this.#tokens[index];
      const sent = body === null ? "" : ` ${JSON.stringify(body)}`;
      return `${method} ${accountId}${sent}${answer}${token === "<token>" ? "" : ` [token: ${token}]`}`;
    });
    return byAccount(lines);
  }

  #remote(): Run["remote"] {
    const found = this.accounts.map((account) => [account, this.cloudflare.config(account)] as const);
    return Object.fromEntries(found.filter(([, config]) => config !== null)) as Run["remote"];
  }

  async #until(condition: () => boolean): Promise<void> {
    for (let turns = 0; !condition(); turns++) {
      if (turns > 500) throw new Error("The endpoint never saw the requests of the run that is killed.");
      await sleep(10);
    }
  }
}

/** A program's folder, with the package and @pulumi installed by links. */
function programFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-replay-"));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(path.join(ROOT, "node_modules/@pulumi"), path.join(folder, "node_modules/@pulumi"), "dir");
  symlinkSync(ROOT, path.join(folder, "node_modules/pulumi-cloudflare-ai-gateway-billing"), "dir");
  return folder;
}
