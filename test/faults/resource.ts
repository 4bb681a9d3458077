// Owns one resource as an engine keeps it: what the program declares, what the state holds, and which call follows from the two.
// It must not know how a door is reached, nor what goes wrong behind it.
import type { Door, Properties } from "../support/lifecycles";
import { CallError } from "../support/unfinished";

/** US cents. */
export interface Sums {
  readonly amount: number;
  readonly threshold: number;
}

export const DECLARED: Sums = { amount: 5000, threshold: 1000 };
export const BEFORE: Sums = { amount: 2000, threshold: 700 };

/** The state of a resource whose sums these are, as both doors return it. */
export function storedState(accountId: string, sums: Sums): Properties {
  const health = { error: null, disabledReason: null, lastFailedAt: null };
  return { ...inputsOf(accountId, sums), ...health };
}

function inputsOf(accountId: string, sums: Sums): Properties {
  return { accountId, ...sums, enabled: true, adopt: false };
}

/** A run that fails leaves the state as it was, unless the call says what to keep of an unfinished resource: so does an engine. */
export class Resource {
  state: Properties | null;
  /** Whether the next run updates it, whatever its diff says. */
  unfinished = false;

  /**
   * @param declared what the program declares; null where it does not any more.
   * @param stored what earlier runs left in the state; null for nothing.
   */
  constructor(
    readonly account: string,
    public declared: Sums | null,
    stored: Sums | null,
  ) {
    this.state = stored && storedState(account, stored);
  }

  /** The calls of one `pulumi up`. */
  async up(door: Door): Promise<void> {
    const { account, declared, state } = this;
    if (declared === null) return state === null ? undefined : this.remove(door, state);
    const { inputs: news } = await door.check(inputsOf(account, declared));
    if (state === null) return this.create(door, news);
    const { changes } = await door.diff(account, state, news);
    if (changes || this.unfinished) await this.keep(door.update(account, state, news));
  }

  /** The call of one `pulumi refresh`. */
  async refresh(door: Door): Promise<void> {
    const { id, outs } = await door.read(this.account, this.state ?? {});
    this.state = id === "" ? null : outs;
  }

  /** The calls of one `pulumi up --refresh`. */
  async upWithRefresh(door: Door): Promise<void> {
    if (this.state) await this.refresh(door);
    await this.up(door);
  }

  /** The call for a resource that is in no state yet. */
  async create(door: Door, news = this.inputs): Promise<void> {
    await this.keep(door.create(news).then(({ outs }) => outs));
  }

  /** What the program declares, as a check returns it. */
  get inputs(): Properties {
    return inputsOf(this.account, this.declared ?? DECLARED);
  }

  private async keep(written: Promise<Properties>): Promise<void> {
    try {
      this.state = await written;
      this.unfinished = false;
    } catch (error) {
      if (error instanceof CallError && error.unfinished) {
        this.state = error.unfinished.properties;
        this.unfinished = true;
      }
      throw error;
    }
  }

  private async remove(door: Door, state: Properties): Promise<void> {
    await door.delete(this.account, state);
    this.state = null;
  }
}
