// Owns the shape of what `pulumi preview --json` prints: one document, or, with PULUMI_ENABLE_STREAMING_JSON_PREVIEW, one
// event per line. It must not know what the resources are.
import { fromEvents } from "./events";
import { type Fields, fieldsOf, listOf } from "./fields";
import { type Diagnostic, diagnosticOf, type Step, stepOf } from "./step";
import { isStack } from "./urn";

export interface Preview {
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
  /** False where the engine says that the preview did not come to its end. */
  readonly complete: boolean;
  /** How many resources stay the same, as the engine counts them; it lists them only with --show-sames, or as events. */
  readonly sames: number;
}

/** The input is not what `pulumi preview --json` prints. The message is for the user. */
export class NotAPreview extends Error {}

const EXPECTED = "Expected what 'pulumi preview --json' prints";

/**
 * @param text the whole output of `pulumi preview --json`.
 * @throws NotAPreview for anything else, with what to do.
 */
export function readPreview(text: string): Preview {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") {
    throw new NotAPreview(
      `${EXPECTED}, got nothing: the preview failed before it made a plan, see its own error output.`,
    );
  }
  const document = fieldsOf(parse(trimmed));
  if (document && !("sequence" in document)) return fromDocument(document);
  return fromEvents(document ? [document] : trimmed.split(/\r?\n/).map(eventOf));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function eventOf(line: string, index: number): Fields {
  const event = fieldsOf(parse(line));
  if (event && "sequence" in event) return event;
  throw new NotAPreview(`${EXPECTED}, but line ${index + 1} is neither part of one JSON document nor an engine event.`);
}

// A plan without resources leaves out all but the duration; a preview that could not even start prints {}.
const FIELDS: readonly string[] = ["steps", "diagnostics", "changeSummary", "duration"];

function fromDocument(document: Fields): Preview {
  const names = Object.keys(document);
  if (names.length > 0 && !names.some((name) => FIELDS.includes(name))) {
    throw new NotAPreview(`${EXPECTED}, got a JSON document with none of its fields (${FIELDS.join(", ")}).`);
  }
  const steps = listOf(document.steps).map((step) => stepOf(step, "oldState", "newState"));
  refuseRefreshAlone(steps);
  return {
    steps,
    diagnostics: listOf(document.diagnostics).map(diagnosticOf),
    complete: "changeSummary" in document || "duration" in document,
    sames: countOf(fieldsOf(document.changeSummary)?.same),
  };
}

function countOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

// As a document it lists what was stored, and not what was found: it would pass for "no changes".
function refuseRefreshAlone(steps: readonly Step[]): void {
  const stacks = steps.filter(({ urn }) => isStack(urn));
  if (stacks.length === 0 || stacks.some(({ op }) => op !== "refresh")) return;
  throw new NotAPreview(
    `${EXPECTED}, got that of 'pulumi refresh', which hides what it found: use 'pulumi preview --refresh --json'.`,
  );
}
