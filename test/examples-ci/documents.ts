// What the stand-in for a pipeline's `pulumi` prints: previews that the real CLI printed, from the recorded conversations, and a stack's state.
import { readFileSync } from "node:fs";
import path from "node:path";
import { entry, stateOf as exportOf } from "../watch/watchCommand";

export const ACCOUNT = "a".repeat(32);

interface Preview {
  readonly after: number;
  readonly arguments: string;
  readonly exit: number;
  readonly env?: unknown;
  readonly document?: unknown;
  readonly documentOf?: number;
}

const ALWAYS = ["preview", "--json", "--show-sames"];

/**
 * @param sequence the recorded sequence.
 * @param after the run of the sequence that the preview came after.
 * @param flags what was asked for beside the flags of every preview.
 */
export function recorded(sequence: string, after: number, ...flags: string[]) {
  const file = path.join(__dirname, "../recordings/data", `${sequence}.json`);
  const { previews } = JSON.parse(readFileSync(file, "utf8")) as { previews: readonly Preview[] };
  const wanted = [...ALWAYS, ...flags].sort().join();
  const found = previews.find(
    (preview) => preview.after === after && !preview.env && preview.arguments.split(" ").sort().join() === wanted,
  );
  const document = found?.document ?? previews[found?.documentOf ?? -1]?.document;
  if (found === undefined || document === undefined)
    throw new Error(`${sequence} has no ${wanted} after run ${after}.`);
  return { stdout: JSON.stringify(document), exitCode: found.exit };
}

/** What `pulumi stack export` prints of a stack that declares the account, and of more resources. */
export function stateOf(amount: number, ...more: readonly object[]): string {
  return exportOf([entry(ACCOUNT, { amount }), ...more]);
}
