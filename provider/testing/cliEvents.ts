// Reads the real engine's event log (https://www.pulumi.com/docs/reference/automation-api/) as the local engine's steps. It
// runs nothing.
import type { Operation, PropertyChange, Step } from "./localEngine";

/** What the log is of: `refresh` is a run that does nothing else. */
export type Command = "preview" | "up" | "refresh" | "destroy";

interface StepState {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

interface StepMetadata {
  readonly op: Operation;
  readonly urn: string;
  readonly type: string;
  readonly old: StepState | null;
  readonly new: StepState | null;
  /** By property, where the provider names changes itself. */
  readonly detailedDiff?: Readonly<Record<string, { readonly inputDiff: boolean }>> | null;
}

/** One line of the log; what is not needed here is left out. */
export interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
}

type CliStep = Pick<Step, "op" | "urn" | "type" | "name" | "diff" | "outcome">;

/** A run's steps as they ended; a preview's as they were planned. Providers take none, as in the CLI's output. */
export function stepsOf(events: readonly EngineEvent[], command: Command): CliStep[] {
  const steps = events.map((event) => (command === "preview" ? plannedStep(event) : endedStep(event)));
  const shown = steps.filter((step) => step !== undefined && !step.type.startsWith("pulumi:providers:"));
  const failed = new Set(events.map(({ resOpFailedEvent }) => resOpFailedEvent?.metadata));
  return shown.flatMap((step) => (step === undefined ? [] : [stepOf(step, command === "refresh", failed.has(step))]));
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

function stepOf(step: StepMetadata, refreshes: boolean, failed: boolean): CliStep {
  const { op, urn, type } = step;
  const names = { urn, type, name: urn.split("::").slice(3).join("::") };
  // The log of a refresh tells each step by its result; one before something else only has the outputs to tell it from.
  if (refreshes || op === "refresh") {
    const isStill = failed || op === "same" || step.new === null;
    const diff = isStill ? {} : changes(step, "outputs");
    const found = step.new === null ? "delete" : Object.keys(diff).length > 0 ? "update" : "same";
    const outcome = op === "refresh" ? found : (op as "same" | "update" | "delete");
    return { op: "refresh", ...names, diff, outcome: failed ? null : outcome };
  }
  return { op, ...names, diff: op === "update" || op === "replace" ? changes(step, "inputs") : {}, outcome: null };
}

/** The changes that the provider names, or else those in all inputs or outputs. */
function changes(step: StepMetadata, of: "inputs" | "outputs"): Record<string, PropertyChange> {
  const [olds, news] = [step.old?.[of] ?? {}, step.new?.[of] ?? {}];
  const all = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((name) => !name.startsWith("__"));
  const differing = all.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name])).sort();
  const named = step.detailedDiff ? Object.keys(step.detailedDiff) : differing;
  return Object.fromEntries(named.map((name) => [name, { old: olds[name] ?? null, new: news[name] ?? null }]));
}
