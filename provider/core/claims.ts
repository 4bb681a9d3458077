// Owns the memory of one engine run: which accounts a resource of this run declares. It must not outlive the run, nor make
// a request.
import { type CheckedInputs, type TopupInputs, UNKNOWN } from "./model";

/** Other processes of the same run, which have claims of their own. */
export interface Siblings {
  /** Tells them that this one declares the account. */
  declare(accountId: string): void;
  /** Whether one of them does. */
  declares(accountId: string): boolean;
}

const ALONE: Siblings = { declare() {}, declares: () => false };

const VALUES = ["amount", "threshold", "enabled"] as const;

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
  private readonly kept = new Map<string, TopupInputs | null>();

  constructor(private readonly siblings: Siblings = ALONE) {}

  /**
   * Claims the account for these inputs; returns the inputs of another resource of this run that has it, or null.
   *
   * @param name the resource's name; null where the door is not told it.
   */
  take(inputs: TopupInputs, name: string | null = null): TopupInputs | null {
    const holder = this.holderOf(inputs.accountId);
    if (holder) return holder;
    this.claims.set(inputs.accountId, { inputs, name, failed: false });
    this.siblings.declare(inputs.accountId);
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
   * Remembers the account of a resource that was there before this run and stays; returns the inputs of another one that has it with
   * other values, or null. Only a check tells that it stays: a refresh asks for a diff of everything in the state, also of what is
   * deleted next.
   */
  keep(inputs: CheckedInputs): TopupInputs | null {
    const accountId = String(inputs.accountId);
    if (!this.checked.has(accountId)) return null;
    const other = this.holderOf(accountId) ?? this.kept.get(accountId) ?? null;
    this.kept.set(accountId, isKnown(inputs) ? inputs : null);
    this.siblings.declare(accountId);
    return other && isKnown(inputs) && VALUES.some((name) => other[name] !== inputs[name]) ? other : null;
  }

  /** Whether a resource that was there before this run, or one of another process, has the account. */
  keeps(accountId: string): boolean {
    return this.kept.has(accountId) || this.siblings.declares(accountId);
  }

  declares(accountId: string): boolean {
    return this.claims.has(accountId) || this.keeps(accountId);
  }

  /** The name of the resource that declares the account; null where it is not known. */
  nameFor(accountId: string): string | null {
    return this.claims.get(accountId)?.name ?? null;
  }

  private holderOf(accountId: string): TopupInputs | null {
    const claim = this.claims.get(accountId);
    return claim && !claim.failed ? claim.inputs : null;
  }
}

/** What is not known yet may turn out to be the same. */
function isKnown(inputs: CheckedInputs): inputs is TopupInputs {
  return VALUES.every((name) => inputs[name] !== UNKNOWN);
}
