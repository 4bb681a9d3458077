// The rules for every text that a person gets to see, whatever was in it and wherever it comes from: no control characters, no stack trace, no
// endless length.

/** The longest text of one failure; what was sent by others is cut long before. */
const LONGEST = 5000;

// Line breaks of our own are fine. Left out of the list of formats: the joiner that emoji need.
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;

const RULES: readonly (readonly [string, (text: string) => boolean])[] = [
  ["is empty", (text) => text.trim() === ""],
  ["is endless", (text) => text.length > LONGEST],
  ["holds half a character", (text) => /\p{Cs}/u.test(text)],
  ["holds a control character", (text) => (text.match(CONTROL) ?? []).some((found) => found !== "\n")],
  ["holds a stack trace", (text) => /\n\s+at .*[:(]/.test(text) || /\.[cm]?[jt]s:\d+/.test(text)],
  ["is a bug's", (text) => /Unexpected failure|TypeError|RangeError|Cannot read properties|\[object /.test(text)],
];

/** What is wrong with a text; empty if nothing is. */
export function flawsOf(text: string): string[] {
  return RULES.filter(([, broken]) => broken(text)).map(([rule]) => `${rule}: ${JSON.stringify(text.slice(0, 500))}`);
}
