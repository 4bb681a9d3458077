// Records what a run does to the stack's resources, in the order of events and before the provider is asked. It translates
// between the engine's resource objects and the keys of the journal; a preview has one that records nothing.
import type { Deployment, PendingOperation } from "./deployed";
import { type Entry, Fold } from "./fold";
import type { Secrets } from "./secrets";
import { encodeState, type ResourceState } from "./state";
import { build, manifest, type StateFile } from "./stateFile";

type Operation = PendingOperation["type"];

export interface JournalOptions {
  readonly file: StateFile;
  readonly before: Deployment;
  readonly base: readonly ResourceState[];
  readonly secrets: Secrets;
  readonly version: string;
  /** A preview writes nothing. */
  readonly dryRun: boolean;
}

export class Journal {
  readonly #options: JournalOptions;
  readonly #fold: Fold;
  readonly #keys = new Map<ResourceState, string>();
  #count = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: JournalOptions) {
    this.#options = options;
    const { resources, pending_operations = [] } = options.before.deployment;
    this.#fold = new Fold(resources, pending_operations);
    for (const [index, state] of options.base.entries()) this.#keys.set(state, `b${index}`);
    // What an interrupted run left behind becomes part of the file before anything new is recorded over it.
    if (options.dryRun) return;
    if (options.before.deployment.manifest.version !== "") options.file.write(options.before);
    options.file.startJournal();
  }

  /** On disk when it resolves; only then may the provider be asked. */
  begin(state: ResourceState, type: Operation): Promise<void> {
    return this.#record(async () => [{ begin: this.#key(state), type, resource: await this.#encode(state) }]);
  }

  /** The operation failed and left nothing behind. */
  abandon(state: ResourceState): Promise<void> {
    return this.#record(async () => [{ end: this.#key(state) }]);
  }

  /** The new state holds; the old one, where there was one, is gone. */
  replace(state: ResourceState, old: ResourceState | null): Promise<void> {
    return this.#record(async () => {
      const gone: Entry[] = old === null ? [] : [{ drop: this.#key(old) }];
      return [{ end: this.#key(state) }, ...gone, { put: this.#key(state), resource: await this.#encode(state) }];
    });
  }

  /** Unchanged, in memory and on disk. */
  keep(old: ResourceState, state: ResourceState): Promise<void> {
    const key = this.#key(old);
    this.#keys.set(state, key);
    return this.#record(async () => [{ keep: key }]);
  }

  /** Some fields of a state that is recorded already have changed. */
  change(state: ResourceState): Promise<void> {
    return this.#record(async () => [
      { end: this.#key(state) },
      { put: this.#key(state), resource: await this.#encode(state) },
    ]);
  }

  drop(state: ResourceState): Promise<void> {
    return this.#record(async () => [{ end: this.#key(state) }, { drop: this.#key(state) }]);
  }

  /** A refresh has looked at everything: from here on, this is what there was. */
  rebase(states: readonly ResourceState[], pending: readonly PendingOperation[]): Promise<void> {
    return this.#record(async () => {
      const rebase = await Promise.all(states.map((state) => this.#encode(state)));
      this.#keys.clear();
      for (const [index, state] of states.entries()) this.#keys.set(state, `b${index}`);
      return [{ rebase, pending }];
    });
  }

  /** Folds everything into the state file. */
  async finish(): Promise<void> {
    if (this.#options.dryRun) return;
    await this.#queue;
    const { provider } = this.#options.secrets;
    const head = {
      manifest: manifest(this.#options.version),
      ...(provider === undefined ? {} : { secrets_providers: provider }),
    };
    this.#options.file.write(build(this.#fold, head));
  }

  #record(entries: () => Promise<Entry[]>): Promise<void> {
    if (this.#options.dryRun) return Promise.resolve();
    const done = this.#queue.then(async () => {
      const made = await entries();
      for (const entry of made) this.#fold.apply(entry);
      this.#options.file.append(made, this.#options.secrets.provider);
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  #encode(state: ResourceState) {
    return encodeState(state, this.#options.secrets);
  }

  #key(state: ResourceState): string {
    const key = this.#keys.get(state) ?? `n${this.#count++}`;
    this.#keys.set(state, key);
    return key;
  }
}
