// Reads the engine's events, one per line, into a preview. It must not know what the resources are.
import { type Fields, fieldsOf } from "./fields";
import type { Preview } from "./preview";
import { diagnosticOf, type Step, stepOf } from "./step";

// A refresh step learns what is live only in its second event; every other step is complete in its first.
export function fromEvents(events: readonly Fields[]): Preview {
  const steps: Step[] = [];
  for (const event of events) {
    const before = fieldsOf(event.resourcePreEvent);
    const after = fieldsOf(event.resOutputsEvent);
    if (before) steps.push(stepOf(before.metadata, "old", "new"));
    if (after) replaceRefresh(steps, stepOf(after.metadata, "old", "new"));
  }
  const summary = events.map((event) => fieldsOf(event.summaryEvent)).find((found) => found !== null);
  return {
    steps,
    diagnostics: events.flatMap(({ diagnosticEvent: said }) => (said === undefined ? [] : [diagnosticOf(said)])),
    complete: summary !== undefined && summary?.result !== "failed",
    // As events, every resource is listed.
    sames: 0,
  };
}

function replaceRefresh(steps: Step[], outcome: Step): void {
  const at = steps.map(({ urn }) => urn).lastIndexOf(outcome.urn);
  if (steps[at]?.op === "refresh") steps[at] = { ...outcome, op: "refresh" };
}
