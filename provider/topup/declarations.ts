// Which resource of this engine run declares which account, and what has become of it. The lifecycle asks it before it deletes and when it
// checks. It lasts as long as the run, and makes no request.
import { type Amounts, sameAmounts } from "../cloudflare/answers";
import type { Declaration, PriorState, Resource } from "./model";

/** The other provider processes of the same run, which have declarations of their own. */
export interface OtherProcesses {
  /** From now on they can ask which resource of this process declares an account. */
  answer(find: (accountId: string) => Declaration | null): void;
  /** Asks them. */
  find(accountId: string): Promise<Declaration | null>;
}

const NONE: OtherProcesses = { answer() {}, find: async () => null };

/**
 * An account has one config, so one resource declares it. The engine creates before it deletes, and decides about deletes alone: only
 * what is remembered here keeps the delete of a renamed resource from removing what the new name declares.
 */
export class Declarations {
  private readonly declared = new Map<string, Declaration>();
  private readonly amountsInState = new Map<string, Amounts>();
  private readonly readOnly = new Set<string>();

  constructor(private readonly others: OtherProcesses = NONE) {
    others.answer((accountId) => this.declared.get(accountId) ?? null);
  }

  /**
   * Remembers that the program declares the account; returns the other resource that declares it as well, or null. One whose identity did
   * not reach the provider is taken for the one that was there.
   */
  async declare(accountId: string, resource: Resource | null): Promise<Resource | null> {
    const own = this.declared.get(accountId);
    if (own && conflicts(own, resource)) return own;
    // A second check comes before a replacement: the state does not keep this resource as it is. It is remembered before the others are asked,
    // so that of two checks at once, in whichever process, at least one sees the other.
    if (!own || own.progress === "stored") this.settle(accountId, "checked", own ?? resource ?? UNNAMED);
    const other = own ? null : await this.others.find(accountId);
    if (!other || !conflicts(other, resource)) return null;
    this.settle(accountId, "failed");
    return other;
  }

  /** Remembers what the state holds of the very resource that declares the account. */
  remember(accountId: string, { amount, threshold, enabled }: PriorState): void {
    if (enabled && amount && threshold) this.amountsInState.set(accountId, { amount, threshold });
  }

  /**
   * Remembers that the state holds the account, and goes on to. Without a check before it, a diff proves nothing: a refresh asks for one of
   * everything in the state, also of what is deleted next.
   */
  keep(accountId: string, prior: PriorState, key: string | null): void {
    const own = this.declared.get(accountId);
    if (own?.progress !== "checked" || (key !== null && key !== own.key)) return;
    this.settle(accountId, "stored");
    this.remember(accountId, prior);
  }

  /** Remembers how far the account's declaration has come. */
  settle(accountId: string, progress: Declaration["progress"], resource: Resource | null = null): void {
    const { key, name } = resource ?? this.declared.get(accountId) ?? UNNAMED;
    this.declared.set(accountId, { key, name, progress });
  }

  /** Remembers an account that the program reads without managing it. */
  read(accountId: string): void {
    this.readOnly.add(accountId);
  }

  isRead(accountId: string): boolean {
    return this.readOnly.has(accountId);
  }

  /** The declaration of an account, in this process or in another one of the run. */
  async find(accountId: string): Promise<Declaration | null> {
    return this.declared.get(accountId) ?? (await this.others.find(accountId));
  }

  /** Whether these are the amounts that the state holds for the very resource that declares the account. */
  isInState(accountId: string, amounts: Amounts): boolean {
    return sameAmounts(this.amountsInState.get(accountId) ?? null, amounts);
  }
}

// Its identity did not reach the provider: it may be any resource, the one that is checked included.
const UNNAMED: Resource = { key: "unnamed", name: "a resource of this run" };

function conflicts(other: Resource, resource: Resource | null): boolean {
  return resource !== null && other.key !== resource.key && other.key !== UNNAMED.key;
}
