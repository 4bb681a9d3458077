// The gRPC messages that answer the engine, made from plain values. Decides nothing.
import {
  CheckFailure as CheckFailureMessage,
  CheckResponse,
  DiffResponse,
  InvokeResponse,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Properties } from "../pulumi/properties";
import type { CheckFailure } from "../topup/check";
import { toStruct } from "./struct";

export function checked(inputs: Properties, failures: readonly CheckFailure[]): CheckResponse {
  return new CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures.map(failureMessage));
}

export function invoked(result: Properties): InvokeResponse {
  return new InvokeResponse().setReturn(toStruct(result));
}

export function refused(failure: CheckFailure): InvokeResponse {
  return new InvokeResponse().setFailuresList([failureMessage(failure)]);
}

/** Both lists name properties; inputs and outputs share their names, so a change is one of inputs. */
export function differing({ replaces, updates }: Record<"replaces" | "updates", readonly string[]>): DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = DiffResponse.DiffChanges;
  const changed = [...replaces, ...updates];
  const answer = new DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList([...replaces])
    .setDiffsList(changed)
    .setDeletebeforereplace(false)
    .setHasdetaileddiff(true);
  for (const property of changed) {
    const kind = replaces.includes(property) ? PropertyDiff.Kind.UPDATE_REPLACE : PropertyDiff.Kind.UPDATE;
    answer.getDetaileddiffMap().set(property, new PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return answer;
}

function failureMessage({ property, reason }: CheckFailure): CheckFailureMessage {
  return new CheckFailureMessage().setProperty(property).setReason(reason);
}
