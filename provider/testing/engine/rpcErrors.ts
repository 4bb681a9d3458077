// Reads what a failed gRPC call says, including the details that tell of a resource that exists but is not ready.
// https://github.com/pulumi/pulumi/blob/master/proto/pulumi/errors.proto
import type { ServiceError } from "@grpc/grpc-js";
import { ProviderError } from "./providerClient";
import type { Sdk } from "./sdk";
import type { Properties } from "./values";

export function toProviderError(sdk: Sdk, error: ServiceError): ProviderError {
  const { UNIMPLEMENTED, UNAVAILABLE } = sdk.grpc.status;
  const partial = readPartial(sdk, error);
  if (error.code === UNAVAILABLE) {
    return new ProviderError(
      `The provider's process ended or closed its connection during the call (${error.details}).`,
    );
  }
  return new ProviderError(error.details, { unimplemented: error.code === UNIMPLEMENTED, partial });
}

/** Node's gRPC hands over the details of a status as bytes in a trailer. */
function readPartial(sdk: Sdk, error: ServiceError): ProviderError["partial"] {
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (bytes === undefined || typeof bytes === "string") return null;
  const name = "pulumirpc.ErrorResourceInitFailed";
  const details = sdk.statusPb.Status.deserializeBinary(bytes).getDetailsList();
  const packed = details.find((each) => each.getTypeName() === name);
  if (packed === undefined) return null;
  const failed = sdk.providerPb.ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
  const outputs = failed.getProperties()?.toJavaScript() as Properties | undefined;
  const inputs = failed.getInputs()?.toJavaScript() as Properties | undefined;
  return {
    state: { id: failed.getId(), outputs: outputs ?? {}, inputs: inputs ?? null },
    reasons: failed.getReasonsList(),
  };
}
