// What a promise was rejected with, as a value to compare.
import { SettingsError } from "../../provider/cloudflare/errors";

/** The error; fails where there was none. */
export async function rejectionOf(promise: PromiseLike<unknown>): Promise<unknown> {
  const outcome = await Promise.allSettled([promise]);
  if (outcome[0].status === "fulfilled") throw new Error(`resolved with ${JSON.stringify(outcome[0].value)}`);
  return outcome[0].reason;
}

/** The error's message. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<string> {
  const reason = await rejectionOf(promise);
  return reason instanceof Error ? reason.message : String(reason);
}

/** The setting that was refused; fails where none was. */
export function refusal(work: () => unknown): SettingsError {
  try {
    work();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
