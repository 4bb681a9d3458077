// What is compared of a run, however it was played: not the words, and not the order of what has no order.
import { type Answer, failed, reduced } from "./messages";
import type { Call, Recording, Run } from "./recording";

export interface Outcome {
  /** Each call with its answer, in the order in which they were sent. */
  readonly answers: readonly (readonly [string, Answer])[];
  /** What the endpoint saw, one account after the other. */
  readonly http: readonly string[];
  readonly remote: Run["remote"];
  /** The accounts that warnings are about. */
  readonly warned: readonly string[];
}

/** What the recording says of each run. */
export function recorded({ runs }: Recording): Outcome[] {
  return runs.map(({ calls, http, remote, state, diagnostics = [] }) => ({
    answers: calls.filter(isPlayed).map((call) => [titleOf(call), answerOf(call, state)]),
    http: byAccount(http),
    remote,
    warned: accountsIn(diagnostics.filter((text) => text.startsWith("warning:"))),
  }));
}

function answerOf({ request, response, error, noAnswer }: Call, state: Run["state"]): Answer {
  if (noAnswer) return { noAnswer };
  if (error === undefined) return reduced(response ?? {});
  return failed(state.some(({ urn, initErrors }) => urn === request.urn && initErrors !== undefined));
}

/** How processes begin and end is not a call that can be compared. */
export function isPlayed({ method }: Call): boolean {
  return method !== "Handshake" && method !== "Cancel";
}

export function titleOf({ method, to, request }: Call): string {
  return [
    method,
    String(request.urn ?? request.tok)
      .split("::")
      .at(-1),
    to,
  ]
    .filter(Boolean)
    .join(" ");
}

export function accountsIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(/\b[0-9a-f]{32}\b/g) ?? []))].sort();
}

/** Requests for different accounts overlap in any order. */
export function byAccount(lines: readonly string[]): string[] {
  const account = (line: string) => line.split(" ")[1] ?? "";
  return [...lines].sort((one, other) => account(one).localeCompare(account(other)));
}

/** What a live run is compared by: as above, with what the engine asked and what it stored, and without the order among resources. */
export function engineSide(recording: Recording): unknown[] {
  const outcomes = recorded(recording);
  return recording.runs.map(({ command, exit, calls, state, pending }, index) => {
    const { answers = [], ...outcome } = outcomes[index] ?? {};
    const asked = calls
      .filter(isPlayed)
      .map(({ request }, at) => ({ answer: answers[at], request: withoutKeys(request) }));
    const key = ({ answer: [title] = ["", {}] }: (typeof asked)[number]) => title.split(" ").slice(1).join(" ");
    return {
      ...{ command, exit, ...outcome },
      asked: asked.sort((one, other) => key(one).localeCompare(key(other))),
      state: [...state]
        .sort((one, other) => `${one.urn}${one.id}`.localeCompare(`${other.urn}${other.id}`))
        .map(withoutKeys),
      pending: pending.length,
    };
  });
}

/** Without the numbers of ids, which are given in the order of their coming, and without words. */
function withoutKeys(value: object): unknown {
  const dropped = ["initErrors", "__resource"];
  const text = JSON.stringify(value, (name, one) => (dropped.includes(name) ? undefined : one));
  return JSON.parse(text.replace(/<uuid \d+>/g, "<uuid>"));
}
