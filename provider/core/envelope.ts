// Owns the envelope of an answer: how it is opened, and how one that is missing or refuses is told. It must not know what was asked for.
import type { ApiFailure } from "./errors";
import { type Envelope, parseEnvelope } from "./model";
import type { Exchange } from "./sdk";

/** The envelope around every answer; null where there is none. */
export function openEnvelope(text: string): Envelope | null {
  try {
    return parseEnvelope(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What is wrong with an answer that did not bring what was asked for. */
export function explain(
  { status, text, requestId }: Exchange,
  envelope: Envelope | null,
): Omit<ApiFailure, "attempt" | "accountId" | "doubtful"> {
  const facts = { status, requestId, reasons: envelope?.errors ?? [], advice: null };
  if (status === null) return { ...facts, problem: text };
  if (!envelope)
    return { ...facts, problem: text ? `not in the API's form: "${text.slice(0, 120)}"` : "an empty answer" };
  if (!envelope.success) return { ...facts, problem: "success: false, without a reason" };
  return { ...facts, problem: `an unexpected result: ${inJson(envelope.result ?? null)}` };
}

// Brackets in brackets can be parsed deeper than they can be written.
function inJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "nested too deeply to be shown";
  }
}
