// Plays a job of the GitLab pipeline as a runner does: before_script and script in one shell, after_script in another, with the artifacts of the
// jobs before it and the variables of its environment.
import path from "node:path";
import { ROOT } from "../support/program";
import { readYaml } from "../support/yaml";
import { type Env, SCOPED, type Tokens, type Workspace } from "./workspace";

type Script = readonly (string | readonly string[])[];

interface Job {
  readonly extends?: string;
  readonly environment?: { readonly name: string };
  readonly rules?: readonly { readonly if: string }[];
  readonly before_script?: Script;
  readonly script?: Script;
  readonly after_script?: Script;
  readonly artifacts?: { readonly paths: readonly string[]; readonly when?: string };
}

export const FOLDER = path.join(ROOT, "examples/ci-gitlab");
export const pipeline = readYaml(path.join(FOLDER, ".gitlab-ci.yml")) as Readonly<Record<string, Job>>;

/** The jobs played so far. */
export const played = new Set<string>();

export async function playOnGitLab(name: string, workspace: Workspace, env: Env, tokens: Tokens = SCOPED) {
  const job = pipeline[name] ?? {};
  const base = job.extends === undefined ? {} : pipeline[job.extends];
  const variables = { ...(pipeline.variables as Env), ...variablesOf(job.environment?.name, tokens), ...env };
  const run = (...scripts: Script[]) =>
    workspace.run(scripts.flat(2).join("\n"), ["bash", "--noprofile", "-eo", "pipefail", "{0}"], variables);
  played.add(name);
  workspace.checkout();
  for (const earlier of Object.keys(pipeline)) workspace.restore(earlier);
  const result = await run(job.before_script ?? base?.before_script ?? [], job.script ?? []);
  const after = await run(job.after_script ?? []);
  const { paths = [], when } = job.artifacts ?? {};
  if (result.exitCode === 0 || when === "always") for (const file of paths) workspace.keep(name, file);
  return { exitCode: result.exitCode, output: result.output + after.output };
}

// The project's variables as README.md has them set up: a variable of the job's environment goes before one for all jobs.
function variablesOf(environment: string | undefined, { reads, writes }: Tokens): Env {
  const all = { PULUMI_STACK: "production", PULUMI_ACCESS_TOKEN: SCOPED.readState, GITLAB_NOTE_TOKEN: SCOPED.comments };
  if (environment === "production")
    return { ...all, PULUMI_ACCESS_TOKEN: SCOPED.writeState, CLOUDFLARE_API_TOKEN: writes };
  return environment === "read-only" ? { ...all, CLOUDFLARE_API_TOKEN: reads } : all;
}
