// Check, diff, create, update, read and delete: which requests they make, in which order, and what they refuse. Both providers call these
// methods, one for each of the engine's calls.
import type { RemoteConfig } from "../cloudflare/answers";
import type { BillingApi } from "../cloudflare/client";
import { type Caps, type CheckResult, checkInputs, requireInputs } from "./check";
import { Declarations, type OtherProcesses } from "./declarations";
import { diffTopup, type TopupDiff } from "./diff";
import { RefusedError, UnconfirmedError } from "./errors";
import * as messages from "./messages";
import {
  type CheckedInputs,
  parseInput,
  parsePriorState,
  type Resource,
  type TopupInputs,
  type TopupState,
} from "./model";
import { accountOf, isFirstRead, isInPlace, observedState, targetOf, writeTarget } from "./target";

/** What a provider provides. */
export interface Host {
  /** Asked at the first request, so that check, diff and a preview need no credential. */
  api(): BillingApi;
  caps(): Caps | null;
  /** Shows a warning to the person at the command line. */
  warn(text: string): void;
  /** Absent if one process serves the whole run. */
  otherProcesses?: OtherProcesses;
}

/** The operations of one engine run. */
export class Lifecycle {
  private readonly declarations: Declarations;
  private readonly warned = new Set<string>();
  private readonly switchedOff = new Set<string>();

  constructor(private readonly host: Host) {
    this.declarations = new Declarations(host.otherProcesses);
  }

  /**
   * Checks what the program declares, without a request; see `checkInputs`. An account that another resource of the run declares is
   * refused, whatever the values: removing one of the two later would switch off the other.
   *
   * @param resource which one declares it; null if its identity did not reach the provider.
   * @param olds what the state holds as this resource's inputs. A replacement that an option asks for comes without a diff, so this is where
   * the rules learn that the reviewer has seen those values.
   */
  async check(
    news: Readonly<Record<string, unknown>>,
    resource: Resource | null,
    olds: unknown = null,
  ): Promise<CheckResult> {
    const result = checkInputs(news, this.host.caps());
    const accountId = parseInput("accountId", news.accountId)?.value;
    if (typeof accountId !== "string") return result;
    const other = await this.declarations.declare(accountId, resource);
    if (other && resource) {
      const failure = { property: "accountId", reason: messages.declaredTwice(accountId, other, resource) };
      return { inputs: null, failures: [...result.failures, failure] };
    }
    if (!result.inputs) this.declarations.settle(accountId, "failed");
    const prior = parsePriorState(olds);
    if (prior.accountId === accountId) this.declarations.remember(accountId, prior);
    return result;
  }

  /** Compares, without a request. The key of the resource is null if the provider does not know it. */
  diff(olds: unknown, news: CheckedInputs, key: string | null): TopupDiff {
    const prior = parsePriorState(olds);
    const found = diffTopup(prior, news);
    if (found.replaces.length === 0) this.declarations.keep(String(news.accountId), prior, key);
    return found;
  }

  /**
   * Reads first: what is set as declared already is taken over, and other remote values are left alone unless 'adopt' is true, or the
   * state of this very resource holds them, as in a replacement that the program asked for. One GET, then at most one write.
   *
   * @throws RefusedError, ApiError, UnconfirmedError, CancelledError or SettingsError.
   */
  async create(news: Readonly<Record<string, unknown>>): Promise<TopupState> {
    const inputs = requireInputs(news, this.host.caps());
    const { accountId } = inputs;
    try {
      const remote = await this.readForCreate(inputs);
      this.declarations.settle(accountId, "created");
      this.reportHealth(accountId, remote);
      return { ...inputs, ...remote.health };
    } catch (error) {
      // An unconfirmed create is in the state, too: the engine keeps it as one whose initialization failed.
      this.declarations.settle(accountId, error instanceof UnconfirmedError ? "created" : "failed");
      this.reportSwitchedOff(accountId);
      throw error;
    }
  }

  /** One write. What Cloudflare reported of failed top-ups stays as it was until the next read. */
  async update(id: string, olds: unknown, news: Readonly<Record<string, unknown>>): Promise<TopupState> {
    const prior = parsePriorState(olds);
    accountOf(id, prior);
    const inputs = requireInputs(news, this.host.caps());
    await writeTarget(this.host.api(), targetOf(inputs), Object(olds));
    const { error, disabledReason, lastFailedAt } = prior;
    return { ...inputs, error, disabledReason, lastFailedAt };
  }

  /** One GET. Returns null for a config that is proven to be gone; every doubt is an error. The first read has no stored state. */
  async read(id: string, props: unknown): Promise<TopupState | null> {
    const prior = parsePriorState(props);
    const accountId = accountOf(id, prior);
    if (isFirstRead(prior)) {
      this.declarations.read(accountId);
      // The engine compares ids as text: read under another spelling, a managed resource would be deleted for being another one.
      if (id !== accountId) throw new RefusedError(messages.notLowerCase(id, accountId));
    }
    const remote = await this.host.api().read(accountId);
    this.reportHealth(accountId, remote);
    return observedState(accountId, prior, remote);
  }

  /**
   * One DELETE. None, and a warning, if another resource keeps the account in the state; an error if one was to do so and does not, so that
   * the state that knows the account is not lost.
   */
  async delete(id: string, props: unknown, key: string | null): Promise<void> {
    const accountId = accountOf(id, parsePriorState(props));
    const declaration = await this.declarations.find(accountId);
    // A resource with the declaration's own key was then replaced in an earlier run.
    const isKept = declaration?.progress === "created" || declaration?.progress === "stored";
    if (isKept) return this.host.warn(messages.deleteSkipped(accountId, declaration.name));
    // What is deleted before it is replaced is created right after.
    const isReplacedNext = declaration?.key === key && declaration?.progress !== "failed";
    if (declaration && !isReplacedNext) throw new RefusedError(messages.deleteRefused(accountId, declaration));
    if (this.declarations.isRead(accountId)) throw new RefusedError(messages.deleteOfRead(accountId));
    await writeTarget(this.host.api(), { accountId, amounts: null }, null);
    this.switchedOff.add(accountId);
  }

  private async readForCreate(inputs: TopupInputs): Promise<RemoteConfig> {
    const { accountId, adopt } = inputs;
    const api = this.host.api();
    const remote = await api.read(accountId);
    if (isInPlace(targetOf(inputs), remote)) return remote;
    if (remote.amounts && !adopt && !this.declarations.isInState(accountId, remote.amounts))
      throw new RefusedError(messages.notAdopted(inputs, remote.amounts));
    await writeTarget(api, targetOf(inputs), { ...inputs, ...remote.health });
    return remote;
  }

  // What is deleted before it is replaced is off by now, and the failure of the create alone would not say so.
  private reportSwitchedOff(failed: string): void {
    if (this.switchedOff.size > 0) this.host.warn(messages.switchedOff([...this.switchedOff], failed));
    this.switchedOff.clear();
  }

  private reportHealth(accountId: string, { health }: RemoteConfig): void {
    if (this.warned.has(accountId) || (!health.error && !health.disabledReason)) return;
    this.warned.add(accountId);
    this.host.warn(messages.failing(accountId, health));
  }
}
