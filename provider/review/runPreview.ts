// Runs `pulumi preview` with all that the review needs, so that people need not know which flags those are. Called for --run.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { reasonOf, UsageError } from "../command/commandLine";
import { type Preview, readPreview } from "./preview";

/** After the user's own flags, so that they cannot undo them. */
const FLAGS = ["--json", "--show-sames", "--show-replacement-steps", "--non-interactive"];

/** The preview could not be run, or failed before it made a plan. Its own messages stand above. */
export class PreviewError extends Error {}

/**
 * The preview of the stack in this folder. What the CLI says on its standard error is passed on, and what a failed preview says in its JSON, too.
 *
 * @param flags for `pulumi preview`, for example `--stack` or `--refresh`.
 * @throws PreviewError, UsageError
 */
export async function runPreview(flags: readonly string[]): Promise<Preview> {
  const { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: _, ...env } = process.env;
  const shell = needsShell(flags);
  const child = spawn("pulumi", ["preview", ...flags, ...FLAGS], { env, shell, stdio: ["inherit", "pipe", "inherit"] });
  const [[code, signal], output] = await Promise.all([once(child, "close"), text(child.stdout)]).catch((cause) => {
    const advice = "Is the Pulumi CLI on PATH? https://www.pulumi.com/docs/install/";
    throw new PreviewError(`Cannot run 'pulumi preview': ${reasonOf(cause)}. ${advice}`);
  });
  const ended = `'pulumi preview' ended with ${signal ?? `exit code ${code}`}`;
  if (signal !== null || output.trim() === "") throw new PreviewError(`${ended} before it made a plan.`);
  const preview = readPreview(output);
  if (code === 0) return preview;
  for (const { severity, message } of preview.diagnostics) {
    if (severity === "error" || severity === "warning") process.stderr.write(`${message.trimEnd()}\n`);
  }
  return { ...preview, failures: [...preview.failures, `${ended}; its messages stand above the review.`] };
}

/**
 * On Windows, npm installs the CLI as a .cmd file, which only a shell finds and runs. A shell gives many characters a meaning of its own, so
 * there the flags must be plain.
 *
 * @throws UsageError
 */
export function needsShell(flags: readonly string[], platform: NodeJS.Platform = process.platform): boolean {
  if (platform !== "win32") return false;
  const odd = flags.find((flag) => !/^[\w.,:=/@+\\-]+$/.test(flag));
  if (odd === undefined) return true;
  throw new UsageError(`On Windows, a shell would change the flag '${odd}'. Preview into a file, and review that.`);
}
