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
      : fromEvents(document ? [document] : json.split(/\r?\n/).map(eventOf));
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
  const ended = "changeSummary" in document || "duration" in document;
  return {
    form: "document",
    ...stepsOf(data.steps ?? []),
    ...diagnosticsOf(data.diagnostics ?? []),
    ...summaryOf(data.changeSummary, data.maybeCorrupt, ended ? null : DID_NOT_END),
  };
}

const EVENTS: readonly string[] = [
  ...[
    "cancelEvent",
    "stdoutEvent",
    "diagnosticEvent",
    "preludeEvent",
    "summaryEvent",
    "resourcePreEvent",
    "resOutputsEvent",
  ],
  ...["resOpFailedEvent", "policyEvent", "policyRemediationEvent", "policyLoadEvent", "policyAnalyzeSummaryEvent"],
  ...[
    "policyRemediateSummaryEvent",
    "policyAnalyzeStackSummaryEvent",
    "startDebuggingEvent",
    "progressEvent",
    "errorEvent",
  ],
];

const summarySchema = z.object({
  result: z._default(z.string(), "succeeded"),
  maybeCorrupt: z._default(z.boolean(), false),
  resourceChanges: z.optional(z.unknown()),
});

const failureSchema = z.object({
  errorEvent: z.optional(z.object({ error: z._default(z.string(), "") })),
  resOpFailedEvent: z.optional(record),
  policyEvent: z.optional(z.object({ message: z._default(z.string(), ""), enforcementLevel: z.optional(z.string()) })),
});

function eventOf(line: string, index: number): Record<string, unknown> {
  const event = z.safeParse(record, parseJson(line)).data;
  if (event && "sequence" in event) return event;
  throw new InputError(
    `${EXPECTED}, of one stack and in full; line ${index + 1} is neither an engine event nor part of one JSON document: ${RERUN}.`,
  );
}

function fromEvents(events: readonly Record<string, unknown>[]): Preview {
  const metadata = z.object({ metadata: record });
  const before = events.filter((event) => "resourcePreEvent" in event);
  const steps = stepsOf(before.map((event) => z.safeParse(metadata, event.resourcePreEvent).data?.metadata ?? {}));
  const summaries = events.filter((event) => "summaryEvent" in event).map((event) => event.summaryEvent);
  if (summaries.length > 1) throw new InputError(`${EXPECTED}, of one stack; got those of ${summaries.length} runs.`);
  const summary = z.safeParse(summarySchema, summaries[0]).data;
  const { failures, ...counted } = summaryOf(summary?.resourceChanges, summary?.maybeCorrupt === true, null);
  const strange = events.flatMap((event) =>
    Object.keys(event).filter((name) => /Event$/.test(name) && !EVENTS.includes(name)),
  );
  const diagnostics = diagnosticsOf(events.flatMap(({ diagnosticEvent: said }) => (said === undefined ? [] : [said])));
  return {
    form: "events",
    ...steps,
    ...counted,
    diagnostics: diagnostics.diagnostics,
    unreadable: [...steps.unreadable, ...diagnostics.unreadable, ...strange.map((name) => `an event '${name}'`)],
    failures: [
      ...events.flatMap(failureIn),
      ...failures,
      ...(summary === undefined || summary.result !== "succeeded" ? [DID_NOT_END] : []),
    ],
  };
}

function failureIn(event: Record<string, unknown>): readonly string[] {
  const { success, data } = z.safeParse(failureSchema, event);
  if (!success) return ["The preview reports an error that cannot be read."];
  const { errorEvent, resOpFailedEvent, policyEvent } = data;
  if (errorEvent) return [errorEvent.error];
  if (resOpFailedEvent) return ["A resource of the preview failed."];
  // Anything but advice stops an update, or changes what it does.
  return policyEvent && policyEvent.enforcementLevel !== "advisory" ? [policyEvent.message] : [];
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
