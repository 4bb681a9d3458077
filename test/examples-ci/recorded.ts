// Finds what the real CLI printed for `pulumi preview --json` among the recorded conversations, for the stand-in of a pipeline's `pulumi`.
import { readFileSync } from "node:fs";
import path from "node:path";

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
