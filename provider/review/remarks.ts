// Owns what the review says of each account beside its change: what it was charged, and what bounds that. It must not know the format it
// is printed in.
import { boundOf } from "./bounds";
import type { Change } from "./changes";
import { isOn } from "./effects";
import { pastIn, pastInWords } from "./past";
import type { Review } from "./review";
import { accountOf, type Quote, type Sentence, sentencesOf } from "./words";

/** Everything that is said about a change: its sentences, then the remarks. None for a resource that stays the same. */
export function saidOf(change: Change, review: Review, quote: Quote): readonly Sentence[] {
  const sentences = sentencesOf(change, review.changes, quote);
  return sentences.length === 0 ? [] : [...sentences, ...remarksOn(change, review, quote)];
}

/** What the numbers of the past rest on; empty where there is no past. */
export function sourceOf({ past }: Review, quote: Quote): string {
  if (past === null) return "";
  return `charges as of ${quote(past.asOf)}; Cloudflare documents no unit for them, dollars are its numbers read as US cents`;
}

function remarksOn({ kind, urn, before, after }: Change, { past, bounds }: Review, quote: Quote): readonly Sentence[] {
  const account = accountOf(after ?? before, urn, quote);
  const texts: string[] = [];
  if (past !== null && kind !== "release")
    texts.push(pastInWords(pastIn(past, after ?? before), before, isOn(after) ? after : null));
  if (after !== null && isOn(after)) texts.push(boundOf(after, bounds, quote).text);
  return texts.map((text) => ({ account, text }));
}
