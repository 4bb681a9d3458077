// Runs over all groups: a bounded number at a time, a line for each account, a table at the end. fleet.ts hands in how a stack is applied.
import type { Journal } from "./journal";
import type { Group } from "./table";

export type Result = "created" | "updated" | "unchanged" | "removed" | "failed" | "not started" | "done before";

/** What became of one account. */
export interface Outcome {
  readonly stack: string;
  readonly accountId: string;
  readonly result: Result;
}

/** Applies one stack, and resolves with what happened to each account; rejects if the stack failed. */
export type Apply = (group: Group) => Promise<ReadonlyMap<string, Result>>;

export interface FleetOptions {
  readonly parallel: number;
  readonly journal: Journal;
  readonly apply: Apply;
  readonly print: (line: string) => void;
  /** Once aborted, no further stack is started; those under way come to their end. */
  readonly signal?: AbortSignal;
}

/** The outcome of every account, in the table's order. One stack that fails stops none of the others. */
export async function runFleet(groups: readonly Group[], options: FleetOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[][] = groups.map(() => []);
  const total = groups.reduce((sum, { accounts }) => sum + accounts.length, 0);
  let counted = 0;
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < groups.length; index = next++) {
      const group = groups[index] as Group;
      outcomes[index] = await outcomesOf(group, options, (line) => options.print(`[${++counted}/${total}] ${line}`));
    }
  }
  await Promise.all(Array.from({ length: options.parallel }, work));
  const all = outcomes.flat();
  if (all.every(({ result }) => result !== "failed" && result !== "not started")) options.journal.remove();
  return all;
}

async function outcomesOf(group: Group, options: FleetOptions, print: (line: string) => void): Promise<Outcome[]> {
  const { journal, signal } = options;
  const finish = (resultOf: (accountId: string) => Result, detail = "") =>
    group.accounts.map(({ accountId }) => {
      const result = resultOf(accountId);
      print(`${group.stack} ${accountId}: ${result}${detail}`);
      return { stack: group.stack, accountId, result };
    });
  if (journal.has(group)) return finish(() => "done before");
  if (signal?.aborted) return finish(() => "not started");
  try {
    const results = await options.apply(group);
    journal.add(group);
    return finish((accountId) => results.get(accountId) ?? "unchanged");
  } catch (cause) {
    return finish(() => "failed", `: ${reasonOf(cause)}`);
  }
}

// The CLI's whole output is in the message; the engine's own errors say it all. One begins with `error:`, and its further lines are
// indented no less.
function reasonOf(cause: unknown): string {
  const lines = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  const indentOf = (line: string) => line.length - line.trimStart().length;
  const errors = lines.flatMap((first, at) => {
    if (!/^\s*error: (?!update failed|preview failed)/.test(first)) return [];
    const rest = lines.slice(at + 1);
    const length = rest.findIndex((line) => /^\s*((error|warning):|$)/.test(line) || indentOf(line) < indentOf(first));
    return [[first, ...rest.slice(0, length < 0 ? undefined : length)].map((line) => line.trim()).join(" ")];
  });
  return [...new Set(errors)].join(" ") || lines.map((line) => line.trim()).find((line) => line !== "") || "unknown";
}

/** The table at the end: a line per stack, and one for all. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const results = [...new Set(outcomes.map(({ result }) => result))];
  const stacks = [...new Set(outcomes.map(({ stack }) => stack))];
  const line = (name: string, of: readonly Outcome[]) => [
    name,
    ...results.map((result) => String(of.filter((outcome) => outcome.result === result).length)),
  ];
  const body = stacks.map((stack) =>
    line(
      stack,
      outcomes.filter((outcome) => outcome.stack === stack),
    ),
  );
  const rows = [["stack", ...results], ...body, line("all", outcomes)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
