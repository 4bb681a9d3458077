// Collects what a run has to tell, steps, diagnostics and counts, and prints it in the manner of the CLI. It decides
// nothing and knows no rule of the engine.
import type { Diagnostic, LocalStackOptions, Operation, PropertyChange, Severity, Step } from "./contract";
import { isDefaultProvider, nameOf, rootStackType, typeOf } from "./names";

/** What terminals take for colours; the SDK puts them into stack traces. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour begins with.
const colours = /\u001b\[[0-9;]*m/g;

export interface StepReport extends Pick<Step, "op" | "urn" | "diff" | "outcome" | "error"> {
  readonly id: string;
  /** Whether it counts among the changes; the halves of a replacement do not. */
  readonly counts: boolean;
}

export class Reporter {
  readonly steps: Step[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly lines: string[] = [];
  readonly changes: Partial<Record<Operation, number>> = {};

  constructor(
    private readonly dryRun: boolean,
    private readonly output: LocalStackOptions["output"],
  ) {}

  print(...lines: readonly string[]): void {
    for (const line of lines) {
      this.lines.push(line);
      this.output?.(line);
    }
  }

  diagnose(severity: Severity, message: string, urn: string | null = null): void {
    this.diagnostics.push({ severity, message: message.replace(colours, ""), urn: urn === "" ? null : urn });
  }

  step({ counts, id, ...report }: StepReport): void {
    const { op, urn, outcome, error } = report;
    if (isDefaultProvider(urn)) return;
    const step = { ...report, id: id === "" ? null : id, type: typeOf(urn), name: nameOf(urn) };
    this.steps.push(step);
    const fate = outcome ?? op;
    if (counts && error === null) this.changes[fate] = (this.changes[fate] ?? 0) + 1;
    this.print(...stepLines(step, this.dryRun));
  }

  conclude(outputs: Readonly<Record<string, unknown>>): void {
    this.print(
      ...diagnosticLines(this.diagnostics),
      ...outputLines(outputs),
      ...summaryLines(this.changes, this.dryRun),
    );
  }
}

/** By operation: the CLI's symbol, what a preview says, what an update says, and the summary's two words. */
const words: Readonly<Record<Operation, readonly [symbol: string, plan: string, done: string, past: string]>> = {
  same: ["  ", "", "", "unchanged"],
  create: ["+ ", "create", "created", "created"],
  update: ["~ ", "update", "updated", "updated"],
  delete: ["- ", "delete", "deleted", "deleted"],
  replace: ["+-", "replace", "replaced", "replaced"],
  "create-replacement": ["++", "create replacement", "created replacement", "created"],
  "delete-replaced": ["--", "delete original", "deleted original", "deleted"],
  read: ["> ", "read", "read", "read"],
  "read-replacement": [">>", "read replacement", "read replacement", "read"],
  refresh: ["~ ", "refresh", "refreshed", "refreshed"],
  discard: ["< ", "discard", "discarded", "discarded"],
  "discard-replaced": ["<<", "discard original", "discarded original", "discarded"],
  "remove-pending-replace": ["~ ", "complete replace", "completed replace", "completed"],
};

/** One line for the step and one for each changed property; nothing for what is unchanged. */
function stepLines({ op, type, name, diff, outcome, error }: Step, dryRun: boolean): string[] {
  if (op === "same" || outcome === "same") return [];
  const [symbol, plan, done] = words[outcome === "delete" ? "delete" : op];
  const said = error !== null ? `**${plan} failed**` : dryRun ? plan : done;
  const changes = Object.entries(diff);
  const marked = changes.map(([key, change]) => `${sign(change)}${key}`).join(",");
  const summary = marked === "" ? "" : ` [diff: ${marked}]`;
  return [` ${symbol} ${type} ${name} ${said}${summary}`, ...changes.map((each) => `      ${changeLine(each)}`)];
}

function changeLine([key, change]: [string, PropertyChange]): string {
  const mark = sign(change);
  if (mark === "+") return `+ ${key}: ${text(change.new)}`;
  return mark === "-" ? `- ${key}: ${text(change.old)}` : `~ ${key}: ${text(change.old)} => ${text(change.new)}`;
}

function sign(change: PropertyChange): string {
  if (change.old === null) return "+";
  return change.new === null ? "-" : "~";
}

/** Messages by resource, the stack's own first, as the CLI lists them at the end. */
function diagnosticLines(diagnostics: readonly Diagnostic[]): string[] {
  const urns = [...new Set(diagnostics.map((each) => each.urn))];
  const lines = urns.flatMap((urn) => [
    `  ${urn === null ? rootStackType : `${typeOf(urn)} (${nameOf(urn)})`}:`,
    ...diagnostics.filter((each) => each.urn === urn).flatMap(messageLines),
  ]);
  return lines.length === 0 ? [] : ["Diagnostics:", ...lines];
}

function messageLines({ severity, message }: Diagnostic): string[] {
  const prefix = severity === "error" || severity === "warning" ? `${severity}: ` : "";
  return `${prefix}${message}`.split("\n").map((line) => `    ${line}`);
}

function outputLines(outputs: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(outputs);
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  const lines = entries.map(([key, value]) => `    ${key.padEnd(width)}: ${text(value)}`);
  return lines.length === 0 ? [] : ["Outputs:", ...lines];
}

/** "Resources:" and how many met which fate, unchanged ones last. */
function summaryLines(changes: Readonly<Partial<Record<Operation, number>>>, dryRun: boolean): string[] {
  const { same = 0, ...others } = changes;
  const counted = Object.entries(others).map(([op, count]) => {
    const [symbol, plan, , past] = words[op as Operation];
    return `    ${symbol.trim()} ${count} ${dryRun ? `to ${plan}` : past}`;
  });
  return ["Resources:", ...counted, ...(same === 0 ? [] : [`    ${same} unchanged`])];
}

/** Marks such as [secret] stand without quotes. */
function text(value: unknown): string {
  if (value === "[secret]" || value === "[unknown]") return value;
  return JSON.stringify(value) ?? "null";
}
