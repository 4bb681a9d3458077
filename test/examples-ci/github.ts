// Plays a job of the GitHub workflow as a runner does: its environment, shells and expressions as far as the example uses them. Of the actions,
// those that hand files from job to job are played.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/program";
import { readYaml } from "../support/yaml";
import { type Env, SCOPED, type Tokens, type Workspace } from "./workspace";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Env;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Env;
}

interface Job {
  readonly if: string;
  readonly permissions: Env;
  readonly environment?: string;
  readonly "timeout-minutes": number;
  readonly env?: Env;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly env: Env;
  readonly defaults: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export const WORKFLOW_FILE = path.join(ROOT, "examples/ci-github/.github/workflows/auto-topup.yml");
export const workflow = readYaml(WORKFLOW_FILE) as Workflow;

/** What the READMEs have set up, by the expressions that the workflow uses. */
export function contextOf(workspace: Workspace, { reads, writes }: Tokens = SCOPED): Env {
  return {
    "vars.PULUMI_STACK": "production",
    "vars.PULUMI_BACKEND_URL": "",
    "secrets.PULUMI_CONFIG_PASSPHRASE": "x",
    "secrets.PULUMI_READ_TOKEN": SCOPED.readState,
    "secrets.PULUMI_ACCESS_TOKEN": SCOPED.writeState,
    "secrets.CLOUDFLARE_READ_TOKEN": reads,
    "secrets.CLOUDFLARE_API_TOKEN": writes,
    "github.token": SCOPED.comments,
    "github.event.number": "12",
    "github.run_id": "1",
    "runner.temp": path.join(workspace.folder, ".runner"),
  };
}

/** What `shell: bash` stands for. */
const BASH = "bash --noprofile --norc -eo pipefail {0}";

/** The jobs played so far. */
export const played = new Set<string>();

export interface JobResult {
  /** The first one that is not 0, or 0. */
  readonly exitCode: number | null;
  readonly exitCodes: readonly (number | null)[];
  readonly output: string;
}

/**
 * @param context what `${{ ... }}` stands for; an expression that is not in it is an error.
 * @param env what the runner adds, such as GITHUB_STEP_SUMMARY, and what a user changes at the top of the file.
 */
export async function playJob(name: string, workspace: Workspace, context: Env, env: Env = {}): Promise<JobResult> {
  const job = workflow.jobs[name];
  const exitCodes: (number | null)[] = [];
  let output = "";
  played.add(name);
  workspace.checkout();
  for (const step of job?.steps ?? []) {
    if (exitCodes.some((code) => code !== 0) && step.if !== "success() || failure()") continue;
    if (step.uses !== undefined) handOver(step, workspace, context);
    if (step.run === undefined) continue;
    const variables = { ...expand({ ...workflow.env, ...job?.env, ...step.env }, context), ...env };
    const result = await workspace.run(step.run, (step.shell ?? BASH).split(" "), variables);
    exitCodes.push(result.exitCode);
    output += result.output;
  }
  return { exitCode: exitCodes.find((code) => code !== 0) ?? 0, exitCodes, output };
}

function handOver({ uses = "", with: given = {} }: Step, workspace: Workspace, context: Env): void {
  const { name, path: file = ".", key = "" } = expand(given, context);
  const cache = key.split("-")[0] ?? "";
  if (uses.startsWith("actions/upload-artifact")) workspace.keep(name ?? "", file);
  if (uses.startsWith("actions/download-artifact")) workspace.restore(name ?? "", file);
  if (uses.startsWith("actions/cache/save")) workspace.keep(cache, file);
  if (uses.startsWith("actions/cache/restore")) workspace.restore(cache);
}

function expand(env: Env, context: Env): Env {
  const value = (text: unknown) =>
    String(text).replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
      const known = context[expression];
      if (known === undefined)
        throw new Error(`The workflow uses \${{ ${expression} }}, which the test does not know.`);
      return known;
    });
  return Object.fromEntries(Object.entries(env).map(([key, text]) => [key, value(text)]));
}

/** The workflow with everything set up; its output has the job's summary, too. */
export async function playOnGitHub(job: string, workspace: Workspace, env: Env, tokens: Tokens = SCOPED) {
  const summary = path.join(workspace.folder, "summary.md");
  const runner = { GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: path.join(workspace.folder, ".runner") };
  const { exitCode, output } = await playJob(job, workspace, contextOf(workspace, tokens), { ...runner, ...env });
  return { exitCode, output: output + (existsSync(summary) ? readFileSync(summary, "utf8") : "") };
}
