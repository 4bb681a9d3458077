// A failed call as a gRPC status, and with it what the engine must keep of a resource whose initialization failed. serve.ts calls
// it. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/errors.proto
import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { explainError, UnconfirmedError } from "../topup/errors";
import { toStruct } from "./struct";

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
