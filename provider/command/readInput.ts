// Reads what a command is given, a file or standard input, as text: whatever wrote it, PowerShell's `>` included. Called by every command.
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { isatty } from "node:tty";
import { reasonOf, UsageError } from "./commandLine";

/** What the command was given to read is not what it reads. The message is for the user. */
export class InputError extends Error {}

/**
 * The whole of a file, or of standard input.
 *
 * @param file null for standard input.
 * @param missing what to say if standard input is a terminal, so that nothing would ever come.
 * @throws UsageError
 */
export async function readInput(file: string | null, missing: string): Promise<string> {
  if (file === null && isatty(0)) throw new UsageError(missing);
  try {
    // As a stream: what writes to the pipe takes its time, and a pipe that holds nothing yet fails a read at once.
    return decode(file === null ? await buffer(process.stdin) : readFileSync(file));
  } catch (cause) {
    throw new UsageError(`Cannot read ${file ?? "standard input"}: ${reasonOf(cause)}`);
  }
}

/** Text in UTF-8, or in UTF-16 as PowerShell's `>` writes it, with or without a byte order mark, and without terminal colours. */
export function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  const isBigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  const isLittleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const text = new TextDecoder(isBigEndian ? "utf-16be" : isLittleEndian ? "utf-16le" : "utf-8").decode(bytes);
  // In JSON an escape character is written as \u001b, so a raw one is around a document and not in it.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what starts a colour.
  return text.replace(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, "");
}

/** Without the log lines that a pipeline puts before and after a JSON document: it begins and ends with a line of its own. */
export function withoutLogLines(text: string): string {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.startsWith("{"));
  const last = lines.map((line) => line.trimEnd().endsWith("}")).lastIndexOf(true);
  return first < 0 ? text.trim() : lines.slice(first, last + 1).join("\n");
}

/** The parsed text; undefined if it is not one JSON document. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
