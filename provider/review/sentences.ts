// What the review says of each change, in dollars: what happens to the account, what it was charged, what bounds that. Knows no format.
import type { Quote } from "../command/print";
import { nameOf, providerOf, typeOf } from "../pulumi/urn";
import { formatUsd } from "../topup/money";
import { type Change, differ, equal, type Terms } from "./changes";
import { baseOf, guardOf, isOn, predecessorOf, staysOnAccount, switchOffOf } from "./effects";
import { describePast, pastIn } from "./past";
import { known, type Shown } from "./preview";
import type { Review } from "./review";
import { boundOf } from "./spendLimits";

/** One sentence about one account. */
export interface Sentence {
  readonly account: string;
  readonly text: string;
}

/** Everything that is said about a change: what happens, then the past and the bound. None for a resource that stays the same. */
export function remarksOn(change: Change, review: Review, quote: Quote): readonly Sentence[] {
  const sentences = sentencesOf(change, review.changes, quote);
  if (sentences.length === 0) return [];
  const { kind, urn, before, after } = change;
  const { past, bounds } = review;
  const account = accountOf(after ?? before, urn, quote);
  const texts: string[] = [];
  if (past !== null && kind !== "release")
    texts.push(describePast(pastIn(past, after ?? before), before, isOn(after) ? after : null));
  if (after !== null && isOn(after)) texts.push(boundOf(after, bounds, quote).text);
  return [...sentences, ...texts.map((text) => ({ account, text }))];
}

/** What the dollar amounts of the past rest on; empty where there is no past. */
export function sourceOf({ past }: Review, quote: Quote): string {
  if (past === null) return "";
  return `charges as of ${quote(past.asOf)}; Cloudflare documents no unit for them, so dollars are its numbers read as US cents`;
}

/** The sentences of a change, in the order in which to read them; none for a resource that stays the same. */
export function sentencesOf(change: Change, plan: readonly Change[], quote: Quote): readonly Sentence[] {
  const { urn, kind, before, after } = change;
  const about = (terms: Terms | null, text: string) => ({ account: accountOf(terms, urn, quote), text });
  const sentences = [...driftOf(change), ...moveOf(change, quote)].map((text) =>
    about(before ?? change.recorded, text),
  );
  if (after && kind !== "same" && kind !== "drift") {
    sentences.push(about(after, `${change.recorded ? "after 'pulumi up': " : ""}${becomes(change, plan)}`));
    if (isRefused(change, plan)) sentences.push(about(after, REFUSED_TOGETHER));
  }
  if (before && !staysOnAccount(change)) {
    sentences.push(...endOf(change, plan, quote).map((text) => about(before, text)));
  }
  if (before?.failing) sentences.push(about(before, `its top-ups are failing: ${quote(before.failing)}`));
  return sentences;
}

/** A delete that switches auto top-up off unless the provider skips it, in short, and what to do. */
export function describeGuard(deleted: Change, heir: Change, quote: Quote): string {
  const name = quote(nameOf(deleted.urn));
  return `the plan deletes ${name}, and only the provider's own guard keeps auto top-up on: ${adviseAlias(deleted, heir, quote)}`;
}

// The two providers are two types, and only an alias says that one resource moves from the one to the other.
function adviseAlias(deleted: Change, heir: Change, quote: Quote): string {
  const [oldName, newName] = [nameOf(deleted.urn), nameOf(heir.urn)];
  const alias = [...(oldName === newName ? [] : [`name: ${quote(oldName)}`]), `type: ${quote(typeOf(deleted.urn))}`];
  return `give ${quote(newName)} the alias { ${alias.join(", ")} }`;
}

function explainGuard(deleted: Change, heir: Change, quote: Quote): string {
  const [gone, kept] = [deleted, heir].map(({ urn }) => `${quote(nameOf(urn))} of ${providerOf(urn)}`);
  return (
    `the plan deletes ${gone}, while ${kept} declares the same account. That delete switches auto top-up off unless the provider's own guard ` +
    "skips it, which works only in a run with both providers at this version. To delete nothing, " +
    adviseAlias(deleted, heir, quote)
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

// Whatever begins on an account is created first, and a create takes over only what equals its own declaration.
function isRefused(change: Change, plan: readonly Change[]): boolean {
  const { from, before, after } = change;
  const base = from === null ? (predecessorOf(change, plan)?.before ?? null) : before;
  if (base === null || after === null || !isOn(base) || known(after.adopt) === true) return false;
  return differ(base.amount, after.amount) || differ(base.threshold, after.threshold) || !isOn(after);
}

const REFUSED_TOGETHER =
  "'pulumi up' will refuse to move an account to another resource and change its values at once: give the new resource an alias, or make the " +
  "two changes one after the other";

function becomes(change: Change, plan: readonly Change[]): string {
  const { kind, after } = change;
  if (after === null) return "";
  const base = baseOf(change, plan);
  const adopts =
    kind !== "update" && known(after.adopt) === true ? "; any other remote values are overwritten (adopt: true)" : "";
  if (!isOn(after)) return `${becomesOff(base, after)}${adopts}`;
  const uncertain = "hidden" in after.enabled ? `whether it is on is ${why(after.enabled.hidden)}; if so: ` : "";
  if (base && isOn(base)) return `${uncertain}${compare(base, after)}${adopts}`;
  const verb = kind === "import" ? "imported into the stack as it is" : "auto top-up is switched ON";
  return `${uncertain === "" ? `${verb}: ` : uncertain}${describe(after)}${adopts}`;
}

function becomesOff(before: Terms | null, after: Terms): string {
  if (before && isOn(before)) return `${OFF} (until now: ${describe(before)})`;
  if (before) return `auto top-up stays OFF; kept for later: ${compare(before, after)}`;
  return `auto top-up is declared OFF; kept for later: ${describe({ ...after, enabled: { value: true } })}`;
}

const OFF = "auto top-up is switched OFF: requests will fail once the credits are used up";

// Of a resource that leaves its account: deleted, or replaced by one for another account.
function endOf(change: Change, plan: readonly Change[], quote: Quote): readonly string[] {
  const { kind, before, retained } = change;
  if (before === null || kind === "drift" || kind === "same") return [];
  const now = describe(before);
  if (retained) return [`no longer managed by this stack; its config stays as it is: ${now}`];
  if (!isOn(before)) return ["no longer managed by this stack; auto top-up was OFF and stays OFF"];
  const end = switchOffOf(change, plan);
  const heir = end === "guarded" ? guardOf(change, plan) : null;
  if (heir) return [explainGuard(change, heir, quote)];
  if (end === "off") return [`${OFF} (until now: ${now})`];
  return end === null ? ["from now on, another resource declares it; auto top-up is not interrupted"] : [];
}

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

function why(hidden: "unknown" | "secret" | "unreadable"): string {
  return hidden === "unknown" ? "known only during 'pulumi up'" : hidden;
}

/** The account id; where the plan does not show it, which resource it belongs to. */
export function accountOf(terms: Terms | null, urn: string, quote: Quote): string {
  const shown = terms?.accountId ?? { hidden: "unreadable" };
  return "value" in shown ? quote(shown.value) : `of ${quote(nameOf(urn))} (its id is ${why(shown.hidden)})`;
}
