// Owns reading the real engine's event log (https://www.pulumi.com/docs/reference/automation-api/) as steps. It must not run anything.
import type { Operation, PropertyChange, Step } from "./localEngine";

interface StepState {
  inputs?: Record<string, unknown>;
}

interface StepMetadata {
  op: Operation;
  urn: string;
  type: string;
  old: StepState | null;
  new: StepState | null;
}

/** One line of the log; what is not needed here is left out. */
export interface EngineEvent {
  resourcePreEvent?: { metadata: StepMetadata };
  resOutputsEvent?: { metadata: StepMetadata };
  resOpFailedEvent?: { metadata: StepMetadata };
}

type CliStep = Pick<Step, "op" | "urn" | "type" | "name" | "diff">;

/** A run's steps as they ended; a preview's as they were planned. Providers take none, as in the CLI's output. */
export function stepsOf(events: readonly EngineEvent[], preview: boolean): CliStep[] {
  const ended = events.map((event) =>
    preview ? event.resourcePreEvent : (event.resOutputsEvent ?? event.resOpFailedEvent),
  );
  const steps = ended.flatMap((event) => (event ? [event.metadata] : []));
  return steps.filter(({ type }) => !type.startsWith("pulumi:providers:")).map(stepOf);
}

function stepOf({ op, urn, type, old, new: next }: StepMetadata): CliStep {
  return { op, urn, type, name: urn.split("::").at(-1) ?? "", diff: changes(old?.inputs ?? {}, next?.inputs ?? {}) };
}

function changes(olds: Record<string, unknown>, news: Record<string, unknown>): Record<string, PropertyChange> {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const differing = names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
  return Object.fromEntries(differing.map((name) => [name, { old: olds[name] ?? null, new: news[name] ?? null }]));
}
