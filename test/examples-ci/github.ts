// Plays the shell steps of a GitHub workflow as a runner does: its environment, its shells, its expressions as far as the
// example uses them. Steps that use an action are left out; their artifacts are files that stay where they are.
import path from "node:path";
import { ROOT } from "../support/program";
import { readYaml } from "../support/yaml";
import type { Env, Workspace } from "./workspace";

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Env;
}

export interface Job {
  readonly if: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly env: Env;
  readonly jobs: Readonly<Record<string, Job>>;
}

export const WORKFLOW_FILE = path.join(ROOT, "examples/ci-github/.github/workflows/auto-topup.yml");
export const workflow = readYaml(WORKFLOW_FILE) as Workflow;

/** The steps played so far, as "job: name or first line". */
export const played = new Set<string>();

/** What to call a step. */
export function labelOf(job: string, { name, run }: Step): string {
  return `${job}: ${name ?? run?.split("\n")[0]}`;
}

export interface JobResult {
  readonly failed: boolean;
  /** Exit codes of the steps that ran, in order. */
  readonly exitCodes: readonly (number | null)[];
  readonly output: string;
}

/**
 * @param context what `${{ ... }}` stands for; an expression that is not in it is an error.
 * @param env what the runner adds to it, such as GITHUB_STEP_SUMMARY.
 */
export async function playJob(name: string, workspace: Workspace, context: Env, env: Env = {}): Promise<JobResult> {
  const exitCodes: (number | null)[] = [];
  let output = "";
  for (const step of workflow.jobs[name]?.steps ?? []) {
    const failed = exitCodes.some((code) => code !== 0);
    if (step.run === undefined || (failed && step.if !== "success() || failure()")) continue;
    played.add(labelOf(name, step));
    const variables = {
      ...env,
      ...expand(workflow.env, context),
      ...expand(step.env ?? {}, context),
      ...limitsOf(env),
    };
    const result = await workspace.run(step.run, (step.shell ?? "bash -e {0}").split(" "), variables);
    exitCodes.push(result.exitCode);
    output += result.output;
  }
  return { failed: exitCodes.some((code) => code !== 0), exitCodes, output };
}

// What a user edits at the top of the file.
function limitsOf({ MAX_INCREASE_USD }: Env): Env {
  return MAX_INCREASE_USD === undefined ? {} : { MAX_INCREASE_USD };
}

function expand(env: Env, context: Env): Env {
  const value = (text: string) =>
    String(text).replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
      const known = context[expression];
      if (known === undefined)
        throw new Error(`The workflow uses \${{ ${expression} }}, which the test does not know.`);
      return known;
    });
  return Object.fromEntries(Object.entries(env).map(([key, text]) => [key, value(text)]));
}
