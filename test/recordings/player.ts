// Plays recorded conversations with the providers' real processes: no engine decides anything, the calls are sent as they were recorded.
import { rmSync } from "node:fs";
import { type LoggingEngine, startLoggingEngine } from "../support/engineLog";
import { Endpoint } from "./endpoint";
import { type Answer, send } from "./messages";
import { accountsIn, byAccount, isPlayed, type Outcome, titleOf } from "./outcome";
import { type Provider, programFolder, startProvider } from "./process";
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
    const engine = await startLoggingEngine();
    this.#engine = engine;
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
    engine.close();
    const { http, remote } = this.endpoint;
    const warned = accountsIn(engine.lines.filter((line) => line.startsWith("WARNING")));
    return { answers, http: byAccount(http), remote, warned };
  }

  /** Ends the processes of the run. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const providers = await Promise.allSettled(this.#providers.values());
    this.#providers.clear();
    for (const provider of providers) {
      if (provider.status === "rejected") continue;
      await provider.value.stop(signal);
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
    if (!this.#engine) throw new Error("No run has begun.");
    const known = this.#providers.get(key) ?? startProvider(kind, this.folder, this.#engine, this.endpoint.env);
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
}
