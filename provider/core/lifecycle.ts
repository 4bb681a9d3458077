// Owns create, update, read and delete: which requests they make, in which order, and what they refuse. It must not know
// Pulumi, HTTP, or where inputs come from.
import type { BillingApi } from "./api";
import { apply } from "./apply";
import { type CheckResult, checkInputs, requireInputs } from "./check";
import { Claims, type Siblings } from "./claims";
import { diffTopup, type TopupDiff } from "./diff";
import { RefusedError } from "./errors";
import { type CheckedInputs, type LiveConfig, parsePriorState, type TopupInputs, type TopupState } from "./model";
import { isLive, observedState, parseId, targetOf } from "./target";
import * as words from "./words";

/** What a door provides. */
export interface Host {
  /** Asked at the first request, so that check, diff and a preview need no credential. */
  api(): Promise<BillingApi>;
  /** The stack's cap on 'amount' in US cents; null for none. */
  maxAmount(): number | null;
  /** Shows a warning to the person at the command line. */
  warn(text: string): void;
  /** Absent where one process serves the whole run. */
  siblings?: Siblings;
}

/** The operations of one engine run. */
export class Lifecycle {
  private readonly claims: Claims;
  private readonly warned = new Set<string>();

  constructor(private readonly host: Host) {
    this.claims = new Claims(host.siblings);
  }

  /** Checks what the program declares, without a request; see `checkInputs`. */
  check(news: Readonly<Record<string, unknown>>): CheckResult {
    const result = checkInputs(news, this.host.maxAmount());
    if (result.inputs) this.claims.check(String(result.inputs.accountId));
    return result;
  }

  /**
   * Compares, without a request. A resource that stays keeps its account, so that a delete of another one that had the same
   * account (the second half of a rename in two steps) spares it.
   */
  diff(olds: unknown, news: CheckedInputs): TopupDiff {
    const found = diffTopup(parsePriorState(olds), news);
    const other = found.replaces.length === 0 ? this.claims.keep(news) : null;
    if (other) throw new RefusedError(words.declaredTwice(other, news as TopupInputs));
    return found;
  }

  /**
   * Looks first: what is already live as declared is taken over, and what is live with other values is left alone unless
   * 'adopt' is true. One GET, then at most one write.
   *
   * @param name the resource's name, for messages; null where the door is not told it.
   * @throws RefusedError, ApiError, UnconfirmedError, CancelledError or SettingsError.
   */
  async create(news: Readonly<Record<string, unknown>>, name: string | null = null): Promise<TopupState> {
    const inputs = requireInputs(news, this.host.maxAmount());
    const live = await this.claimed(inputs, name, async (api) => {
      const found = await api.read(inputs.accountId);
      if (isLive(targetOf(inputs), found)) return found;
      if (this.claims.keeps(inputs.accountId)) throw new RefusedError(words.declaredAlready(inputs));
      if (found.sums && !inputs.adopt) throw new RefusedError(words.notAdopted(inputs, found.sums));
      await apply(api, targetOf(inputs), { ...inputs, ...found.health });
      return found;
    });
    this.reportHealth(inputs.accountId, live);
    return { ...inputs, ...live.health };
  }

  /** One write. What Cloudflare reported of failed top-ups stays as it was until the next read. */
  async update(
    olds: unknown,
    news: Readonly<Record<string, unknown>>,
    name: string | null = null,
  ): Promise<TopupState> {
    const inputs = requireInputs(news, this.host.maxAmount());
    await this.claimed(inputs, name, (api) => apply(api, targetOf(inputs), Object(olds)));
    const { error, disabledReason, lastFailedAt } = parsePriorState(olds);
    return { ...inputs, error, disabledReason, lastFailedAt };
  }

  /**
   * One GET. Returns null for a config that is proven to be gone; every doubt is an error.
   *
   * @param id the account id.
   * @param props the stored state; empty when an existing config is read for the first time.
   */
  async read(id: string, props: unknown): Promise<TopupState | null> {
    const accountId = parseId(id);
    const live = await (await this.host.api()).read(accountId);
    this.reportHealth(accountId, live);
    return observedState(accountId, parsePriorState(props), live);
  }

  /**
   * One DELETE, or none where a resource under another name declared the same account in this run.
   *
   * @param id the account id.
   */
  async delete(id: string): Promise<void> {
    const accountId = parseId(id);
    const { claims, host } = this;
    if (claims.declares(accountId)) host.warn(words.deleteSkipped(accountId, claims.nameFor(accountId)));
    else await apply(await this.host.api(), { accountId, sums: null }, null);
  }

  private async claimed<T>(
    inputs: TopupInputs,
    name: string | null,
    work: (api: BillingApi) => Promise<T>,
  ): Promise<T> {
    const { accountId } = inputs;
    const holder = this.claims.take(inputs, name);
    if (holder) throw new RefusedError(words.declaredTwice(holder, inputs, this.claims.nameFor(accountId), name));
    try {
      return await work(await this.host.api());
    } catch (error) {
      this.claims.fail(accountId);
      throw error;
    }
  }

  private reportHealth(accountId: string, { health }: LiveConfig): void {
    if (this.warned.has(accountId) || (!health.error && !health.disabledReason)) return;
    this.warned.add(accountId);
    this.host.warn(words.failing(accountId, health));
  }
}
