// The failures that the rules add to those of the client, and the message for any failure. Both providers and the commands show it.
import { ApiError, CancelledError, SettingsError } from "../cloudflare/errors";
import { printable } from "../cloudflare/printable";

/** A change that this package refuses to make, though Cloudflare would. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/**
 * A write that may have been applied, though neither an answer nor a read says so. The engine must keep the resource with an initialization error:
 * if it went on from its old state, a change that is taken back in the program would seem to be done, and stay remote.
 */
export class UnconfirmedError extends Error {
  override readonly name = "UnconfirmedError";

  /** @param state what the engine keeps until the next run writes again. */
  constructor(
    { message }: Error,
    readonly accountId: string,
    readonly state: object,
  ) {
    super(message);
  }
}

const EXPLAINED = [SettingsError, RefusedError, CancelledError, UnconfirmedError, ApiError];

/** The message for any failure. What is not one of ours is a bug, and says so instead of a stack trace. */
export function explainError(error: unknown): string {
  // Half a character would end the process: gRPC cannot write it into a status.
  if (EXPLAINED.some((kind) => error instanceof kind)) return (error as Error).message.replace(/\p{Cs}/gu, "\ufffd");
  return `Unexpected failure, please report it: ${printable(error instanceof Error ? error.message : String(error))}`;
}
