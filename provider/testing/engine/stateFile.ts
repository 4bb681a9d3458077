// The state file and the journal beside it. The file is only ever replaced whole; what a run does meanwhile is appended to
// the journal before the provider is asked, so that a killed run loses nothing. It knows files and no engine.
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DeployedResource, Deployment, PendingOperation } from "./deployed";
import { type Entry, Fold } from "./fold";

const emptyText = "";

export class StateFile {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** The state with the journal of an interrupted run folded in. Throws where the file is not a version 3 deployment. */
  read(): Deployment {
    const text = this.#text();
    const deployment = text === emptyText ? blank : parse(text, this.#file);
    const entries = this.#entries(text);
    if (entries.length === 0) return deployment;
    const { resources, pending_operations = [], ...rest } = deployment.deployment;
    const fold = new Fold(resources, pending_operations);
    let providers = rest.secrets_providers;
    for (const { entry, secrets } of entries) {
      for (const each of entry) fold.apply(each);
      providers = secrets ?? providers;
    }
    return build(fold, { ...rest, ...(providers === undefined ? {} : { secrets_providers: providers }) });
  }

  /** Replaces the file by another beside it, so that a reader sees the old state or the new one and never half of one. */
  write(deployment: Deployment): void {
    mkdirSync(path.dirname(this.#file), { recursive: true });
    const next = `${this.#file}.next`;
    writeFileSync(next, `${JSON.stringify(deployment, null, 2)}\n`, { mode: 0o600 });
    renameSync(next, this.#file);
    rmSync(this.#journal, { force: true });
  }

  /** Starts a journal over the file as it is now. A journal over any other content is stale and never replayed. */
  startJournal(): void {
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileSync(this.#journal, `${JSON.stringify({ over: digest(this.#text()) })}\n`, { mode: 0o600 });
  }

  append(entry: readonly Entry[], secrets: Deployment["deployment"]["secrets_providers"]): void {
    appendFileSync(this.#journal, `${JSON.stringify({ entry, secrets })}\n`);
  }

  get #journal(): string {
    return `${this.#file}.journal`;
  }

  #text(): string {
    return readText(this.#file);
  }

  #entries(text: string): JournalLine[] {
    const lines = readText(this.#journal).split("\n");
    // What follows the last line break was cut off by the kill: its operation had not begun, or counts as not ended.
    lines.pop();
    const [header, ...rest] = lines.map((line) => JSON.parse(line) as JournalLine & { over?: string });
    return header?.over === digest(text) ? rest : [];
  }
}

interface JournalLine {
  readonly entry: readonly Entry[];
  readonly secrets?: Deployment["deployment"]["secrets_providers"];
}

/** The deployment that a fold stands for. */
export function build(
  fold: { readonly resources: readonly DeployedResource[]; readonly pending: readonly PendingOperation[] },
  rest: Omit<Deployment["deployment"], "resources" | "pending_operations">,
): Deployment {
  const { resources, pending } = fold;
  return {
    version: 3,
    deployment: { ...rest, resources, ...(pending.length === 0 ? {} : { pending_operations: pending }), metadata: {} },
  };
}

/** The CLI refuses a state whose magic is not the digest of the version that wrote it. */
export function manifest(version: string): Deployment["deployment"]["manifest"] {
  return { time: new Date().toISOString(), magic: digest(version), version };
}

const blank: Deployment = { version: 3, deployment: { manifest: { time: "", magic: "", version: "" }, resources: [] } };

function parse(text: string, file: string): Deployment {
  const parsed = JSON.parse(text) as Deployment;
  if (parsed.version !== 3) throw new Error(`Cannot read the state file ${file}: it is not a version 3 deployment.`);
  const { resources } = parsed.deployment;
  return { ...parsed, deployment: { ...parsed.deployment, resources: resources ?? [] } };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return emptyText;
    throw error;
  }
}
