// Which resource of this engine run declares which account, and what has become of it. It outlives no run, makes no request, and
// does not decide what a declaration allows.

import { type Amounts, sameAmounts } from "../cloudflare/answers";
import type { Declaration, PriorState, Resource } from "./model";

/** The other provider processes of the same run, which have declarations of their own. */
export interface OtherProcesses {
  publish(accountId: string, declaration: Declaration): void;
  find(accountId: string): Declaration | null;
}

const NONE: OtherProcesses = { publish() {}, find: () => null };

/**
 * An account has one config, so one resource declares it. The engine creates before it deletes, and decides about deletes alone: only
 * what is remembered here keeps the delete of a renamed resource from removing what the new name declares.
 */
export class Declarations {
  private readonly declared = new Map<string, Declaration>();
  private readonly amountsInState = new Map<string, Amounts>();
  private readonly unmanaged = new Set<string>();
  private anonymous = 0;

  constructor(private readonly others: OtherProcesses = NONE) {}

  /**
   * Remembers that the program declares the account; returns the other resource that declares it as well, or null.
   *
   * @param resource null where its identity did not reach the provider; it is then taken for the one that was there.
   */
  check(accountId: string, resource: Resource | null): Resource | null {
    const own = this.declared.get(accountId);
    const other = own ?? this.others.find(accountId);
    if (other && resource && other.key !== resource.key && !isUnnamed(other)) return other;
    // A second check comes before a replacement: the state does not keep this resource as it is.
    if (!own || own.progress === "stored")
      this.set(accountId, { ...(own ?? resource ?? this.unnamed()), progress: "checked" });
    return null;
  }

  /**
   * Remembers that the state holds the account, and goes on to. Without a check before it, a diff proves nothing: a refresh asks for one of
   * everything in the state, also of what is deleted next.
   *
   * @param key of the resource that the diff is about; null where the provider does not know it.
   */
  store(accountId: string, { amount, threshold, enabled }: PriorState, key: string | null): void {
    const own = this.declared.get(accountId);
    if (own?.progress !== "checked" || (key !== null && key !== own.key)) return;
    this.set(accountId, { ...own, progress: "stored" });
    if (enabled && amount && threshold) this.amountsInState.set(accountId, { amount, threshold });
  }

  /** Remembers what came of a create, or that the check refused it. */
  created(accountId: string, progress: "created" | "failed"): void {
    this.set(accountId, { ...(this.declared.get(accountId) ?? this.unnamed()), progress });
  }

  /** Remembers an account that the program reads without managing it. */
  read(accountId: string): void {
    this.unmanaged.add(accountId);
  }

  isRead(accountId: string): boolean {
    return this.unmanaged.has(accountId);
  }

  /** The declaration of an account, in this process or in another one of the run. */
  find(accountId: string): Declaration | null {
    return this.declared.get(accountId) ?? this.others.find(accountId);
  }

  /** Whether these are the amounts that the state holds for the very resource that declares the account. */
  isInState(accountId: string, amounts: Amounts): boolean {
    return sameAmounts(this.amountsInState.get(accountId) ?? null, amounts);
  }

  private set(accountId: string, declaration: Declaration): void {
    this.declared.set(accountId, declaration);
    this.others.publish(accountId, declaration);
  }

  private unnamed(): Resource {
    this.anonymous += 1;
    return { key: `${UNNAMED} ${this.anonymous}`, name: "a resource of this run" };
  }
}

const UNNAMED = "unnamed";

// Whose identity did not reach the provider: it may be any resource, the one that is checked included.
function isUnnamed({ key }: Resource): boolean {
  return key.startsWith(UNNAMED);
}
