// Owns the memory of one engine run: which accounts a resource of this run declares. It must not outlive the run, nor make
// a request.
import type { TopupInputs } from "./model";

interface Claim {
  inputs: TopupInputs;
  failed: boolean;
}

/**
 * One config per account, so one resource per account. The engine creates before it deletes: when a resource was renamed,
 * the delete under the old name comes after the create under the new one, and would remove what that one stands for.
 */
export class Claims {
  private readonly claims = new Map<string, Claim>();

  /** Claims the account for these inputs; returns the inputs of another resource of this run that has it, or null. */
  take(inputs: TopupInputs): TopupInputs | null {
    const holder = this.claims.get(inputs.accountId);
    if (holder && !holder.failed) return holder.inputs;
    this.claims.set(inputs.accountId, { inputs, failed: false });
    return null;
  }

  /** Lets a failed operation be tried again. The account stays declared: a delete under another name must still spare it. */
  fail(accountId: string): void {
    const claim = this.claims.get(accountId);
    if (claim) claim.failed = true;
  }

  declares(accountId: string): boolean {
    return this.claims.has(accountId);
  }
}
