// Declares a test for each row of the fault table that it is given. Plays them through both providers' processes against one simulator: every
// fault first, then, without the faults, every next `pulumi up`. The same rows become docs/failures.md.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { startSilence } from "../network/fronts";
import { openProvider, PROVIDERS, type ProviderName, type ProviderProcess } from "../support/providers";
import { ROWS, type Row } from "./families";
import { OTHERS } from "./outcomes";
import { type Amounts, LANES, parallel, Resource, storedState } from "./resource";
import { CALLS, type Call, compress, messageOf, PROCESSES, type Process, type State } from "./table";

/** What was seen of one row; ACCOUNT and RAY stand for what differs. */
interface Played {
  /** The error that was shown; null if the call succeeded. */
  readonly message: string | null;
  /** What the state held then, and whether with an initialization error. */
  readonly state: unknown;
  readonly isPending: boolean;
  /** The requests until then, and those of the next `pulumi up`. */
  readonly requests: string;
  readonly next: string;
  /** What the account had in the end, after how many effective changes. */
  readonly remote: unknown;
  readonly changes: number;
}

/** One provider's processes: the runs in which things go wrong, and the run after them. */
type Runs = Readonly<Partial<Record<Process | "next", ProviderProcess>>>;

let cloudflare: BillingSimulator;
/** The host that a redirect names. */
let elsewhere: BillingSimulator;

/** Returns the messages of all rows, and how many requests reached the host that a redirect names. */
export function declareTests(rows: readonly Row[] = ROWS): { messages(): (string | null)[]; strays(): number } {
  const runs: Runs[] = [];
  let silence: Awaited<ReturnType<typeof startSilence>>;
  let played: Played[][] = [];

  beforeAll(async () => {
    // Zeros could be taken for values.
    cloudflare = await startSimulator({ unset: "zeros" });
    [elsewhere, silence] = await Promise.all([startSimulator(), startSilence()]);
    const closed = await startSilence();
    await closed.close();
    const wanted = new Set(rows.map(({ fault }) => fault.process ?? "usual"));
    for (const name of PROVIDERS) runs.push(await openRuns(name, wanted, silence.port, closed.port));
    played = await playAll(runs.map((own, provider) => rows.map((row, index) => new Trial(row, own, provider, index))));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(runs.flatMap(Object.values<ProviderProcess>).map((provider) => provider.stop()));
    await Promise.all([cloudflare, elsewhere, silence].map((server) => server?.close()));
  });

  const cases = rows.map((row, index) => ({ ...row, index, title: CALLS[row.call].title, ends: row.cell[0] }));

  describe.each(PROVIDERS.map((provider, index) => ({ provider, index })))("$provider", ({ index: provider }) => {
    it.each(cases)("ends $title under '$fault.name' with: $ends; the next up ends as declared", (row) => {
      const { message, ...seen } = (played[provider] as Played[])[row.index] as Played;
      expect(seen).toEqual(expectationOf(row));
      const said = saidOf(row);
      if (said === null) expect(message).toBeNull();
      else expect(message).toMatch(said);
    });

    it("prints nothing beside its messages", () => {
      const printed = Object.values<ProviderProcess>(runs[provider] ?? {}).map(({ stderr }) => stderr);
      expect(printed.join("")).toBe("");
    });
  });

  it("both providers give the same messages, hold the same state and make the same requests in every row", () => {
    expect(played[1]).toEqual(played[0]);
  });

  return { messages: () => played.flat().map(({ message }) => message), strays: () => elsewhere.requests.length };
}

async function openRuns(
  name: ProviderName,
  wanted: ReadonlySet<Process>,
  silent: number,
  closed: number,
): Promise<Runs> {
  const { apiToken, url: baseUrl } = cloudflare;
  const settings = {
    usual: {},
    hasty: { timeoutSeconds: "3", deadlineSeconds: "60" },
    spent: { deadlineSeconds: "60" },
    silent: { baseUrl: `https://127.0.0.1:${silent}/client/v4`, timeoutSeconds: "0.5" },
    refused: { baseUrl: `https://127.0.0.1:${closed}/client/v4` },
    next: {},
  };
  const open = async (run: Process | "next") =>
    [run, await openProvider(name, { apiToken, baseUrl, ...settings[run] })] as const;
  return Object.fromEntries(await Promise.all([...wanted, "next" as const].map(open)));
}

async function playAll(trials: readonly (readonly Trial[])[]): Promise<Played[][]> {
  for (const process of PROCESSES) {
    const isOwn = ({ row }: Trial) => (row.fault.process ?? "usual") === process;
    // A rate limit that outlasts the deadline ends everything after it, so those calls come one by one.
    const lanes = process === "spent" ? 1 : LANES;
    await Promise.all(trials.map((all) => parallel(all.filter(isOwn), (trial) => trial.begin(process), lanes)));
  }
  cloudflare.clearFaults();
  const before = cloudflare.requests.length;
  await Promise.all(trials.map((all) => parallel(all, (trial) => trial.goOn())));
  return trials.map((all) => all.map((trial) => trial.played(before)));
}

/** A row, played with one provider. */
class Trial {
  private readonly account: string;
  private readonly call: Call;
  private readonly resource: Resource;
  private seen: Pick<Played, "message" | "state" | "isPending"> | null = null;

  constructor(
    readonly row: Row,
    private readonly runs: Runs,
    provider: number,
    index: number,
  ) {
    this.account = `${provider}${index.toString(16).padStart(3, "0")}`.padEnd(32, "f");
    this.call = CALLS[row.call];
    this.resource = new Resource(this.account, this.call.declared, this.call.stored);
  }

  /** The call that meets the fault. */
  async begin(process: Process): Promise<void> {
    const { row, account, call, resource } = this;
    const provider = this.runs[process];
    if (!provider) throw new Error(`No process is open for '${process}'.`);
    cloudflare.setConfig(account, call.stored);
    this.script(row.call === "once" ? 1 : row.fault.times);
    const work = row.call === "read" ? resource.refresh(provider) : resource.up(provider);
    const message = await work.then(
      () => null,
      (error: Error) => this.neutral(error.message),
    );
    const state: unknown = JSON.parse(this.neutral(JSON.stringify(resource.state)));
    this.seen = { message, state, isPending: resource.isPending };
  }

  /** The next `pulumi up`; after a refresh, with a refresh. */
  async goOn(): Promise<void> {
    const { row, resource, runs } = this;
    if (row.fault.byHand) {
      cloudflare.setConfig(this.account, this.call.declared);
      this.script();
    }
    const next = runs.next as ProviderProcess;
    await (row.call === "read" ? resource.upWithRefresh(next) : resource.up(next));
  }

  /** @param before how many requests had arrived before the next runs. */
  played(before: number): Played {
    const { account, seen } = this;
    if (!seen) throw new Error("This row was not played.");
    const methods = (from: number, to?: number) =>
      compress(cloudflare.requests.slice(from, to).filter(({ accountId }) => accountId === account));
    const after = { remote: cloudflare.config(account), changes: cloudflare.changes(account) };
    return { ...seen, requests: methods(0, before), next: methods(before), ...after };
  }

  private script(times = Number.POSITIVE_INFINITY): void {
    const { account: accountId, call } = this;
    const { action, forGood } = this.row.fault;
    const fault = action?.(elsewhere.url);
    if (fault) cloudflare.fault({ ...fault, accountId, method: call.method, times });
    // A create has read once before.
    const skip = call.stored ? 0 : 1;
    if (forGood) cloudflare.fault({ kind: "reset", accountId, method: "GET", skip, times: Number.POSITIVE_INFINITY });
  }

  private neutral(text: string): string {
    return text.replaceAll(this.account, "ACCOUNT").replace(/\(request id \S+\)/, "(request id RAY)");
  }
}

function expectationOf({ fault, call, cell: [state, requests, next] }: Row): Omit<Played, "message"> {
  const { stored, declared }: Call = CALLS[call];
  const states: Record<State, Amounts | null> = {
    ...{ created: declared, updated: declared, refreshed: declared, "read as other values": OTHERS, gone: null },
    ...{ "not created": null, "not updated": stored, "kept as it was": stored, "not gone": stored },
    "initialization error": stored ?? declared,
  };
  const amounts = states[state];
  const changes = call === "read" || fault.byHand ? 0 : 1;
  const kept = { state: amounts && storedState("ACCOUNT", amounts), isPending: state === "initialization error" };
  return { ...kept, requests, next, remote: declared, changes };
}

/** How the message begins, what went wrong, and at its end what to do. */
function saidOf({ fault, call, cell }: Row): RegExp | null {
  const said = messageOf(fault, cell);
  if (said === null) return null;
  const [sees, advice] = [said.sees, said.advice].map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^(Account ACCOUNT|${CALLS[call].attempt} ACCOUNT failed\\.) ${sees}[^]*\n[^]*${advice}`);
}
