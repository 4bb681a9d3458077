// Owns one step and one diagnostic of a plan, as the engine writes them in both of its forms. It must not know what the
// resources are.
import { type Fields, fieldsOf, textOf } from "./fields";

/** A resource in a plan, as it was (`old`) or is to be (`new`). */
export interface ResourceView {
  readonly inputs: Fields;
  readonly outputs: Fields;
  /** The resource is to be forgotten by the stack, and left alone where it lives. */
  readonly retainOnDelete: boolean;
}

/** One operation of the plan, in the engine's words (`create`, `update`, `delete`, `replace`, `same`, `refresh`, ...). */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly old: ResourceView | null;
  readonly new: ResourceView | null;
}

/** What the engine or a provider said about the plan. `urn` is empty where it is about no resource. */
export interface Diagnostic {
  readonly urn: string;
  readonly severity: string;
  readonly message: string;
}

/** @param oldName, newName how the form at hand calls the two states. */
export function stepOf(value: unknown, oldName: string, newName: string): Step {
  const step = fieldsOf(value) ?? {};
  return { op: textOf(step.op), urn: textOf(step.urn), old: viewOf(step[oldName]), new: viewOf(step[newName]) };
}

function viewOf(value: unknown): ResourceView | null {
  const view = fieldsOf(value);
  if (!view) return null;
  const { inputs, outputs, retainOnDelete } = view;
  return { inputs: fieldsOf(inputs) ?? {}, outputs: fieldsOf(outputs) ?? {}, retainOnDelete: retainOnDelete === true };
}

export function diagnosticOf(value: unknown): Diagnostic {
  const { urn, severity, message } = fieldsOf(value) ?? {};
  return { urn: textOf(urn), severity: textOf(severity), message: textOf(message) };
}
