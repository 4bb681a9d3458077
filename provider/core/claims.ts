// Owns the memory of one engine run: which accounts a resource of this run declares. It must not outlive the run, nor make
// a request.
import type { TopupInputs } from "./model";

interface Claim {
  inputs: TopupInputs;
  name: string | null;
  failed: boolean;
}

/**
 * One config per account, so one resource per account. The engine creates before it deletes: when a resource was renamed,
 * the delete under the old name comes after the create under the new one, and would remove what that one stands for.
 */
export class Claims {
  private readonly claims = new Map<string, Claim>();
  private readonly checked = new Set<string>();
  private readonly kept = new Set<string>();

  /**
   * Claims the account for these inputs; returns the inputs of another resource of this run that has it, or null.
   *
   * @param name the resource's name; null where the door is not told it.
   */
  take(inputs: TopupInputs, name: string | null = null): TopupInputs | null {
    const holder = this.claims.get(inputs.accountId);
    if (holder && !holder.failed) return holder.inputs;
    this.claims.set(inputs.accountId, { inputs, name, failed: false });
    return null;
  }

  /** Lets a failed operation be tried again. The account stays declared: a delete under another name must still spare it. */
  fail(accountId: string): void {
    const claim = this.claims.get(accountId);
    if (claim) claim.failed = true;
  }

  /** Remembers an account that the program of this run declares. */
  check(accountId: string): void {
    this.checked.add(accountId);
  }

  /**
   * Remembers the account of a resource that was there before this run and stays. Only a check tells that it stays: a refresh
   * asks for a diff of everything in the state, also of what is deleted next.
   */
  keep(accountId: string): void {
    if (this.checked.has(accountId)) this.kept.add(accountId);
  }

  /** Whether a resource that was there before this run has the account, and stays. */
  keeps(accountId: string): boolean {
    return this.kept.has(accountId);
  }

  declares(accountId: string): boolean {
    return this.claims.has(accountId) || this.kept.has(accountId);
  }

  /** The name of the resource that declares the account; null where it is not known. */
  nameFor(accountId: string): string | null {
    return this.claims.get(accountId)?.name ?? null;
  }
}
