// Makes text from outside fit for a terminal and for gRPC. Every message that repeats a text which this package did not write uses it.
// The commands print Markdown and CI logs, which need more: see command/safeText.ts.

// Controls, line breaks, marks that reverse or hide text, and halves of characters: gRPC cannot carry those in a status, and trying to
// ends the whole process.
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+/gu;

/** The text in one line, without control characters or halves of characters, cut off if it is long. */
export function printable(text: string, longest = 300): string {
  // The first, generous cut keeps a megabyte cheap; the second may leave half a character.
  const clean = text
    .slice(0, longest * 4)
    .replace(UNPRINTABLE, " ")
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest).replace(/\p{Cs}$/u, "")}...` : clean;
}
