// What a failed gRPC call carries: its message, its code, and what the engine is to keep of a resource with an initialization error.
// https://github.com/pulumi/pulumi/blob/master/proto/pulumi/errors.proto
import type { Metadata } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

export type GrpcError = Error & { details: string; code: number; metadata?: Metadata };

export interface InitError {
  readonly id: string;
  readonly properties: Record<string, unknown>;
  readonly reasons: readonly string[];
}

/** A call that failed. */
export class CallError extends Error {
  readonly code: number;
  /** Null where the engine keeps the state that it had. */
  initError: InitError | null;

  constructor({ details, code, metadata }: GrpcError) {
    super(details);
    this.code = code;
    this.initError = initErrorIn(metadata);
  }

  /** The same error, whose resource with an initialization error has these properties. */
  keeping(change: (properties: InitError["properties"]) => InitError["properties"]): this {
    const { initError } = this;
    this.initError = initError && { ...initError, properties: change(initError.properties) };
    return this;
  }
}

function initErrorIn(metadata: Metadata | undefined): InitError | null {
  const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!bytes || typeof bytes === "string") return null;
  const [packed] = Status.deserializeBinary(bytes).getDetailsList();
  if (packed?.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") return null;
  const failed = ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
  const properties = (failed.getProperties()?.toJavaScript() ?? {}) as InitError["properties"];
  return { id: failed.getId(), properties, reasons: failed.getReasonsList() };
}
