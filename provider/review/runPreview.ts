// Runs `pulumi preview` with everything that the review needs, so that nobody has to know which flags those are. Called for --run.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { UsageError } from "../command/parseOptions";
import { reasonOf } from "../command/readInput";
import type { Preview } from "./preview";
import { readPreview } from "./previewText";

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
  const { file, args, shell } = commandFor(["preview", ...flags, ...FLAGS], process.platform, env, existsSync);
  const child = spawn(file, args, { env, shell, stdio: ["inherit", "pipe", "inherit"] });
  const exit = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      signal === null ? resolve(code ?? 1) : reject(new Error(`it was ended by ${signal}`)),
    );
  });
  const [code, output] = await Promise.all([exit, text(child.stdout)]).catch((cause: unknown) => {
    throw new PreviewError(
      `Cannot run 'pulumi preview': ${reasonOf(cause)}. Is the Pulumi CLI on PATH? https://www.pulumi.com/docs/install/`,
    );
  });
  if (output.trim() === "")
    throw new PreviewError(`'pulumi preview' ended with exit code ${code} before it made a plan.`);
  const preview = readPreview(output);
  if (code === 0) return preview;
  for (const { severity, message } of preview.diagnostics) {
    if (severity === "error" || severity === "warning") process.stderr.write(`${message.trimEnd()}\n`);
  }
  const failure = `'pulumi preview' ended with exit code ${code}; its messages stand above the review.`;
  return { ...preview, failures: [...preview.failures, failure] };
}

/** On Windows, npm installs the CLI as a .cmd file, which only a shell runs: its arguments must be plain then. */
export function commandFor(
  args: readonly string[],
  platform: NodeJS.Platform,
  { PATH = "", Path = PATH }: NodeJS.ProcessEnv,
  exists: (file: string) => boolean,
) {
  const direct = { file: "pulumi", args: [...args], shell: false };
  if (platform !== "win32") return direct;
  const folders = Path.split(";").filter((folder) => folder !== "");
  const found = folders
    .flatMap((folder) => ["pulumi.exe", "pulumi.cmd"].map((name) => path.win32.join(folder, name)))
    .find(exists);
  if (!found?.endsWith(".cmd")) return direct;
  const odd = args.find((argument) => !/^[\w.,:=/@+\\-]{0,1000}$/.test(argument));
  if (odd !== undefined) {
    throw new UsageError(
      `${found} runs in a shell, which would change the argument '${odd}'. Install pulumi.exe, or preview into a file.`,
    );
  }
  return { file: `"${found}"`, args: [...args], shell: true };
}
