// The engine service: where the program and its providers send what they log.
// https://github.com/pulumi/pulumi/blob/master/proto/pulumi/engine.proto
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/engine_pb";
import type { Severity } from "./contract";
import type { Reporter } from "./reporter";
import type { Sdk } from "./sdk";

/** By the wire's number. Debug messages are dropped, as by the CLI: those of the SDK hold secrets in plain text. */
const severities: readonly (Severity | null)[] = [null, "info", "warning", "error"];

/** `isAbandoned` is true once a failed run has let go of the program, which then only complains of that. */
export function engineHandlers(sdk: Sdk, reporter: Reporter, isAbandoned: () => boolean) {
  let root = "";
  const { GetRootResourceResponse, SetRootResourceResponse } = sdk.enginePb;
  return {
    log(call: ServerUnaryCall<pb.LogRequest, unknown>, answer: sendUnaryData<unknown>): void {
      const { request } = call;
      const severity = severities[request.getSeverity()] ?? null;
      // Status messages are for a display that is drawn over; the next one replaces them.
      if (severity !== null && !request.getEphemeral() && !isAbandoned()) {
        reporter.diagnose(severity, request.getMessage(), request.getUrn());
      }
      answer(null, new sdk.emptyPb.Empty());
    },
    getRootResource(_call: unknown, answer: sendUnaryData<pb.GetRootResourceResponse>): void {
      answer(null, new GetRootResourceResponse().setUrn(root));
    },
    setRootResource(
      call: ServerUnaryCall<pb.SetRootResourceRequest, unknown>,
      answer: sendUnaryData<pb.SetRootResourceResponse>,
    ): void {
      root = call.request.getUrn();
      answer(null, new SetRootResourceResponse());
    },
  };
}
