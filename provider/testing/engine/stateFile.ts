// Keeps a stack's state: the file, which is only ever replaced whole, and beside it the journal, to which a run appends
// what it does before the provider is asked, so that a killed run loses nothing. It knows files and no engine.
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DeployedResource, Deployment, PendingOperation } from "./contract";
import { makeReference, movedTo, parseReference, rootStackType, typeOf } from "./names";
import { decodeState, encodeState, type ResourceState, type Secrets } from "./state";

type Encryption = Deployment["deployment"]["secrets_providers"];

/** One change: `b<n>` are the keys of the resources that were there, `n<n>` those of the run's own. */
type Entry =
  | { readonly put: string; readonly resource: DeployedResource }
  | { readonly drop: string }
  | { readonly keep: string }
  | { readonly begin: string; readonly type: PendingOperation["type"]; readonly resource: DeployedResource }
  | { readonly end: string }
  | { readonly rebase: readonly DeployedResource[] };

interface JournalLine {
  readonly entry: readonly Entry[];
  readonly secrets?: Encryption;
}

export class StateFile {
  constructor(private readonly file: string) {}

  /** The state with the journal of an interrupted run folded in. Throws where the file is no version 3 deployment. */
  read(): Deployment {
    const text = readText(this.file);
    const before = text === "" ? blank : parse(text, this.file);
    const lines = this.#journalOver(text);
    if (lines.length === 0) return before;
    const fold = new Fold(before);
    let encryption = before.deployment.secrets_providers;
    for (const { entry, secrets } of lines) {
      for (const each of entry) fold.apply(each);
      encryption = secrets ?? encryption;
    }
    return fold.deployment(before.deployment.manifest, encryption);
  }

  /** Replaces the file by another beside it, so that nobody ever reads half a state. */
  write(deployment: Deployment): void {
    mkdirSync(path.dirname(this.file), { recursive: true });
    const next = `${this.file}.next`;
    writeFileSync(next, `${JSON.stringify(deployment, null, 2)}\n`, { mode: 0o600 });
    renameSync(next, this.file);
    rmSync(this.#journal, { force: true });
  }

  /** Starts a journal over the file as it is now. A journal over any other content is stale and never replayed. */
  startJournal(): void {
    mkdirSync(path.dirname(this.file), { recursive: true });
    const over = digest(readText(this.file));
    writeFileSync(this.#journal, `${JSON.stringify({ over })}\n`, { mode: 0o600 });
  }

  append(line: JournalLine): void {
    appendFileSync(this.#journal, `${JSON.stringify(line)}\n`);
  }

  get #journal(): string {
    return `${this.file}.journal`;
  }

  #journalOver(text: string): JournalLine[] {
    const lines = readText(this.#journal).split("\n");
    // What follows the last line break was cut off by the kill: its operation had not begun, or counts as not ended.
    lines.pop();
    const [header, ...rest] = lines.map((line) => JSON.parse(line) as JournalLine & { over?: string });
    return header?.over === digest(text) ? rest : [];
  }
}

/**
 * Records what a run does to the stack's resources, in the order of events. It translates between the engine's resource
 * objects and the keys of the journal; a preview has one that records nothing.
 */
export class Journal {
  readonly #fold: Fold;
  readonly #keys = new Map<ResourceState, string>();
  #count = 0;
  #queue: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: StateFile,
    before: Deployment,
    /** What the state held when the run began. */
    readonly base: readonly ResourceState[],
    private readonly options: JournalOptions,
  ) {
    this.#fold = new Fold(before);
    for (const [index, state] of base.entries()) this.#keys.set(state, `b${index}`);
  }

  /** Begins to record. What an interrupted run left behind becomes part of the file before anything new is recorded. */
  static async open(file: StateFile, before: Deployment, options: JournalOptions): Promise<Journal> {
    const base = await Promise.all(before.deployment.resources.map((each) => decodeState(each, options.secrets)));
    if (!options.dryRun) {
      if (before !== blank) file.write(before);
      file.startJournal();
    }
    return new Journal(file, before, base, options);
  }

  /** On disk when it resolves; only then may the provider be asked. */
  begin(state: ResourceState, type: PendingOperation["type"]): Promise<void> {
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
    return this.replace(state, null);
  }

  drop(state: ResourceState): Promise<void> {
    return this.#record(async () => [{ end: this.#key(state) }, { drop: this.#key(state) }]);
  }

  /** A refresh has read everything: from here on, this is what there was. */
  rebase(states: readonly ResourceState[]): Promise<void> {
    return this.#record(async () => {
      const rebase = await Promise.all(states.map((state) => this.#encode(state)));
      this.#keys.clear();
      for (const [index, state] of states.entries()) this.#keys.set(state, `b${index}`);
      return [{ rebase }];
    });
  }

  /** Folds everything into the state file. */
  async finish(): Promise<void> {
    if (this.options.dryRun) return;
    await this.#queue;
    this.file.write(this.#fold.deployment(manifest(this.options.version), this.options.secrets.provider));
  }

  #record(entries: () => Promise<Entry[]>): Promise<void> {
    if (this.options.dryRun) return Promise.resolve();
    const done = this.#queue.then(async () => {
      const entry = await entries();
      for (const each of entry) this.#fold.apply(each);
      const { provider } = this.options.secrets;
      this.file.append({ entry, ...(provider === undefined ? {} : { secrets: provider }) });
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  #encode(state: ResourceState): Promise<DeployedResource> {
    return encodeState(state, this.options.secrets);
  }

  #key(state: ResourceState): string {
    const key = this.#keys.get(state) ?? `n${this.#count++}`;
    this.#keys.set(state, key);
    return key;
  }
}

export interface JournalOptions {
  readonly secrets: Secrets;
  /** The version of the SDK, which stands in the file as that of the engine that wrote it. */
  readonly version: string;
  /** A preview writes nothing. */
  readonly dryRun: boolean;
}

/** The state under change. The run's own resources come first, in the order in which they were finished. */
class Fold {
  #base = new Map<string, DeployedResource>();
  readonly #news = new Map<string, DeployedResource>();
  readonly #running = new Map<string, PendingOperation>();
  readonly #pending: readonly PendingOperation[];

  constructor({ deployment: { resources, pending_operations = [] } }: Deployment) {
    for (const [index, resource] of resources.entries()) this.#base.set(`b${index}`, resource);
    // A create of an earlier run stays until somebody has looked into it; other operations show themselves in a
    // refresh.
    this.#pending = pending_operations.filter(({ type }) => type === "creating");
  }

  apply(entry: Entry): void {
    if ("put" in entry) (this.#base.has(entry.put) ? this.#base : this.#news).set(entry.put, entry.resource);
    else if ("drop" in entry) this.#take(entry.drop);
    else if ("keep" in entry) {
      const resource = this.#take(entry.keep);
      if (resource !== undefined) this.#news.set(entry.keep, resource);
    } else if ("begin" in entry) this.#running.set(entry.begin, { resource: entry.resource, type: entry.type });
    else if ("end" in entry) this.#running.delete(entry.end);
    else this.#base = new Map(entry.rebase.map((resource, index) => [`b${index}`, resource]));
  }

  deployment(manifest: Deployment["deployment"]["manifest"], secrets: Encryption): Deployment {
    const resources = withPresentNames([...this.#news.values(), ...this.#base.values()]);
    const pending = [...this.#running.values(), ...this.#pending];
    const encryption = secrets === undefined ? {} : { secrets_providers: secrets };
    const rest = pending.length === 0 ? {} : { pending_operations: pending };
    return { version: 3, deployment: { manifest, ...encryption, resources, ...rest, metadata: {} } };
  }

  #take(key: string): DeployedResource | undefined {
    const resource = this.#base.get(key) ?? this.#news.get(key);
    this.#base.delete(key);
    this.#news.delete(key);
    return resource;
  }
}

/** Points whatever refers to a resource by a former name to its new one, and forgets the former names. */
function withPresentNames(resources: DeployedResource[]): DeployedResource[] {
  const renamed = new Map<string, string>();
  for (const { urn, parent, aliases } of resources) {
    for (const alias of aliases ?? []) renamed.set(alias, urn);
    const newParent = parent === undefined ? undefined : renamed.get(parent);
    if (newParent !== undefined && typeOf(newParent) !== rootStackType) renamed.set(urn, movedTo(newParent, urn));
  }
  return renamed.size === 0 ? resources : resources.map((resource) => rename(resource, renamed));
}

function rename(resource: DeployedResource, renamed: ReadonlyMap<string, string>): DeployedResource {
  const to = (urn: string): string => renamed.get(urn) ?? urn;
  const { aliases: _, parent, provider, dependencies, propertyDependencies, ...rest } = resource;
  const reference = provider === undefined ? null : parseReference(provider);
  const byProperty = Object.entries(propertyDependencies ?? {}).map(([key, urns]) => [key, urns.map(to)]);
  return {
    ...rest,
    urn: to(resource.urn),
    ...(parent === undefined ? {} : { parent: to(parent) }),
    ...(reference === null ? {} : { provider: makeReference({ ...reference, urn: to(reference.urn) }) }),
    ...(dependencies === undefined ? {} : { dependencies: dependencies.map(to) }),
    ...(propertyDependencies === undefined ? {} : { propertyDependencies: Object.fromEntries(byProperty) }),
  };
}

/** The CLI refuses a state whose magic is not the digest of the version that wrote it. */
function manifest(version: string): Deployment["deployment"]["manifest"] {
  return { time: new Date().toISOString(), magic: digest(version), version };
}

const blank: Deployment = { version: 3, deployment: { manifest: { time: "", magic: "", version: "" }, resources: [] } };

function parse(text: string, file: string): Deployment {
  const parsed = JSON.parse(text) as Deployment;
  if (parsed.version !== 3) throw new Error(`Cannot read the state file ${file}: it is not a version 3 deployment.`);
  return { ...parsed, deployment: { ...parsed.deployment, resources: parsed.deployment.resources ?? [] } };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
