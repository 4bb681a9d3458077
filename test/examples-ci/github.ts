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

export const workflow = readYaml(path.join(ROOT, "examples/ci-github/.github/workflows/auto-topup.yml")) as Workflow;

/** What `shell: bash` stands for. */
const BASH = "bash --noprofile --norc -eo pipefail {0}";

/** The jobs played so far. */
export const played = new Set<string>();

/**
 * Plays a job with everything set up as README.md has it. The output has the job's summary, too.
 *
 * @param env what else is in a step's environment, such as what a user changes at the top of the file.
 */
export async function playOnGitHub(name: string, workspace: Workspace, env: Env, tokens: Tokens = SCOPED) {
  const job = workflow.jobs[name];
  const context = contextOf(workspace, tokens);
  const summary = path.join(workspace.folder, "summary.md");
  const runner = { GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: context["runner.temp"] ?? "" };
  let exitCode: number | null = 0;
  let output = "";
  played.add(name);
  workspace.checkout();
  for (const step of job?.steps ?? []) {
    if (exitCode !== 0 && step.if !== "success() || failure()") continue;
    if (step.uses !== undefined) handOver(step, workspace, context);
    if (step.run === undefined) continue;
    const variables = { ...expand({ ...workflow.env, ...job?.env, ...step.env }, context), ...runner, ...env };
    const ended = await workspace.run(step.run, (step.shell ?? BASH).split(" "), variables);
    exitCode ||= ended.exitCode;
    output += ended.output;
  }
  return { exitCode, output: output + (existsSync(summary) ? readFileSync(summary, "utf8") : "") };
}

/** What the workflow's expressions stand for. */
function contextOf(workspace: Workspace, { reads, writes }: Tokens): Env {
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

function handOver({ uses = "", with: given = {} }: Step, workspace: Workspace, context: Env): void {
  const { name = "", path: file = ".", key = "" } = expand(given, context);
  const cache = key.split("-")[0] ?? "";
  if (uses.startsWith("actions/upload-artifact")) workspace.keep(name, file);
  if (uses.startsWith("actions/download-artifact")) workspace.restore(name, file);
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
