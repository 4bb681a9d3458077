// Plays the scripts of the GitLab pipeline as a runner does: before_script and script in one shell, after_script in another.
import path from "node:path";
import { ROOT } from "../support/program";
import { readYaml } from "../support/yaml";
import type { Env, Workspace } from "./workspace";

interface Job {
  readonly extends?: string;
  readonly environment?: { readonly name: string };
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly after_script?: readonly string[];
}

export const FOLDER = path.join(ROOT, "examples/ci-gitlab");
export const pipeline = readYaml(path.join(FOLDER, ".gitlab-ci.yml")) as Readonly<Record<string, Job>>;

/** The jobs played so far. */
export const played = new Set<string>();

export async function playJob(name: string, workspace: Workspace, env: Env) {
  const job = pipeline[name] ?? {};
  const variables = { ...(pipeline.variables as Env), ...env };
  const base = job.extends === undefined ? {} : pipeline[job.extends];
  const shell = ["bash", "--noprofile", "-eo", "pipefail", "{0}"];
  const script = [...(job.before_script ?? base?.before_script ?? []), ...(job.script ?? [])].join("\n");
  played.add(name);
  const result = await workspace.run(script, shell, variables);
  const after = await workspace.run((job.after_script ?? []).join("\n"), shell, variables);
  return { exitCode: result.exitCode, output: result.output + after.output };
}
