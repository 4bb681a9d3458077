// One run over one stack: what was there, what has been decided so far, and the rules of who may run when. Decisions are
// made one at a time, their steps run side by side, and after the first failure nothing new begins.
import { Names } from "./aliases";
import type { Journal } from "./journal";
import type { Registry } from "./registry";
import type { Reporter } from "./reporter";
import { Slots } from "./slots";
import { dependenciesOf, type ResourceState } from "./state";
import type { PlannedStep } from "./steps";
import { parseReference, type Scope } from "./urn";

export interface DeploymentOptions {
  readonly scope: Scope;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly showSecrets: boolean;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly reporter: Reporter;
  readonly prev: readonly ResourceState[];
}

/** Thrown where a message was given already. */
export class Bail extends Error {}

export class Deployment {
  readonly options: DeploymentOptions;
  readonly names = new Names();
  /** Everything in the state, in its order; a refresh replaces the list. */
  prev: readonly ResourceState[] = [];
  /** What is in the state under each name, pending deletions left out. */
  olds: ReadonlyMap<string, ResourceState> = new Map();
  /** What this run has decided on, by urn. */
  readonly decided = {
    same: new Set<string>(),
    created: new Set<string>(),
    updated: new Set<string>(),
    replaced: new Set<string>(),
    read: new Set<string>(),
    deleted: new Set<string>(),
  };
  /** Old states that a delete-before-replace has taken care of. */
  readonly handled = new Set<ResourceState>();
  /** What could not be deleted, without stopping the run. */
  readonly erred = new Set<string>();
  /** What this run has registered or read, as it is now. */
  readonly news = new Map<string, ResourceState>();
  /** True once a failed run has let go of the program, which then only complains of that. */
  abandoned = false;
  readonly #chains = new Set<Promise<void>>();
  readonly #slots: Slots;
  #turn: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #failed = false;
  #stepFailed = false;
  #bailed = false;
  #canceled = false;
  #onStop: () => void = () => {};
  /** Resolves as soon as nothing new may begin. */
  readonly stopping = new Promise<void>((resolve) => {
    this.#onStop = resolve;
  });

  constructor(options: DeploymentOptions) {
    this.options = options;
    this.#slots = new Slots(options.parallel);
    this.setPrev(options.prev);
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** How the run ended, as the CLI sums it up: nothing more is said where a decision failed or the program did. */
  get verdict(): "failed" | "canceled" | null {
    if (this.#canceled) return "canceled";
    return this.#stepFailed && !this.#bailed ? "failed" : null;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  setPrev(prev: readonly ResourceState[]): void {
    this.prev = prev;
    this.olds = new Map(prev.filter((state) => !state.delete).map((state) => [state.urn, state]));
  }

  /** True if the program has spoken of the resource, by this name or a later one. */
  isOperatedOn(urn: string): boolean {
    const name = this.names.renamed.get(urn) ?? urn;
    const { same, updated, replaced, read } = this.decided;
    return [same, updated, replaced, read].some((set) => set.has(name));
  }

  /** Waits for its turn, decides, and runs what was decided. Resolves when the steps have run or the run has stopped. */
  async perform(urn: string, decide: () => Promise<readonly PlannedStep[]>): Promise<void> {
    const turn = this.#turn.then(async () => {
      if (this.#stopped) return [];
      try {
        return await decide();
      } catch (error) {
        this.fail(error, urn);
        return [];
      }
    });
    this.#turn = turn;
    await this.execute(await turn);
  }

  /** Runs a chain of steps, one after the other, as soon as one of the parallel slots is free. */
  execute(chain: readonly PlannedStep[]): Promise<void> {
    const run = this.#slots.run(() => this.#runChain(chain));
    this.#chains.add(run);
    return run.finally(() => this.#chains.delete(run));
  }

  /** Resolves when no decision and no step is under way. */
  async idle(): Promise<void> {
    await this.#turn;
    while (this.#chains.size > 0) await Promise.all(this.#chains);
  }

  /** A decision or the program has failed: what is under way may end, nothing new begins. */
  fail(error: unknown, urn: string | null): void {
    if (!(error instanceof Bail)) this.options.reporter.diagnose("error", messageOf(error), urn);
    this.#failed = this.#bailed = true;
    this.stop();
  }

  /** A failure that does not keep others from being shown, too. */
  note(message: string, urn: string): void {
    this.options.reporter.diagnose("error", message, urn);
    this.#failed = this.#stepFailed = true;
  }

  cancel(): void {
    this.#failed = this.#canceled = true;
    this.stop();
  }

  stop(): void {
    this.#stopped = true;
    this.#onStop();
  }

  /** Those that cannot be without the given one, directly or by way of others, in the state's order. */
  dependents(root: ResourceState, except: ReadonlySet<string>): ResourceState[] {
    const found: ResourceState[] = [];
    const urns = new Set([root.urn]);
    for (const candidate of this.prev.slice(this.prev.indexOf(root) + 1)) {
      const provider = candidate.provider === "" ? [] : [parseReference(candidate.provider).urn];
      if (except.has(candidate.urn) || ![...dependenciesOf(candidate), ...provider].some((urn) => urns.has(urn)))
        continue;
      found.push(candidate);
      urns.add(candidate.urn);
    }
    return found;
  }

  async #runChain(chain: readonly PlannedStep[]): Promise<void> {
    for (const step of chain) {
      if (this.#stopped) return;
      let error: unknown = null;
      try {
        await step.run();
      } catch (thrown) {
        error = thrown;
      }
      this.options.reporter.step({ ...step.report(), error: error === null ? null : messageOf(error) });
      if (error === null) {
        step.done();
        continue;
      }
      this.note(`${this.options.dryRun ? "Preview failed: " : ""}${messageOf(error)}`, step.urn);
      if (!step.tolerant) return this.stop();
      this.erred.add(step.urn);
    }
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
