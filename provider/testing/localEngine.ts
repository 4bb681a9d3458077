// The front door of the local engine: opens a stack on a Pulumi program and plays previews, updates, refreshes and destroys
// of it on this machine, for demos and tests. It keeps one run at a time; what a run does is in engine/.
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Surroundings } from "./engine/assembly";
import { mergeEnv } from "./engine/child";
import type { LocalStack, LocalStackOptions, RunOptions, RunResult } from "./engine/contract";
import type { Deployment } from "./engine/deployed";
import { preloadIn, writePreload } from "./engine/preload";
import { findProgram, readProject } from "./engine/project";
import { type Kind, run } from "./engine/run";
import { loadSdk } from "./engine/sdk";
import { StateFile } from "./engine/stateFile";

export type * from "./engine/contract";
export type * from "./engine/deployed";
export type * from "./engine/standInContract";

/**
 * Opens a stack of an unmodified Node.js program, TypeScript or JavaScript, CommonJS or ES module. The program and its
 * providers run as processes of their own, started from the SDK that the program itself uses.
 *
 * Throws where Pulumi.yaml is missing or asks for another runtime, or where @pulumi/pulumi is not installed in the program's
 * folder. What a run cannot do, such as transforms, hooks, remote components or stack references, fails that run with a
 * message that names it.
 */
export function openLocalStack(options: LocalStackOptions): LocalStack {
  const sdk = loadSdk(findProgram(options.program).folder);
  const project = readProject(options, sdk.parseYaml);
  // Made when it is first needed, so that looking at a state leaves nothing behind.
  const folder = path.join(os.tmpdir(), `pulumi-local-${randomUUID()}`);
  const file = new StateFile(options.stateFile ?? path.join(folder, "state.json"));
  const env = mergeEnv(process.env, options.env ?? {});
  return new OpenStack({ sdk, project, options, env, file, preload: preloadIn(folder) }, folder);
}

class OpenStack implements LocalStack {
  readonly #around: Surroundings;
  readonly #folder: string;
  readonly #disposal = new AbortController();
  #running: Promise<unknown> | null = null;

  constructor(around: Surroundings, folder: string) {
    this.#around = around;
    this.#folder = folder;
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
    return this.#around.file.read();
  }

  async dispose(): Promise<void> {
    this.#disposal.abort();
    await this.#running;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(kind: Kind, options: RunOptions): Promise<RunResult> {
    if (this.#running !== null)
      throw new Error("Cannot begin a run: another one of this stack is under way. Await that one first.");
    if (this.#disposal.signal.aborted) throw new Error("Cannot begin a run: the stack was disposed of.");
    refuseUnknown(options);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writePreload(this.#folder);
    const signal = AbortSignal.any([this.#disposal.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const result = run(kind, options.previewOnly ?? false, this.#around, { ...options, signal });
    this.#running = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.#running = null;
    }
  }
}

const KNOWN: Record<keyof RunOptions, true> = {
  refresh: true,
  previewOnly: true,
  clearPendingCreates: true,
  showSecrets: true,
  signal: true,
};

// A misspelt `previewOnly` in a JavaScript test would write.
function refuseUnknown(options: RunOptions): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(KNOWN, name));
  if (unknown.length === 0) return;
  throw new Error(
    `Cannot begin a run with '${unknown.join("', '")}': its options are '${Object.keys(KNOWN).join("', '")}'.`,
  );
}
