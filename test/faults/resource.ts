// Resources as an engine keeps them: what the program declares, what the state holds, which call follows from the two, and how many calls are
// under way at once. Works with any provider, whatever goes wrong behind it.
import { CallError } from "../support/callError";
import type { Properties } from "../support/engineCalls";
import type { ProviderCalls } from "../support/providers";

/** US cents. */
export interface Amounts {
  readonly amount: number;
  readonly threshold: number;
}

export const DECLARED: Amounts = { amount: 5000, threshold: 1000 };
export const BEFORE: Amounts = { amount: 2000, threshold: 700 };

/** The state of a resource whose amounts these are, as both providers return it. */
export function storedState(accountId: string, amounts: Amounts): Properties {
  const health = { error: null, disabledReason: null, lastFailedAt: null };
  return { ...inputsOf(accountId, amounts), ...health };
}

function inputsOf(accountId: string, amounts: Amounts): Properties {
  return { accountId, ...amounts, enabled: true, adopt: false };
}

/** A run that fails leaves the state as it was, unless the call says what to keep of a resource with an initialization error: so does an engine. */
export class Resource {
  state: Properties | null;
  /** Whether the next run updates it, whatever its diff says. */
  isPending = false;

  /**
   * @param declared what the program declares; null if it no longer does.
   * @param stored what earlier runs left in the state; null for nothing.
   */
  constructor(
    readonly account: string,
    public declared: Amounts | null,
    stored: Amounts | null,
  ) {
    this.state = stored && storedState(account, stored);
  }

  /** The calls of one `pulumi up`. */
  async up(provider: ProviderCalls): Promise<void> {
    const { account, declared, state } = this;
    if (declared === null) return state === null ? undefined : this.remove(provider, state);
    const { inputs: news } = await provider.check(inputsOf(account, declared));
    if (state === null) return this.create(provider, news);
    const { changes } = await provider.diff(account, state, news);
    if (changes || this.isPending) await this.keep(provider.update(account, state, news));
  }

  /** The call of one `pulumi refresh`. */
  async refresh(provider: ProviderCalls): Promise<void> {
    const { id, outs } = await provider.read(this.account, this.state ?? {});
    this.state = id === "" ? null : outs;
  }

  /** The calls of one `pulumi up --refresh`. */
  async upWithRefresh(provider: ProviderCalls): Promise<void> {
    if (this.state) await this.refresh(provider);
    await this.up(provider);
  }

  /** The call for a resource that is in no state yet. */
  async create(provider: ProviderCalls, news = this.inputs): Promise<void> {
    await this.keep(provider.create(news).then(({ outs }) => outs));
  }

  /** What the program declares, as a check returns it. */
  get inputs(): Properties {
    return inputsOf(this.account, this.declared ?? DECLARED);
  }

  private async keep(written: Promise<Properties>): Promise<void> {
    try {
      this.state = await written;
      this.isPending = false;
    } catch (error) {
      if (error instanceof CallError && error.initError) {
        this.state = error.initError.properties;
        this.isPending = true;
      }
      throw error;
    }
  }

  private async remove(provider: ProviderCalls, state: Properties): Promise<void> {
    await provider.delete(this.account, state);
    this.state = null;
  }
}

/** As many calls as `pulumi up` makes at once by default on a machine with four cores. */
export const LANES = 16;

/** Works through all items, so many at a time. */
export async function parallel<T>(items: readonly T[], work: (item: T) => unknown, lanes = LANES): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
