// One run over one stack: what was there, what is now, and who may run when. Decisions are made one at a time, their
// steps run side by side, and after the first failure nothing new begins. It knows no step and no decision.
import type { Names } from "./names";
import type { Registry } from "./registry";
import type { Reporter, StepReport } from "./report";
import type { ResourceState } from "./state";
import type { Journal } from "./stateFile";

export interface PlannedStep {
  readonly urn: string;
  /** Does it. Rejects where it fails. */
  run(): Promise<void>;
  /** Lets whoever waits for it go on. */
  done?(): void;
  report(): Omit<StepReport, "error">;
  /** Its failure does not stop the run: others of its kind are to be shown, too. */
  readonly tolerant?: boolean;
}

/** Something that happens once, and that others can wait for. */
export class Moment {
  happen: () => void = () => {};
  readonly happened = new Promise<void>((resolve) => {
    this.happen = resolve;
  });
}

/** Thrown where a message was given already. */
export class Bail extends Error {}

/** How many chains of steps run at once. */
const slots = 16;

export class Deployment {
  /** Everything in the state, in its order; a refresh replaces the list. */
  prev: readonly ResourceState[] = [];
  /** What is in the state under each name, pending deletions left out. */
  olds: ReadonlyMap<string, ResourceState> = new Map();
  /** What this run has registered or read, as it is now. */
  readonly news = new Map<string, ResourceState>();
  /** What could not be deleted, without stopping the run. */
  readonly erred = new Set<string>();
  /** True once a failed run has let go of the program, which then only complains of that. */
  abandoned = false;
  failed = false;
  stopped = false;
  /** The CLI's last word on a failed run; null where a decision or the program failed, and said all there is. */
  summary: string | null = null;
  readonly #chains = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #free = slots;
  #turn: Promise<unknown> = Promise.resolve();
  /** Happens as soon as nothing new may begin. */
  readonly stopping = new Moment();

  constructor(
    /** A preview: nothing is written, to the state or by a provider. */
    readonly dryRun: boolean,
    readonly names: Names,
    readonly registry: Registry,
    readonly journal: Journal,
    readonly reporter: Reporter,
  ) {
    this.setPrev(journal.base);
  }

  setPrev(prev: readonly ResourceState[]): void {
    this.prev = prev;
    this.olds = new Map(prev.filter((state) => !state.delete).map((state) => [state.urn, state]));
  }

  /** Waits for its turn, decides, and runs what was decided. Resolves when that is done or the run has stopped. */
  async perform(urn: string, decide: () => Promise<readonly PlannedStep[]>): Promise<void> {
    const turn = this.#turn.then(async () => {
      if (this.stopped) return [];
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

  /** Runs a chain of steps, one after the other, as soon as a slot is free. */
  execute(chain: readonly PlannedStep[]): Promise<void> {
    const run = this.#inSlot(() => this.#runChain(chain));
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
    if (!(error instanceof Bail)) this.reporter.diagnose("error", messageOf(error), urn);
    this.summary = null;
    this.failed = true;
    this.stop();
  }

  /** A failure that does not keep others from being shown, too. */
  note(message: string, urn: string): void {
    this.reporter.diagnose("error", message, urn);
    // A run that has stopped keeps the reason that it stopped for.
    if (!this.stopped) this.summary = `${this.dryRun ? "preview" : "update"} failed`;
    this.failed = true;
  }

  stop(): void {
    this.stopped = true;
    this.stopping.happen();
  }

  async #runChain(chain: readonly PlannedStep[]): Promise<void> {
    for (const step of chain) {
      if (this.stopped) return;
      const error = await step.run().then(
        () => null,
        (thrown: unknown) => messageOf(thrown),
      );
      this.reporter.step({ ...step.report(), error });
      if (error === null) {
        step.done?.();
        continue;
      }
      this.note(`${this.dryRun ? "Preview failed: " : ""}${error}`, step.urn);
      if (!step.tolerant) return this.stop();
      this.erred.add(step.urn);
    }
  }

  async #inSlot(work: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
