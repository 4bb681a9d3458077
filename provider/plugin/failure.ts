// Owns how a failed call is told to the engine: words in a status, and with them what the engine must keep of a resource that is not
// finished. It must not know what was called. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/errors.proto
import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { explainError, UnconfirmedError } from "../core/errors";
import { toStruct } from "./struct";

export function failureOf(error: unknown): Partial<grpc.StatusObject> {
  const details = explainError(error);
  const failure = { code: grpc.status.UNKNOWN, details };
  if (!(error instanceof UnconfirmedError)) return failure;
  const unfinished = new ErrorResourceInitFailed()
    .setId(error.accountId)
    .setProperties(toStruct({ ...error.state }))
    .setReasonsList([details]);
  const packed = new Any();
  packed.pack(unfinished.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(details).setDetailsList([packed]);
  const metadata = new grpc.Metadata();
  // Where gRPC keeps a status with details.
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { ...failure, metadata };
}
