// The guard against POST /billing/topup, which charges the card at once: a run that calls it has failed, whatever the credentials, the
// account or the scripted faults. The server asks it first about every request.
import { type Answer, refuse } from "./envelope";

/** Remembers every attempt to charge. */
export class ChargeGuard {
  readonly #attempts: string[] = [];

  get count(): number {
    return this.#attempts.length;
  }

  /** Whether the call is a charge, however its path is spelt. */
  catches(method: string, path: string): boolean {
    return method === "POST" && /\/billing\/+topup\/*$/i.test(decoded(path));
  }

  /** Marks the run as failed. Told not to retry, the SDK reports it the first time. */
  refuse(path: string): Answer {
    this.#attempts.push(path);
    const message = `POST ${path} charges the card at once. Nothing may call it: this simulator run has failed.`;
    process.stderr.write(`billing simulator: ${message}\n`);
    return refuse(500, [{ code: 1000, message }], { "x-should-retry": "false" });
  }

  /** Throws if there was an attempt. */
  verify(): void {
    if (this.#attempts.length === 0) return;
    const paths = [...new Set(this.#attempts)].map((path) => `POST ${path}`).join(", ");
    throw new Error(
      `The billing simulator was asked ${this.#attempts.length} time(s) to charge a card at once (${paths}). ` +
        "On a real account that is money spent. Find the caller: auto top-up is set through '/billing/topup/config' only.",
    );
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
