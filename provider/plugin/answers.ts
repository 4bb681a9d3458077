// The gRPC messages that answer the engine, made from plain values and from what was thrown. Decides nothing.
import * as grpc from "@grpc/grpc-js";
import {
  CheckFailure as CheckFailureMessage,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  InvokeResponse,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Properties } from "../pulumi/properties";
import type { CheckFailure } from "../topup/check";
import { explainError, UnconfirmedError } from "../topup/errors";
import { toStruct } from "./struct";

export function checked(inputs: Properties, failures: readonly CheckFailure[]): CheckResponse {
  return new CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures.map(failureMessage));
}

export function invoked(result: Properties, ...failures: readonly CheckFailure[]): InvokeResponse {
  return new InvokeResponse().setReturn(toStruct(result)).setFailuresList(failures.map(failureMessage));
}

/** Both lists name properties; inputs and outputs share their names, so a change is one of inputs. */
export function differing({ replaces, updates }: Record<"replaces" | "updates", readonly string[]>): DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = DiffResponse.DiffChanges;
  const changed = [...replaces, ...updates];
  const answer = new DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList([...replaces])
    .setDiffsList(changed)
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

/**
 * A failed call as a status, and with it what the engine must keep of a resource whose initialization failed.
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/errors.proto
 */
export function failureOf(error: unknown): Partial<grpc.StatusObject> {
  const details = explainError(error);
  const failure = { code: grpc.status.UNKNOWN, details };
  if (!(error instanceof UnconfirmedError)) return failure;
  const pending = new ErrorResourceInitFailed()
    .setId(error.accountId)
    .setProperties(toStruct({ ...error.state }))
    .setReasonsList([details]);
  const packed = new Any();
  packed.pack(pending.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(details).setDetailsList([packed]);
  const metadata = new grpc.Metadata();
  // Where gRPC keeps a status with details.
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { ...failure, metadata };
}
