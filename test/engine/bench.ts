// The bench that the engine's tests stand on: one stack, whose program is handed over anew for every run, with the
// provider's calls recorded. It asserts nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  type LocalStack,
  type LocalStackOptions,
  openLocalStack,
  type RunOptions,
  type RunResult,
} from "../../provider/testing/localEngine";

/** One call that the bench's provider got. */
export interface Call {
  readonly call: string;
  readonly tag: string;
  readonly [key: string]: unknown;
}

type Kind = "preview" | "up" | "refresh" | "destroy";

export const benchFolder = path.join(__dirname, "fixtures", "bench");

export class Bench {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "bench-"));
  readonly stateFile = path.join(this.folder, "state.json");
  readonly #options: Partial<LocalStackOptions>;

  constructor(options: Partial<LocalStackOptions> = {}) {
    this.#options = options;
    this.setWorld({});
  }

  /** Plays one run of a program, given as the body of a function of `pulumi`, `Thing` and `Box`. */
  async play(kind: Kind, program = "", options: RunOptions = {}): Promise<RunResult> {
    rmSync(this.#calls, { force: true });
    const stack = this.open(program);
    try {
      return await stack[kind](options);
    } finally {
      await stack.dispose();
    }
  }

  open(program: string): LocalStack {
    const { env, ...rest } = this.#options;
    const own = { PROGRAM: program, CALLS: this.#calls, WORLD: this.#world, PULUMI_CONFIG_PASSPHRASE: "bench" };
    return openLocalStack({ program: benchFolder, stateFile: this.stateFile, ...rest, env: { ...own, ...env } });
  }

  /** What reading finds, by id; null for what is gone. */
  setWorld(world: Record<string, unknown>): void {
    writeFileSync(this.#world, JSON.stringify(world));
  }

  /** The provider's calls during the last run. */
  get calls(): Call[] {
    return linesOf(this.#calls).map((line) => JSON.parse(line) as Call);
  }

  /** The same as words: "create a". */
  get callWords(): string[] {
    return this.calls.map(({ call, tag }) => `${call} ${tag}`);
  }

  get stateText(): string {
    return readFileSync(this.stateFile, "utf8");
  }

  /** A resource in the state, by name. */
  resource(name: string): Record<string, unknown> {
    const { resources } = this.open("").state().deployment;
    const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
    return { ...found } as Record<string, unknown>;
  }

  get names(): string[] {
    return this.open("")
      .state()
      .deployment.resources.map(({ urn }) => urn.split("::").at(-1) ?? "");
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #calls(): string {
    return path.join(this.folder, "calls.jsonl");
  }

  get #world(): string {
    return path.join(this.folder, "world.json");
  }
}

/** The steps of things and boxes as words: "create a". The stack's own step is left out. */
export function stepWords(result: RunResult): string[] {
  const steps = result.steps.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  return steps.map(({ op, outcome, name }) => `${outcome ?? op} ${name}`);
}

export function errorsOf(result: RunResult): string[] {
  return result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

export function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}
