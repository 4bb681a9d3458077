// Owns reading the real engine's event log (https://www.pulumi.com/docs/reference/automation-api/) as steps. It must
// not run anything.
import type { Operation, PropertyChange, Step } from "./localEngine";

interface StepState {
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
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

type CliStep = Pick<Step, "op" | "urn" | "type" | "name" | "diff" | "outcome">;

/** A run's steps as they ended; a preview's as they were planned. Providers take none, as in the CLI's output. */
export function stepsOf(events: readonly EngineEvent[], preview: boolean): CliStep[] {
  const steps = events.map((event) => (preview ? plannedStep(event) : endedStep(event)));
  return steps.flatMap((step) => (step && !step.type.startsWith("pulumi:providers:") ? [stepOf(step)] : []));
}

function endedStep({ resOutputsEvent, resOpFailedEvent }: EngineEvent): StepMetadata | undefined {
  return (resOutputsEvent ?? resOpFailedEvent)?.metadata;
}

// What a preview's refresh finds is known only when it has ended.
function plannedStep(event: EngineEvent): StepMetadata | undefined {
  const ended = endedStep(event);
  if (ended?.op === "refresh") return ended;
  const planned = event.resourcePreEvent?.metadata;
  return planned?.op === "refresh" ? undefined : planned;
}

function stepOf({ op, urn, type, old, new: next }: StepMetadata): CliStep {
  // A refresh before a preview or an update tells what it found in the outputs only.
  const values = op === "refresh" ? "outputs" : "inputs";
  const diff = changes(old?.[values] ?? {}, next?.[values] ?? {});
  return {
    op,
    urn,
    type,
    name: urn.split("::").at(-1) ?? "",
    diff,
    outcome: op === "refresh" ? outcomeOf(next, diff) : null,
  };
}

function outcomeOf(found: StepState | null, diff: object): Step["outcome"] {
  if (found === null) return "delete";
  return Object.keys(diff).length > 0 ? "update" : "same";
}

function changes(olds: Record<string, unknown>, news: Record<string, unknown>): Record<string, PropertyChange> {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const differing = names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
  return Object.fromEntries(differing.map((name) => [name, { old: olds[name] ?? null, new: news[name] ?? null }]));
}
