// One cell as it is played: the call that meets its fault, then the next `pulumi up` without it, and what was seen of both. What is expected is
// compared elsewhere.
import type { BillingSimulator } from "../../provider/testing/simulator";
import type { Properties, ProviderCalls } from "../support/lifecycles";
import { failureOf } from "../support/rejection";
import { Resource } from "./resource";
import { CALLS, type Call, type CallName, type Fault, type Process } from "./table";

export interface World {
  readonly cloudflare: BillingSimulator;
  /** The runs in which things go wrong. */
  readonly runs: Record<Process, ProviderCalls>;
  /** The run after them. */
  readonly next: ProviderCalls;
  /** Another host's address. */
  readonly elsewhere: string;
}

/** What was seen of one cell. */
export interface Played {
  /** The message that was shown, where ACCOUNT and RAY stand for what differs; null where the call succeeded. */
  readonly message: string | null;
  /** What the state held then, where ACCOUNT stands for the account. */
  readonly state: unknown;
  /** Whether it says that the resource has an initialization error. */
  readonly isPending: boolean;
  /** The requests that arrived until then. */
  readonly requests: string;
  /** Those of the next `pulumi up`. */
  readonly next: string;
  /** What the account had in the end. */
  readonly remote: unknown;
  /** All effective changes at Cloudflare. */
  readonly changes: number;
}

export class PlayedCell {
  private readonly call: Call;
  private readonly resource: Resource;
  private message: string | null = null;
  private state: Properties | null = null;
  private isPending = false;

  constructor(
    private readonly fault: Fault,
    private readonly name: CallName,
    private readonly world: World,
    readonly account: string,
  ) {
    this.call = CALLS[name];
    this.resource = new Resource(account, this.call.declared, this.call.stored);
  }

  get process(): Process {
    return this.fault.process ?? "usual";
  }

  /** The call that meets the fault. */
  async begin(): Promise<void> {
    const { world, account, call, fault, resource } = this;
    world.cloudflare.setConfig(account, call.stored);
    this.script(this.name === "once" ? 1 : (fault.times ?? Number.POSITIVE_INFINITY));
    const provider = world.runs[this.process];
    this.message = await failureOrNull(this.isRead ? resource.refresh(provider) : resource.up(provider));
    this.state = resource.state;
    this.isPending = resource.isPending;
  }

  /** The next `pulumi up`; after a refresh, with a refresh. */
  async goOn(): Promise<void> {
    const { world, account, call, fault, resource } = this;
    if (fault.byHand) {
      world.cloudflare.setConfig(account, call.declared);
      this.script(Number.POSITIVE_INFINITY);
    }
    if (this.isRead) await resource.refresh(world.next);
    await resource.up(world.next);
  }

  /** What was seen, with the requests as one line each. */
  played(requests: string, next: string): Played {
    const { account, message, state, world } = this;
    const neutral = (text: string) =>
      text.replaceAll(account, "ACCOUNT").replace(/\(request id \S+\)/, "(request id RAY)");
    return {
      message: message === null ? null : neutral(message),
      state: JSON.parse(neutral(JSON.stringify(state))),
      isPending: this.isPending,
      requests,
      next,
      remote: world.cloudflare.config(account),
      changes: world.cloudflare.changes(account),
    };
  }

  private get isRead(): boolean {
    return this.name === "read";
  }

  private script(times: number): void {
    const { world, account: accountId, call, fault } = this;
    const action = fault.action?.(world.elsewhere);
    if (action) world.cloudflare.fault({ ...action, accountId, method: call.method, times });
    if (!fault.forGood) return;
    // A create has read once before.
    const skip = call.stored ? 0 : 1;
    world.cloudflare.fault({ kind: "reset", accountId, method: "GET", skip, times: Number.POSITIVE_INFINITY });
  }
}

async function failureOrNull(work: Promise<void>): Promise<string | null> {
  const [outcome] = await Promise.allSettled([work]);
  return outcome.status === "fulfilled" ? null : failureOf(work);
}
