// Owns the sentences: what a change means for an account, in dollars. It must not know the format they are printed in.
import { formatUsd } from "../topup/money";
import type { Change } from "./changes";
import { isOn, staysOnAccount, switchesOff } from "./effects";
import { differ, equal, known, type Shown, type Terms } from "./terms";
import { nameOf, providerOf, typeOf } from "./urn";

/** Shows a text of others (a name, an account id, an error) so that it cannot be taken for ours. */
export type Quote = (text: string) => string;

/** One sentence about one account. */
export interface Sentence {
  readonly account: string;
  readonly text: string;
}

/** The sentences of a change, in the order in which to read them; none for a resource that stays the same. */
export function sentencesOf(change: Change, plan: readonly Change[], quote: Quote): readonly Sentence[] {
  const { urn, before, after } = change;
  const about = (terms: Terms | null, text: string) => ({ account: accountOf(terms, urn, quote), text });
  const sentences = [...driftOf(change), ...movesOf(change, quote)].map((text) =>
    about(before ?? change.recorded, text),
  );
  if (after && change.kind !== "same")
    sentences.push(about(after, `${change.recorded ? "after 'pulumi up': " : ""}${becomes(change)}`));
  if (before && !staysOnAccount(change)) {
    const texts = [...ends(change, plan), ...withoutAlias(change, plan, quote)];
    sentences.push(...texts.map((text) => about(before, text)));
  }
  if (before?.failing) sentences.push(about(before, `its top-ups are failing: ${quote(before.failing)}`));
  return sentences;
}

function driftOf({ before, recorded }: Change): readonly string[] {
  if (recorded === null) return [];
  const live = before ? describe(before) : "it is switched OFF";
  return [`changed outside Pulumi: now ${live}; the stack had: ${describe(recorded)}`];
}

function movesOf({ from, urn, before, after }: Change, quote: Quote): readonly string[] {
  if (from === null) return [];
  const renamed = `the resource ${quote(nameOf(from))} is renamed to ${quote(nameOf(urn))}, auto top-up is not interrupted`;
  return before && after && refusedTogether(before, after) ? [renamed, REFUSED_TOGETHER] : [renamed];
}

// The new name is created first, and a create takes over only what equals its own declaration.
function refusedTogether(before: Terms, after: Terms): boolean {
  const changed =
    differ(before.amount, after.amount) || differ(before.threshold, after.threshold) || isOn(before) !== isOn(after);
  return changed && known(after.adopt) !== true;
}

const REFUSED_TOGETHER =
  "'pulumi up' will refuse to rename it and to change it at once: give the new name an alias, or change it on its own";

function becomes(change: Change): string {
  const { kind, before, after } = change;
  if (after === null) return "";
  const base = staysOnAccount(change) ? before : null;
  const adopts =
    kind !== "update" && known(after.adopt) === true ? "; other live values are replaced (adopt: true)" : "";
  if (!isOn(after)) return `${becomesOff(base, after)}${adopts}`;
  const uncertain = "hidden" in after.enabled ? `on or off is ${why(after.enabled.hidden)}; if on: ` : "";
  if (base && isOn(base)) return `${uncertain}${compare(base, after)}${adopts}`;
  const verb = kind === "import" ? "taken into the stack as it is" : "auto top-up is switched ON";
  return `${uncertain === "" ? `${verb}: ` : uncertain}${describe(after)}${adopts}`;
}

function becomesOff(before: Terms | null, after: Terms): string {
  if (before && isOn(before)) return `${OFF} (until now: ${describe(before)})`;
  if (before) return `auto top-up stays OFF; kept for later: ${compare(before, after)}`;
  return `auto top-up is declared OFF; kept for later: ${describe({ ...after, enabled: { value: true } })}`;
}

const OFF = "auto top-up is switched OFF: requests will fail once the credits are used up";

function ends(change: Change, plan: readonly Change[]): readonly string[] {
  const { kind, before } = change;
  if (before === null || kind === "drift" || kind === "same") return [];
  const now = describe(before);
  if (kind === "release") return [`no longer managed by this stack, and left as it is: ${now}`];
  if (switchesOff(change, plan)) return [`${OFF} (until now: ${now})`];
  if (isOn(before)) return ["declared by another resource from now on, auto top-up is not interrupted"];
  return ["no longer managed by this stack; auto top-up was OFF and stays OFF"];
}

// The two providers are two types, and only an alias tells the engine that one resource moves from the one to the other.
function withoutAlias(change: Change, plan: readonly Change[], quote: Quote): readonly string[] {
  const { urn, before } = change;
  if (before === null || !switchesOff(change, plan)) return [];
  const to = plan.find(({ after }) => after !== null && isOn(after) && equal(after.accountId, before.accountId));
  if (!to) return [];
  const alias = [
    ...(nameOf(urn) === nameOf(to.urn) ? [] : [`name: ${quote(nameOf(urn))}`]),
    `type: ${quote(typeOf(urn))}`,
  ];
  return [
    `the resource ${quote(nameOf(urn))} of ${providerOf(urn)} is deleted after ${quote(nameOf(to.urn))} of ${providerOf(to.urn)} is created, ` +
      `and that delete would switch auto top-up off: give ${quote(nameOf(to.urn))} the alias { ${alias.join(", ")} }`,
  ];
}

function describe(terms: Terms): string {
  if (!isOn(terms)) return "it is switched OFF";
  return `charge ${sum(terms.amount)} whenever the balance falls below ${sum(terms.threshold)}`;
}

function compare(before: Terms, after: Terms): string {
  const amount = comparedSum(before.amount, after.amount);
  return `charge ${amount} whenever the balance falls below ${comparedSum(before.threshold, after.threshold)}`;
}

function comparedSum(before: Shown<number>, after: Shown<number>): string {
  if (equal(before, after)) return `${sum(after)} (unchanged)`;
  if ("hidden" in before && "hidden" in after) return `${sum(after)} (it may change)`;
  return `${sum(after)} instead of ${sum(before)}`;
}

function sum(shown: Shown<number>): string {
  return "value" in shown ? formatUsd(shown.value) : `a sum that is ${why(shown.hidden)}`;
}

function why(hidden: "unknown" | "secret" | "unreadable"): string {
  return hidden === "unknown" ? "known only during 'pulumi up'" : hidden;
}

/** The account id; where the plan does not show it, what to look at instead. */
export function accountOf(terms: Terms | null, urn: string, quote: Quote): string {
  const shown = terms?.accountId ?? { hidden: "unreadable" };
  return "value" in shown ? quote(shown.value) : `of ${quote(nameOf(urn))} (its id is ${why(shown.hidden)})`;
}
