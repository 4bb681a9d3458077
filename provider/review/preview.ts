// A preview as the review works with it, and the schemas that read it: the only place where a plan's JSON becomes typed. Called by
// previewText.ts, which knows the two forms that the CLI prints.
import * as z from "zod/mini";
import { isSecret, UNKNOWN_MARKERS } from "../pulumi/markers";
import { DYNAMIC_TYPE, isEngines, PLUGIN_TYPE, PROVIDER_SOURCE, typeOf } from "../pulumi/urn";

export interface Preview {
  readonly form: "document" | "events";
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
  /** Why the engine itself calls the preview failed, beside its diagnostics. */
  readonly failures: readonly string[];
  /** How many steps the engine counted, by operation; null if it counted none. */
  readonly counts: Readonly<Record<string, number>> | null;
  /** What could not be read, for example a step without a URN. */
  readonly unreadable: readonly string[];
}

const text = z._default(z.string(), "");
const flag = z._default(z.boolean(), false);
const fields = z.pipe(
  z._default(z.nullable(z.record(z.string(), z.unknown())), {}),
  z.transform((value) => value ?? {}),
);

/** A resource in a plan, as it was (`old`) or is to be (`new`). */
const viewSchema = z.object({
  urn: text,
  type: text,
  /** False for a component, whatever its type is called. */
  custom: flag,
  id: text,
  inputs: fields,
  outputs: fields,
  /** Only read, as with `get`: the stack does not manage it. */
  external: flag,
  /** In the old state: the engine never asks the provider to delete it. */
  retainOnDelete: flag,
  /** In the old state: nor if the plan deletes the resource with this URN. */
  deletedWith: text,
  /** An interrupted replacement has left it over. In the old state of a `replace` it stands as well. */
  delete: flag,
  /** An interrupted replacement has deleted it at Cloudflare, and created nothing in its place. */
  pendingReplacement: flag,
  ignoreChanges: z._default(z.array(z.string()), []),
  provider: text,
});
export type View = z.infer<typeof viewSchema>;

const state = z._default(z.nullable(viewSchema), null);
const named = { op: z.string().check(z.minLength(1)), urn: z.string().check(z.startsWith("urn:pulumi:")) };

/** One operation of the plan, by the engine's name. The document and the events name the two states differently. */
export const stepSchema = z.pipe(
  z.object({ ...named, oldState: state, newState: state, old: state, new: state }),
  z.transform(({ op, urn, oldState, newState, ...event }) => ({
    op,
    urn,
    old: oldState ?? event.old,
    new: newState ?? event.new,
  })),
);
export type Step = z.infer<typeof stepSchema>;

/** A message of the engine or of a provider about the plan. `urn` is empty if it is about no resource. */
export const diagnosticSchema = z.object({ urn: text, severity: z.string(), message: text });
export type Diagnostic = z.infer<typeof diagnosticSchema>;

export const countsSchema = z.record(z.string(), z.int().check(z.gte(0)));

/** Whether the step is about an AutoTopupConfig: of our type, or run by our provider under another dynamic type. Components never are. */
export function isOurStep(step: Step): boolean {
  const isOfOurType = ({ type }: View) => isOurType(type) || isOurType(typeOf(step.urn));
  return viewsOf(step).some((view) => view.custom && (isOfOurType(view) || codesOf(view).includes(PROVIDER_SOURCE)));
}

export function isOurType(type: string): boolean {
  return type === DYNAMIC_TYPE || type === PLUGIN_TYPE;
}

/** Whether it is a resource of the program that is not ours, whatever the plan does with it. */
export function isOtherStep(step: Step): boolean {
  return !isOurStep(step) && !isEngines(step.urn);
}

export function viewsOf(step: Step): readonly View[] {
  return [step.old, step.new].filter((view) => view !== null);
}

/** The provider code of a dynamic resource, which stands in its inputs and in its outputs. */
export function codesOf({ inputs, outputs }: View): readonly unknown[] {
  return [inputs.__provider, outputs.__provider].filter((code) => code !== undefined);
}

/** A value in a plan: readable, or not, and why. `unreadable` is a value of the wrong kind. */
export type Shown<T> = { readonly value: T } | { readonly hidden: Hidden };
export type Hidden = "unknown" | "secret" | "unreadable";

/** The value, if the plan shows it and it is of the right kind. */
export function shown<T>(value: unknown, schema: z.ZodMiniType<T>): Shown<T> {
  if (UNKNOWN_MARKERS.includes(value)) return { hidden: "unknown" };
  if (isSecret(value)) return { hidden: "secret" };
  const { success, data } = z.safeParse(schema, value);
  return success ? { value: data } : { hidden: "unreadable" };
}

/** The value itself; null if it cannot be read. */
export function known<T>(shown: Shown<T>): T | null {
  return "value" in shown ? shown.value : null;
}
