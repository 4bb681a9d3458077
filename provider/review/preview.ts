// Reads what `pulumi preview --json` prints, in both of its forms: one document, or, with PULUMI_ENABLE_STREAMING_JSON_PREVIEW, one event per
// line. Also how the engine writes a value that it does not show. Does not know what the resources are.
import { type Fields, fieldsOf, listOf, parseJson, textOf } from "../command/json";
import { InputError } from "../command/run";
import { isSecret, UNKNOWN_MARKER } from "../pulumi/markers";
import { isStack } from "../pulumi/urn";

export interface Preview {
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
  /** False where the engine says that the preview did not come to its end. */
  readonly complete: boolean;
  /** How many resources stay the same, as the engine counts them; it lists them only with --show-sames, or as events. */
  readonly sames: number;
}

/** One operation of the plan, by the engine's name (`create`, `update`, `delete`, `replace`, `same`, `refresh`, ...). */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly old: ResourceView | null;
  readonly new: ResourceView | null;
}

/** A resource in a plan, as it was (`old`) or is to be (`new`). */
export interface ResourceView {
  readonly inputs: Fields;
  readonly outputs: Fields;
  /** Of the old view alone: the engine deletes the resource from the state and leaves the real one as it is. */
  readonly retainOnDelete: boolean;
  /** Only read, as with `get`: the stack does not manage it. */
  readonly external: boolean;
}

/** A message of the engine or of a provider about the plan. `urn` is empty where it is about no resource. */
export interface Diagnostic {
  readonly urn: string;
  readonly severity: string;
  readonly message: string;
}

const EXPECTED = "Expected the output of 'pulumi preview --json'";

/**
 * @param text the whole output of `pulumi preview --json`.
 * @throws InputError for anything else, with what to do.
 */
export function readPreview(text: string): Preview {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") {
    throw new InputError(
      `${EXPECTED}; got nothing. The preview failed before it made a plan: see its own error output.`,
    );
  }
  const document = fieldsOf(parseJson(trimmed));
  if (document && !("sequence" in document)) return fromDocument(document);
  return fromEvents(document ? [document] : trimmed.split(/\r?\n/).map(eventOf));
}

// A plan without resources leaves out all but the duration; a preview that could not even start prints {}.
const FIELDS: readonly string[] = ["steps", "diagnostics", "changeSummary", "duration"];

function fromDocument(document: Fields): Preview {
  const names = Object.keys(document);
  if (names.length > 0 && !names.some((name) => FIELDS.includes(name))) {
    throw new InputError(`${EXPECTED}; got a JSON document with none of its fields (${FIELDS.join(", ")}).`);
  }
  for (const name of ["steps", "diagnostics"]) {
    const list = document[name] ?? [];
    if (!Array.isArray(list) || list.some((item) => fieldsOf(item) === null))
      throw new InputError(`${EXPECTED}; got a JSON document whose '${name}' is not a list of objects.`);
  }
  const steps = listOf(document.steps).map((step) => stepOf(step, "oldState", "newState"));
  refuseRefreshAlone(steps);
  const { same } = fieldsOf(document.changeSummary) ?? {};
  return {
    steps,
    diagnostics: listOf(document.diagnostics).map(diagnosticOf),
    complete: "changeSummary" in document || "duration" in document,
    sames: typeof same === "number" ? same : 0,
  };
}

// As a document it lists what was stored, and not what was found: it would pass for "no changes".
function refuseRefreshAlone(steps: readonly Step[]): void {
  const stacks = steps.filter(({ urn }) => isStack(urn));
  if (stacks.length === 0 || stacks.some(({ op }) => op !== "refresh")) return;
  throw new InputError(
    `${EXPECTED}; got that of 'pulumi refresh', which does not show what it found. Use 'pulumi preview --refresh --json'.`,
  );
}

function eventOf(line: string, index: number): Fields {
  const event = fieldsOf(parseJson(line));
  if (event && "sequence" in event) return event;
  throw new InputError(
    `${EXPECTED}, of one stack and in full; line ${index + 1} is neither an engine event nor part of one JSON document.`,
  );
}

// A refresh step shows what it found only in its second event; every other step is complete in its first.
function fromEvents(events: readonly Fields[]): Preview {
  const steps: Step[] = [];
  const last = new Map<string, number>();
  for (const event of events) {
    const before = fieldsOf(event.resourcePreEvent);
    const after = fieldsOf(event.resOutputsEvent);
    if (before) {
      const step = stepOf(before.metadata, "old", "new");
      last.set(step.urn, steps.push(step) - 1);
    }
    if (after) {
      const outcome = stepOf(after.metadata, "old", "new");
      const index = last.get(outcome.urn);
      if (index !== undefined && steps[index]?.op === "refresh") steps[index] = { ...outcome, op: "refresh" };
    }
  }
  const summaries = events.map(({ summaryEvent }) => fieldsOf(summaryEvent)).filter((summary) => summary !== null);
  if (summaries.length > 1) throw new InputError(`${EXPECTED}, of one stack; got those of ${summaries.length} runs.`);
  const [summary = null] = summaries;
  return {
    steps,
    diagnostics: events.flatMap(({ diagnosticEvent: said }) => (said === undefined ? [] : [diagnosticOf(said)])),
    complete: summary !== null && summary.result !== "failed",
    // As events, every resource is listed.
    sames: 0,
  };
}

/** @param oldName, newName the names of the two states in this form. */
function stepOf(value: unknown, oldName: string, newName: string): Step {
  const step = fieldsOf(value) ?? {};
  return { op: textOf(step.op), urn: textOf(step.urn), old: viewOf(step[oldName]), new: viewOf(step[newName]) };
}

function viewOf(value: unknown): ResourceView | null {
  const view = fieldsOf(value);
  if (!view) return null;
  const { inputs, outputs, retainOnDelete, external } = view;
  return {
    inputs: fieldsOf(inputs) ?? {},
    outputs: fieldsOf(outputs) ?? {},
    retainOnDelete: retainOnDelete === true,
    external: external === true,
  };
}

function diagnosticOf(value: unknown): Diagnostic {
  const { urn, severity, message } = fieldsOf(value) ?? {};
  return { urn: textOf(urn), severity: textOf(severity), message: textOf(message) };
}

/** A value in a plan: readable, or not, and why. `unreadable` is a value of the wrong kind. */
export type Shown<T> = { readonly value: T } | { readonly hidden: "unknown" | "secret" | "unreadable" };

/** The value, where the plan shows it and it is of the right kind. */
export function shown<T>(value: unknown, is: (value: unknown) => value is T): Shown<T> {
  if (value === UNKNOWN_MARKER) return { hidden: "unknown" };
  if (isSecret(value)) return { hidden: "secret" };
  return is(value) ? { value } : { hidden: "unreadable" };
}

/** The value itself; null where it cannot be read. */
export function known<T>(shown: Shown<T>): T | null {
  return "value" in shown ? shown.value : null;
}
