// A preview as the review works with it, read from the one JSON document that `pulumi preview --json` prints. Called once, with a file, a pipe or
// what topup-review ran itself; the only place where a plan's JSON becomes typed. Anything else is refused, and never repeated: it may be a state.
import * as z from "zod/mini";
import { InputError, parseJson, withoutLogLines } from "../command/readInput";
import { isSecret, UNKNOWN_MARKERS } from "../pulumi/markers";
import { isStack, projectOf, stackOf } from "../pulumi/urn";

const EXPECTED = "Expected the output of 'pulumi preview --json'";

/** What gives a preview that the review can read whole. */
export const RERUN =
  "run 'topup-review --run', or give the output of 'pulumi preview --json --show-sames --show-replacement-steps'";

const text = z._default(z.string(), "");
const flag = z._default(z.boolean(), false);
const record = z.record(z.string(), z.unknown());
const fields = z.pipe(
  z._default(z.nullable(record), {}),
  z.transform((value) => value ?? {}),
);

/** A resource in a plan, as it was (`old`) or is to be (`new`). */
const viewSchema = z.object({
  urn: text,
  type: text,
  /** False for a component, whatever its type is called. */
  custom: z.boolean(),
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
/** One operation of the plan, by the engine's name. */
const stepSchema = z.pipe(
  z.object({
    op: z.string().check(z.minLength(1)),
    urn: z.string().check(z.startsWith("urn:pulumi:")),
    oldState: state,
    newState: state,
  }),
  z.transform(({ op, urn, oldState, newState }) => ({ op, urn, old: oldState, new: newState })),
);
export type Step = z.infer<typeof stepSchema>;

/** A message of the engine or of a provider about the plan. `urn` is empty if it is about no resource. */
const diagnosticSchema = z.object({ urn: text, severity: z.string(), message: text });
export type Diagnostic = z.infer<typeof diagnosticSchema>;
const SEVERITIES: readonly string[] = ["debug", "info", "info#err", "warning", "error"];

const list = z._default(z.nullable(z.array(record)), []);
// A plan without resources leaves out all but the duration; a preview that could not even start prints {}.
const documentSchema = z.object({
  config: z.optional(z.unknown()),
  steps: list,
  diagnostics: list,
  duration: z.optional(z.number()),
  changeSummary: z.optional(z.unknown()),
  maybeCorrupt: flag,
});
const countsSchema = z.record(z.string(), z.int().check(z.gte(0)));

export type Preview = ReturnType<typeof previewIn>;

/**
 * @param output the whole output of `pulumi preview --json`; log lines before and after it do not matter.
 * @throws InputError for anything else, with what to do.
 */
export function readPreview(output: string): Preview {
  const json = withoutLogLines(output);
  const refuse = (reason: string) => new InputError(`${EXPECTED}${reason}`);
  if (json === "") throw refuse("; got nothing. The preview failed before it made a plan: see its own error output.");
  const document = z.safeParse(record, parseJson(json)).data;
  const event = document ?? z.safeParse(record, parseJson(json.split("\n", 1)[0] ?? "")).data;
  if (event && "sequence" in event)
    throw refuse(`; got the engine's events, one a line (PULUMI_ENABLE_STREAMING_JSON_PREVIEW): ${RERUN}.`);
  if (!document) throw refuse(`, of one stack and in full; got what is not one JSON document: ${RERUN}.`);
  if ("result" in document && ("summary" in document || "resources" in document))
    throw refuse(`; got the summary of '--output json', which shows no values: ${RERUN}.`);
  const known = Object.keys(documentSchema.shape);
  const { data } = z.safeParse(documentSchema, document);
  if (!data || (!data.steps?.length && Object.keys(document).some((name) => !known.includes(name))))
    throw refuse(`; got a JSON document with other fields than ${known.join(", ")}: ${RERUN}.`);
  const preview = previewIn(data);
  // A refresh is no plan: it lists what was stored, and not what was found, and would pass for "no changes".
  const stackSteps = preview.steps.filter(({ urn }) => isStack(urn));
  if (stackSteps.length > 0 && stackSteps.every(({ op }) => op === "refresh"))
    throw refuse(
      "; got that of 'pulumi refresh', which does not show what it found: run 'topup-review --run -- --refresh'.",
    );
  const stacks = new Set(preview.steps.map(({ urn }) => `${stackOf(urn)}/${projectOf(urn)}`));
  if (stacks.size > 1) throw refuse(`, of one stack; got those of ${stacks.size} stacks.`);
  return preview;
}

function previewIn(document: z.infer<typeof documentSchema>) {
  const { changeSummary, duration, maybeCorrupt } = document;
  const steps = (document.steps ?? []).map((step) => z.safeParse(stepSchema, step));
  const diagnostics = (document.diagnostics ?? []).map((one) => z.safeParse(diagnosticSchema, one).data);
  const counts = z.safeParse(z.nullable(countsSchema), changeSummary ?? null);
  const failures = [
    changeSummary === undefined && duration === undefined ? DID_NOT_END : "",
    maybeCorrupt ? "The engine says that its state may be damaged (maybeCorrupt)." : "",
    counts.success ? "" : "The engine's summary cannot be read.",
  ];
  const isOdd = (one: Diagnostic | undefined) => !SEVERITIES.includes(one?.severity ?? "");
  return {
    steps: steps.flatMap(({ data }) => data ?? []),
    diagnostics: diagnostics.filter((one) => one !== undefined),
    /** Why the engine itself calls the preview failed, beside its diagnostics. */
    failures: failures.filter((failure) => failure !== ""),
    /** How many steps the engine counted, by operation; null if it counted none. */
    counts: counts.data ?? null,
    /** What could not be read, for example a step without a URN. */
    unreadable: [
      ...steps.flatMap(({ error }, index) =>
        error ? `step ${index + 1}, whose '${error.issues[0]?.path.join(".")}' cannot be read` : [],
      ),
      ...diagnostics.filter(isOdd).map(() => "a message of a severity that is not known"),
    ],
  };
}

const DID_NOT_END = "The preview did not come to its end. Run it again, and read its own output.";

/** A value in a plan: readable, or not, and why. `unreadable` is a value of the wrong kind. */
export type Shown<T> = { readonly value: T } | { readonly hidden: Hidden };
export type Hidden = "unknown" | "secret" | "unreadable";

/** The value, if the plan shows it, or what first keeps it from being of the right kind. */
export function shown<T>(value: unknown, schema: z.ZodMiniType<T>): Shown<T> {
  const { success, data, error } = z.safeParse(schema, value);
  const path = error?.issues[0]?.path ?? [];
  const odd = path.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
  if ([value, odd].some((one) => UNKNOWN_MARKERS.includes(one))) return { hidden: "unknown" };
  if ([value, odd].some(isSecret)) return { hidden: "secret" };
  return success ? { value: data } : { hidden: "unreadable" };
}

/** The value itself; null if it cannot be read. */
export function known<T>(shown: Shown<T>): T | null {
  return "value" in shown ? shown.value : null;
}
