// Reads what `pulumi preview --json` prints, in both of its forms: one document, or, with PULUMI_ENABLE_STREAMING_JSON_PREVIEW, one event per
// line. Called once, with a file, a pipe or what topup-review ran itself. Whatever is neither is refused, and never repeated: it may be a state.
import * as z from "zod/mini";
import { InputError, parseJson, withoutLogLines } from "../command/readInput";
import { isStack, projectOf, stackOf } from "../pulumi/urn";
import { countsSchema, type Diagnostic, diagnosticSchema, type Preview, type Step, stepSchema } from "./preview";

const EXPECTED = "Expected the output of 'pulumi preview --json'";

/** What gives a preview that the review can read whole. */
export const RERUN =
  "run 'topup-review --run', or give the output of 'pulumi preview --json --show-sames --show-replacement-steps'";

/**
 * @param text the whole output of `pulumi preview --json`; log lines before and after it do not matter.
 * @throws InputError for anything else, with what to do.
 */
export function readPreview(text: string): Preview {
  const json = withoutLogLines(text);
  if (json === "") {
    throw new InputError(
      `${EXPECTED}; got nothing. The preview failed before it made a plan: see its own error output.`,
    );
  }
  const document = z.safeParse(record, parseJson(json)).data;
  const preview =
    document && !("sequence" in document)
      ? fromDocument(document)
      : fromEvents(document ? [document] : json.split(/\r?\n/).map(lineOf));
  refuseRefreshAlone(preview.steps);
  const stacks = new Set(preview.steps.map(({ urn }) => `${stackOf(urn)}/${projectOf(urn)}`));
  if (stacks.size > 1) throw new InputError(`${EXPECTED}, of one stack; got those of ${stacks.size} stacks.`);
  return preview;
}

const record = z.record(z.string(), z.unknown());
const records = z._default(z.nullable(z.array(record)), []);

const documentSchema = z.object({
  config: z.optional(z.unknown()),
  steps: records,
  diagnostics: records,
  duration: z.optional(z.number()),
  changeSummary: z.optional(z.unknown()),
  maybeCorrupt: z._default(z.boolean(), false),
});

// A plan without resources leaves out all but the duration; a preview that could not even start prints {}.
const FIELDS = Object.keys(documentSchema.shape).join(", ");

function fromDocument(document: Record<string, unknown>): Preview {
  const strange = Object.keys(document).filter((name) => !(name in documentSchema.shape));
  if ("result" in document && ("summary" in document || "resources" in document)) {
    throw new InputError(`${EXPECTED}; got the summary of '--output json', which shows no values: ${RERUN}.`);
  }
  const { success, data } = z.safeParse(documentSchema, document);
  if (!success || (strange.length > 0 && data.steps?.length === 0)) {
    throw new InputError(`${EXPECTED}; got a JSON document with other fields than ${FIELDS}: ${RERUN}.`);
  }
  const { steps, unreadable } = stepsOf(data.steps ?? []);
  const said = diagnosticsOf(data.diagnostics ?? []);
  const end = "changeSummary" in document || "duration" in document ? null : DID_NOT_END;
  return {
    ...{ form: "document", steps, diagnostics: said.diagnostics, unreadable: [...unreadable, ...said.unreadable] },
    ...summaryOf(data.changeSummary, data.maybeCorrupt, end),
  };
}

const message = z._default(z.string(), "");
// What an engine event may hold. Of some kinds the review reads nothing; a kind that is not here stops it.
const eventSchema = z.strictObject({
  sequence: z.number(),
  timestamp: z.optional(z.number()),
  resourcePreEvent: z.optional(z.object({ metadata: record })),
  diagnosticEvent: z.optional(record),
  summaryEvent: z.optional(
    z.object({
      result: z._default(z.string(), "succeeded"),
      maybeCorrupt: z._default(z.boolean(), false),
      resourceChanges: z.optional(z.unknown()),
      isPreview: z._default(z.boolean(), true),
    }),
  ),
  errorEvent: z.optional(z.object({ error: message })),
  resOpFailedEvent: z.optional(record),
  policyEvent: z.optional(z.object({ message, enforcementLevel: message })),
  ...Object.fromEntries(
    ["cancel", "stdout", "prelude", "resOutputs", "policyRemediation", "policyLoad", "policyAnalyzeSummary"]
      .concat(["policyRemediateSummary", "policyAnalyzeStackSummary", "startDebugging", "progress"])
      .map((kind) => [`${kind}Event`, z.optional(z.unknown())]),
  ),
});

function lineOf(line: string, index: number): Record<string, unknown> {
  const event = z.safeParse(record, parseJson(line)).data;
  if (event && "sequence" in event) return event;
  throw new InputError(
    `${EXPECTED}, of one stack and in full; line ${index + 1} is neither an engine event nor part of one JSON document: ${RERUN}.`,
  );
}

function fromEvents(lines: readonly Record<string, unknown>[]): Preview {
  const parsed = lines.map((line) => z.safeParse(eventSchema, line));
  const events = parsed.flatMap(({ data }) => data ?? []);
  const strange = parsed.filter(({ success }) => !success).map(() => "an engine event of an unknown kind");
  const summaries = events.flatMap(({ summaryEvent }) => summaryEvent ?? []);
  if (summaries.length > 1) throw new InputError(`${EXPECTED}, of one stack; got those of ${summaries.length} runs.`);
  const [summary] = summaries;
  if (summary?.isPreview === false) throw new InputError(`${EXPECTED}; got that of an update which is done already.`);
  const steps = stepsOf(events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []));
  const said = diagnosticsOf(events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []));
  const end = summary?.result === "succeeded" ? null : DID_NOT_END;
  const { counts, failures } = summaryOf(summary?.resourceChanges, summary?.maybeCorrupt === true, end);
  const errors = events.flatMap(({ errorEvent, resOpFailedEvent, policyEvent }) => [
    ...(errorEvent ? [errorEvent.error] : []),
    ...(resOpFailedEvent ? ["A resource of the preview failed."] : []),
    // Anything but advice stops an update, or changes what it does.
    ...(policyEvent && policyEvent.enforcementLevel !== "advisory" ? [policyEvent.message] : []),
  ]);
  const { diagnostics } = said;
  const unreadable = [...steps.unreadable, ...said.unreadable, ...strange];
  return { form: "events", steps: steps.steps, counts, diagnostics, unreadable, failures: [...errors, ...failures] };
}

const DID_NOT_END = "The preview did not come to its end. Run it again, and read its own output.";

function summaryOf(counted: unknown, maybeCorrupt: boolean, failure: string | null) {
  const counts = counted === undefined || counted === null ? null : z.safeParse(countsSchema, counted).data;
  const corrupt = "The engine says that its state may be damaged (maybeCorrupt).";
  const unread = "The engine's summary cannot be read.";
  return {
    counts: counts ?? null,
    failures: [failure, maybeCorrupt ? corrupt : null, counts === undefined ? unread : null].filter(
      (one) => one !== null,
    ),
  };
}

function stepsOf(values: readonly unknown[]) {
  const steps: Step[] = [];
  const unreadable: string[] = [];
  for (const [index, value] of values.entries()) {
    const { data, error } = z.safeParse(stepSchema, value);
    if (data) steps.push(data);
    else unreadable.push(`step ${index + 1}, whose '${error?.issues[0]?.path.join(".")}' cannot be read`);
  }
  return { steps, unreadable };
}

const SEVERITIES: readonly string[] = ["debug", "info", "info#err", "warning", "error"];

function diagnosticsOf(values: readonly unknown[]) {
  const diagnostics: Diagnostic[] = [];
  const unreadable: string[] = [];
  for (const value of values) {
    const { data } = z.safeParse(diagnosticSchema, value);
    if (data) diagnostics.push(data);
    if (!data || !SEVERITIES.includes(data.severity)) unreadable.push("a message of a severity that is not known");
  }
  return { diagnostics, unreadable };
}

// It is no plan: it lists what was stored, and not what was found, and would pass for "no changes".
function refuseRefreshAlone(steps: readonly Step[]): void {
  const stacks = steps.filter(({ urn }) => isStack(urn));
  if (stacks.length === 0 || stacks.some(({ op }) => op !== "refresh")) return;
  throw new InputError(
    `${EXPECTED}; got that of 'pulumi refresh', which does not show what it found: run 'topup-review --run -- --refresh'.`,
  );
}
