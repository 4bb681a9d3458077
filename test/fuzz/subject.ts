// What may be sent a message.
import type { Method, ProviderCalls } from "./requests";

/** What came back: the response's bytes, or a status. */
export type Answer = { response: Buffer } | { code: number; text: string };

export interface Subject {
  readonly provider: ProviderCalls;
  /** What the host needs in everything it is sent. */
  readonly added: Record<string, unknown>;
  /** What was logged, to the engine and on standard error, since the last call. */
  said(): string[];
  send(method: Method, bytes: Buffer): Promise<Answer>;
  /** Makes it as it was at the start, in a new process. */
  renew(): Promise<void>;
  /** Gives it the settings that it started with. */
  configure(): Promise<void>;
  stop(): Promise<void>;
}

/** What is read from something damaged: null where that fails. Bytes that are no such message gRPC answers by itself. */
export function parse<T, From = Buffer>(read: (from: From) => T, from: From): T | null {
  try {
    return read(from);
  } catch {
    return null;
  }
}
