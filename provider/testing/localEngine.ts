// The front provider of the local engine: opens a stack on a Pulumi program and plays previews, updates, refreshes and
// destroys of it on this machine, for demos and tests. It keeps one run at a time; what a run does is in engine/, see
// its README.
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Deployment, LocalStack, LocalStackOptions, RunOptions, RunResult } from "./engine/contract";
import { mergeEnv, writePreload } from "./engine/processes";
import { openProject } from "./engine/project";
import { type Kind, run } from "./engine/run";
import { StateFile } from "./engine/stateFile";

export type * from "./engine/contract";

/**
 * Opens a stack of an unmodified Node.js program, TypeScript or JavaScript, CommonJS or ES module. The program and its
 * providers run as processes of their own, started from the SDK that the program itself uses.
 *
 * Throws where Pulumi.yaml is missing or asks for what the local engine does not do, or where @pulumi/pulumi is not
 * installed in the program's folder. What a run cannot do, such as transforms, hooks, remote components or stack
 * references, fails that run with a message that names it.
 */
export function openLocalStack(options: LocalStackOptions): LocalStack {
  return new OpenStack(options);
}

class OpenStack implements LocalStack {
  readonly #options: LocalStackOptions;
  readonly #program: ReturnType<typeof openProject>;
  /** Made when it is first needed, so that reading a state leaves nothing behind. */
  readonly #folder = path.join(os.tmpdir(), `pulumi-local-${randomUUID()}`);
  readonly #file: StateFile;
  readonly #disposal = new AbortController();
  #running: Promise<unknown> | null = null;

  constructor(options: LocalStackOptions) {
    this.#options = options;
    this.#program = openProject(options);
    this.#file = new StateFile(options.stateFile ?? path.join(this.#folder, "state.json"));
  }

  preview(options: RunOptions = {}): Promise<RunResult> {
    return this.#run("update", { ...options, previewOnly: true });
  }

  up(options: RunOptions = {}): Promise<RunResult> {
    return this.#run("update", options);
  }

  refresh(options: RunOptions = {}): Promise<RunResult> {
    return this.#run("refresh", options);
  }

  destroy(options: RunOptions = {}): Promise<RunResult> {
    return this.#run("destroy", options);
  }

  state(): Deployment {
    return this.#file.read();
  }

  async dispose(): Promise<void> {
    this.#disposal.abort();
    await this.#running;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(kind: Kind, options: RunOptions): Promise<RunResult> {
    if (this.#running !== null) {
      throw new Error("Cannot begin a run: another one of this stack is under way. Await that one first.");
    }
    if (this.#disposal.signal.aborted) throw new Error("Cannot begin a run: the stack was disposed of.");
    refuseUnknown(options);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const { providers = {}, env = {} } = this.#options;
    const surroundings = { providers, env: mergeEnv(process.env, env), preload: writePreload(this.#folder) };
    const ground = { ...this.#program, ...surroundings, options: this.#options, file: this.#file };
    const result = run(kind, ground, options, this.#disposal.signal);
    this.#running = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.#running = null;
    }
  }
}

const KNOWN: Record<keyof RunOptions, true> = { refresh: true, previewOnly: true };

// A misspelt `previewOnly` in a JavaScript test would write.
function refuseUnknown(options: RunOptions): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(KNOWN, name));
  if (unknown.length === 0) return;
  const names = Object.keys(KNOWN).join("', '");
  throw new Error(`Cannot begin a run with '${unknown.join("', '")}': its options are '${names}'.`);
}
