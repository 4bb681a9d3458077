// What the review says of each change, in dollars: what happens to the account, what the card pays, what it was charged, what bounds that. Called
// by each output format, and by findings.ts.
import type { Quote } from "../command/safeText";
import { nameOf, providerOf, typeOf } from "../pulumi/urn";
import { CARD_FEE, cardCharge, formatUsd } from "../topup/money";
import { type Change, equal, type Kept, type Terms } from "./changes";
import { baseOf, chargingIn, guardOf, isOn, staysOnAccount, switchOffOf } from "./effects";
import { describePast, pastIn } from "./past";
import { type Hidden, known, type Shown } from "./preview";
import type { Review } from "./review";
import { boundOf } from "./spendLimits";

/** Everything that is said about a change, account by account: what happens, then the past and the bound. None for what stays the same. */
export function remarksOn(change: Change, review: Review, quote: Quote) {
  const { urn, before, after, recorded, interrupted, ignores } = change;
  const { changes: plan, past, bounds } = review;
  const about = (terms: Terms | null, ...texts: readonly string[]) =>
    texts.map((text) => ({ account: accountOf(terms, urn, quote), text }));
  const sentences = [
    ...about(before ?? recorded, ...driftOf(change), ...moveOf(change, quote)),
    ...about(after, ...becomes(change, plan)),
    ...(interrupted ? about(interrupted, INTERRUPTED) : []),
    ...(staysOnAccount(change) ? [] : about(before, ...endOf(change, plan, quote))),
  ];
  if (sentences.length === 0) return [];
  const end = after ?? before;
  const facts = [
    ...(ignores.length > 0 ? [ignored(change, quote)] : []),
    ...(past && change.kind !== "release" ? [describePast(pastIn(past, end), before, isOn(after) ? after : null)] : []),
  ];
  const charging = chargingIn(change).flatMap((terms) =>
    about(terms, `${describeCard(terms)}; ${boundOf(terms, bounds, quote).text}`),
  );
  return [...sentences, ...about(end, ...facts), ...charging];
}

function describeCard({ amount }: Terms): string {
  const cents = known(amount);
  if (cents === null) return `the card pays ${CARD_FEE * 100}% more than each amount of credits`;
  return `the card pays ${formatUsd(cardCharge(cents))} for each ${formatUsd(cents)} of credits`;
}

const INTERRUPTED = "a replacement that was interrupted earlier has switched auto top-up OFF already";

function ignored({ ignores, kind }: Change, quote: Quote): string {
  const names = ignores.map(quote).join(", ");
  const drift = kind === "drift" ? "'pulumi up' leaves it so: " : "";
  return `${drift}the resource ignores changes of ${names}, so what the program says of them is not applied and not shown here`;
}

/** A delete that switches auto top-up off unless the provider skips it, and what to do. */
export function describeGuard(deleted: Change, heir: Change, quote: Quote): string {
  const guard = "only the provider's own guard keeps auto top-up on";
  const [oldName, newName] = [nameOf(deleted.urn), nameOf(heir.urn)];
  if (deleted.urn === heir.urn)
    return `the plan deletes what an interrupted replacement left over of ${quote(newName)}, which declares the same account; ${guard}`;
  if (typeOf(deleted.urn) === typeOf(heir.urn))
    return (
      `the plan deletes ${quote(oldName)}, while ${quote(newName)} declares the same account; ${guard}, and only in a complete run, without ` +
      "'--target' or '--exclude'"
    );
  // The two providers are two types, and only an alias says that one resource moves from the one to the other.
  const alias = [...(oldName === newName ? [] : [`name: ${quote(oldName)}`]), `type: ${quote(typeOf(deleted.urn))}`];
  return (
    `the plan deletes ${quote(oldName)} of ${providerOf(deleted.urn)}, while ${quote(newName)} of ${providerOf(heir.urn)} declares the same ` +
    `account; ${guard}, in a run with both at this version. To delete nothing, give ${quote(newName)} the alias { ${alias.join(", ")} }`
  );
}

function driftOf({ before, recorded }: Change): readonly string[] {
  if (recorded === null) return [];
  const remote = before ? describe(before) : "it is switched OFF";
  return [`changed outside Pulumi: now ${remote}; the stack had: ${describe(recorded)}`];
}

function moveOf({ from, urn }: Change, quote: Quote): readonly string[] {
  if (from === null) return [];
  const moves =
    typeOf(from) === typeOf(urn)
      ? `is renamed to ${quote(nameOf(urn))}`
      : `of ${providerOf(from)} becomes ${quote(nameOf(urn))} of ${providerOf(urn)}`;
  return [`the resource ${quote(nameOf(from))} ${moves}; auto top-up is not interrupted`];
}

function becomes(change: Change, plan: readonly Change[]): readonly string[] {
  const { kind, after, recorded } = change;
  if (after === null || kind === "same" || kind === "drift") return [];
  const isAdopted = kind !== "update" && known(after.adopt) === true;
  const adopts = isAdopted ? "; any other remote values are overwritten (adopt: true)" : "";
  return [`${recorded ? "after 'pulumi up': " : ""}${setTo(after, baseOf(change, plan), kind === "import")}${adopts}`];
}

function setTo(after: Terms, base: Terms | null, isImport: boolean): string {
  if (!isOn(after)) return becomesOff(base, after);
  const uncertain = "hidden" in after.enabled ? `whether it is on is ${why(after.enabled.hidden)}; if so: ` : "";
  if (base && isOn(base))
    return `${isImport ? "imported into the stack, then set: " : ""}${uncertain}${compare(base, after)}`;
  const verb = isImport ? "imported into the stack" : "auto top-up is switched ON";
  return `${uncertain || `${verb}: `}${describe(after)}`;
}

function becomesOff(before: Terms | null, after: Terms): string {
  if (before && isOn(before)) return `${OFF} (until now: ${describe(before)})`;
  if (before) return `auto top-up stays OFF; kept for later: ${compare(before, after)}`;
  return `auto top-up is declared OFF; kept for later: ${describe({ ...after, enabled: { value: true } })}`;
}

const OFF = "auto top-up is switched OFF: requests will fail once the credits are used up";

// Of a resource that leaves its account: deleted, or replaced by one for another account.
function endOf(change: Change, plan: readonly Change[], quote: Quote): readonly string[] {
  const { kind, before, kept, isLeftover } = change;
  if (before === null || kind === "drift" || kind === "same") return [];
  const now = describe(before);
  if (!isOn(before)) return ["no longer managed by this stack; auto top-up was OFF and stays OFF"];
  if (kept !== null) return [`auto top-up stays ON, no longer managed by this stack${KEPT[kept]}: ${now}`];
  const end = switchOffOf(change, plan);
  const heir = end === "guarded" ? guardOf(change, plan) : null;
  if (heir) return [describeGuard(change, heir, quote)];
  const left = isLeftover ? "; an interrupted replacement left it over" : "";
  if (end === "off") return [`${OFF} (until now: ${now}${left})`];
  return end === null ? ["from now on, another resource declares it; auto top-up is not interrupted"] : [];
}

const KEPT: Readonly<Record<Kept, string>> = {
  retainOnDelete: " ('retainOnDelete')",
  deletedWith: " ('deletedWith': the engine deletes it from the state alone)",
  read: ", which only reads it from now on",
};

function describe(terms: Terms): string {
  if (!isOn(terms)) return "it is switched OFF";
  return `charge ${describeAmount(terms.amount)} whenever the balance falls below ${describeAmount(terms.threshold)}`;
}

function compare(before: Terms, after: Terms): string {
  const amount = compareAmounts(before.amount, after.amount);
  return `charge ${amount} whenever the balance falls below ${compareAmounts(before.threshold, after.threshold)}`;
}

function compareAmounts(before: Shown<number>, after: Shown<number>): string {
  if (equal(before, after)) return `${describeAmount(after)} (unchanged)`;
  if ("hidden" in before && "hidden" in after) return `${describeAmount(after)} (it may change)`;
  return `${describeAmount(after)} instead of ${describeAmount(before)}`;
}

function describeAmount(shown: Shown<number>): string {
  return "value" in shown ? formatUsd(shown.value) : `an amount that is ${why(shown.hidden)}`;
}

function why(hidden: Hidden): string {
  return hidden === "unknown" ? "known only during 'pulumi up'" : hidden;
}

/** The account id; if the plan does not show it, which resource it belongs to. */
export function accountOf(terms: Terms | null, urn: string, quote: Quote): string {
  const shown: Shown<string> = terms?.accountId ?? { hidden: "unreadable" };
  return "value" in shown ? quote(shown.value) : `of ${quote(nameOf(urn))} (its id is ${why(shown.hidden)})`;
}
