// Plays rows of the fault table against the processes of one provider or of both: every fault first, then, without the faults, every next
// `pulumi up`. suite.ts compares what was seen with the table.
import type { BillingSimulator } from "../../provider/testing/simulator";
import type { Properties } from "../support/lifecycles";
import type { ProviderProcess } from "../support/providers";
import { compress } from "./compress";
import type { Row } from "./families";
import { LANES, parallel } from "./parallel";
import { Resource } from "./resource";
import { CALLS, type Call, PROCESSES, type Process } from "./table";

/** One provider's processes. */
export interface World {
  readonly cloudflare: BillingSimulator;
  /** The runs in which things go wrong. */
  readonly runs: Readonly<Partial<Record<Process, ProviderProcess>>>;
  /** The run after them. */
  readonly next: ProviderProcess;
  /** Another host's address. */
  readonly elsewhere: string;
}

/** What was seen of one row; ACCOUNT and RAY stand for what differs. */
export interface Played {
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

/** The result is by provider, in the rows' order. */
export async function playAll(worlds: readonly World[], rows: readonly Row[]): Promise<Played[][]> {
  const trials = worlds.map((world, provider) =>
    rows.map(
      (row, index) => new Trial(row, world, `${provider}${index.toString(16).padStart(3, "0")}`.padEnd(32, "f")),
    ),
  );
  for (const process of PROCESSES) {
    // A rate limit that outlasts the deadline ends everything after it, so those calls come one by one.
    const lanes = process === "spent" ? 1 : LANES;
    await Promise.all(
      trials.map((all) =>
        parallel(
          all.filter((one) => one.process === process),
          (one) => one.begin(),
          lanes,
        ),
      ),
    );
  }
  const [{ cloudflare }] = worlds as [World];
  cloudflare.clearFaults();
  const seen = cloudflare.requests.length;
  await Promise.all(trials.map((all) => parallel(all, (one) => one.goOn())));
  return trials.map((all) => all.map((one) => one.played(seen)));
}

class Trial {
  readonly process: Process;
  private readonly call: Call;
  private readonly resource: Resource;
  private readonly isRead: boolean;
  private seen: Pick<Played, "message" | "state" | "isPending"> | null = null;

  constructor(
    private readonly row: Row,
    private readonly world: World,
    private readonly account: string,
  ) {
    this.process = row.fault.process ?? "usual";
    this.call = CALLS[row.call];
    this.isRead = row.call === "read";
    this.resource = new Resource(account, this.call.declared, this.call.stored);
  }

  /** The call that meets the fault. */
  async begin(): Promise<void> {
    const { row, world, account, call, resource } = this;
    const provider = world.runs[this.process];
    if (!provider) throw new Error(`No process is open for '${this.process}'.`);
    world.cloudflare.setConfig(account, call.stored);
    this.script(row.call === "once" ? 1 : (row.fault.times ?? Number.POSITIVE_INFINITY));
    const work = this.isRead ? resource.refresh(provider) : resource.up(provider);
    const message = await work.then(
      () => null,
      (error: Error) => this.neutral(error.message),
    );
    const state: Properties | null = JSON.parse(this.neutral(JSON.stringify(resource.state)));
    this.seen = { message, state, isPending: resource.isPending };
  }

  /** The next `pulumi up`; after a refresh, with a refresh. */
  async goOn(): Promise<void> {
    const { row, world, account, call, resource } = this;
    if (row.fault.byHand) {
      world.cloudflare.setConfig(account, call.declared);
      this.script(Number.POSITIVE_INFINITY);
    }
    await (this.isRead ? resource.upWithRefresh(world.next) : resource.up(world.next));
  }

  /** @param before how many requests had arrived before the next runs. */
  played(before: number): Played {
    const { account, world, seen } = this;
    if (!seen) throw new Error("This row was not played.");
    const methods = (from: number, to?: number) =>
      compress(
        world.cloudflare.requests
          .slice(from, to)
          .filter(({ accountId }) => accountId === account)
          .map(({ method }) => method),
      );
    const after = { remote: world.cloudflare.config(account), changes: world.cloudflare.changes(account) };
    return { ...seen, requests: methods(0, before), next: methods(before), ...after };
  }

  private script(times: number): void {
    const { row, world, account: accountId, call } = this;
    const action = row.fault.action?.(world.elsewhere);
    if (action) world.cloudflare.fault({ ...action, accountId, method: call.method, times });
    // A create has read once before.
    const skip = call.stored ? 0 : 1;
    if (row.fault.forGood)
      world.cloudflare.fault({ kind: "reset", accountId, method: "GET", skip, times: Number.POSITIVE_INFINITY });
  }

  private neutral(text: string): string {
    return text.replaceAll(this.account, "ACCOUNT").replace(/\(request id \S+\)/, "(request id RAY)");
  }
}
