// Turns steps, diagnostics and outputs into lines in the manner of the CLI. Pure text.
import type { Diagnostic, Operation, PropertyChange, Step } from "./contract";
import { nameOf, typeOf } from "./urn";

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

type Shown = Pick<Step, "op" | "type" | "name" | "diff" | "outcome" | "error">;

/** One line for the step and one for each changed property; nothing for what is unchanged. */
export function stepLines({ op, type, name, diff, outcome, error }: Shown, dryRun: boolean): string[] {
  if (op === "same" || (op === "refresh" && outcome === "same" && error === null)) return [];
  const [symbol, plan, done] = words[outcome === "delete" ? "delete" : op];
  const said = error !== null ? `**${plan} failed**` : dryRun ? plan : done;
  const changes = Object.entries(diff);
  const summary =
    changes.length === 0 ? "" : ` [diff: ${changes.map(([key, each]) => `${sign(each)}${key}`).join(",")}]`;
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
export function diagnosticLines(diagnostics: readonly Diagnostic[]): string[] {
  if (diagnostics.length === 0) return [];
  const urns = [...new Set(diagnostics.map((each) => each.urn))];
  return [
    "Diagnostics:",
    ...urns.flatMap((urn) => [
      `  ${title(urn)}:`,
      ...diagnostics.filter((each) => each.urn === urn).flatMap(messageLines),
    ]),
  ];
}

function title(urn: string | null): string {
  return urn === null ? "pulumi:pulumi:Stack" : `${typeOf(urn)} (${nameOf(urn)})`;
}

function messageLines({ severity, message }: Diagnostic): string[] {
  const prefix = severity === "error" || severity === "warning" ? `${severity}: ` : "";
  return `${prefix}${message}`.split("\n").map((line) => `    ${line}`);
}

export function outputLines(outputs: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(outputs);
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  return entries.length === 0
    ? []
    : ["Outputs:", ...entries.map(([key, value]) => `    ${key.padEnd(width)}: ${text(value)}`)];
}

/** "Resources:" and how many met which fate, unchanged ones last. */
export function summaryLines(changes: Readonly<Partial<Record<Operation, number>>>, dryRun: boolean): string[] {
  const { same = 0, ...others } = changes;
  const counted = Object.entries(others).map(([op, count]) => {
    const [symbol, plan, , past] = words[op as Operation];
    return `    ${symbol.trim()} ${count} ${dryRun ? `to ${plan}` : past}`;
  });
  const unchanged = same === 0 ? [] : [`    ${same} unchanged`];
  return ["Resources:", ...counted, ...unchanged];
}

/** Marks such as [secret] stand without quotes. */
function text(value: unknown): string {
  if (value === "[secret]" || value === "[unknown]") return value;
  return JSON.stringify(value) ?? "null";
}
