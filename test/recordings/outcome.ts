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
