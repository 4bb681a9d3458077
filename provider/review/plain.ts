// Makes text of others safe to print: one line, no control characters, so that it can neither colour a terminal nor start
// a line that a CI system takes for a command. It must not know where the text is from.

const LONGEST = 600;

/** One line of printable text; the end of a very long one is cut off. */
export function plain(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}
