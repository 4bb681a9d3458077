// Collects what a run has to tell: steps, diagnostics, counts and printed lines. It decides nothing.
import type { Diagnostic, Operation, RequestRecorder, Severity, Step } from "./contract";
import { diagnosticLines, stepLines } from "./display";
import { isDefaultProvider, nameOf, typeOf } from "./urn";

/** What terminals take for colours; the SDK puts them into stack traces. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour begins with.
const colours = /\u001b\[[0-9;]*m/g;

export interface StepReport {
  readonly op: Operation;
  readonly urn: string;
  readonly id: string;
  readonly diff: Step["diff"];
  readonly outcome: Step["outcome"];
  readonly error: string | null;
  /** Whether it counts among the changes; the halves of a replacement do not. */
  readonly counts: boolean;
}

export class Reporter {
  readonly steps: Step[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly lines: string[] = [];
  readonly changes: Partial<Record<Operation, number>> = {};
  readonly #dryRun: boolean;
  readonly #output: (line: string) => void;
  readonly #recorder: RequestRecorder;
  readonly #firstRequest: number;
  /** Calls under way, and for each resource what was seen during its calls so far; null once that became uncertain. */
  readonly #running = new Set<{ alone: boolean }>();
  readonly #seen = new Map<string, unknown[] | null>();

  constructor(dryRun: boolean, output: (line: string) => void, recorder: RequestRecorder) {
    this.#dryRun = dryRun;
    this.#output = output;
    this.#recorder = recorder;
    this.#firstRequest = recorder.requests.length;
  }

  get requests(): unknown[] {
    return this.#recorder.requests.slice(this.#firstRequest);
  }

  print(...lines: readonly string[]): void {
    for (const line of lines) {
      this.lines.push(line);
      this.#output(line);
    }
  }

  diagnose(severity: Severity, message: string, urn: string | null = null): void {
    this.diagnostics.push({ severity, message: message.replace(colours, ""), urn: urn === "" ? null : urn });
  }

  step({ counts, id, ...report }: StepReport): void {
    const { op, urn, outcome, error } = report;
    const requests = this.#seen.get(urn);
    this.#seen.delete(urn);
    if (isDefaultProvider(urn)) return;
    const step = { ...report, id: id === "" ? null : id, type: typeOf(urn), name: nameOf(urn) };
    this.steps.push({ ...step, requests: requests === undefined ? [] : requests });
    const fate = outcome ?? op;
    if (counts && error === null) this.changes[fate] = (this.changes[fate] ?? 0) + 1;
    this.print(...stepLines(step, this.#dryRun));
  }

  /** Notes what the recorder sees during a provider's call; with several calls at once, only nothing at all is certain. */
  async track<T>(urn: string, call: () => Promise<T>): Promise<T> {
    const mark = { alone: this.#running.size === 0 };
    for (const other of this.#running) other.alone = false;
    this.#running.add(mark);
    const start = this.#recorder.requests.length;
    try {
      return await call();
    } finally {
      this.#running.delete(mark);
      const during = this.#recorder.requests.slice(start);
      const before = this.#seen.get(urn) ?? (this.#seen.has(urn) ? null : []);
      const certain = before !== null && (mark.alone || during.length === 0);
      this.#seen.set(urn, certain ? [...before, ...during] : null);
    }
  }

  printDiagnostics(): void {
    this.print(...diagnosticLines(this.diagnostics));
  }
}
