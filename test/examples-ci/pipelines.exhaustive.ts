// Both pipelines, job by job, without an engine: `pulumi` is a stand-in that prints what the real CLI printed, as recorded; the commands
// and the shell steps are real. nightly.exhaustive.ts has the job `watch`; realCli.exhaustive.ts plays the same jobs with the real CLI.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { version } from "../../package.json";
import { recorded, stateOf } from "./documents";
import { type Forge, startForge } from "./forge";
import { played as playedOnGitHub, playOnGitHub, workflow } from "./github";
import { pipeline, played as playedOnGitLab, playOnGitLab } from "./gitlab";
import { openWorkspace, SCOPED, type Workspace } from "./workspace";

jest.setTimeout(120_000);
const SAME = recorded("drift.dynamic", 2);
const RAISED = recorded("replace-on-changes.dynamic", 0);
const RAISED_AND_READ = recorded("replace-on-changes.dynamic", 0, "--refresh");
const DRIFTED = recorded("drift.dynamic", 2, "--refresh");
const REFUSED = recorded("failed-check.dynamic", 4);
const EXPORTED = { stack: { stdout: stateOf(2000) } };
const REMOVED = recorded("two-accounts.dynamic", 0);

describe.each([
  ["GitHub", playOnGitHub],
  ["GitLab", playOnGitLab],
] as const)("the pipeline on %s", (forgeName, playJob) => {
  let workspace: Workspace;
  let forge: Forge;

  beforeAll(async () => {
    workspace = openWorkspace(null);
    forge = await startForge();
  });
  afterAll(async () => {
    workspace.remove();
    await forge.close();
  });
  beforeEach(() => {
    workspace.calls();
    forge.comments.length = 0;
    forge.refuse(0);
  });

  const play = (job: string, env = {}) => playJob(job, workspace, { ...forge.env, ...env });
  const own = () => forge.comments.filter(({ author }) => author.id === 7).map(({ body }) => body);
  const pulumiCalls = () => workspace.calls().filter(({ args }) => args.startsWith("pulumi "));

  it("previews a pull request with a credential that can only read the state, and says in dollars what changes", async () => {
    workspace.pulumi({ preview: RAISED });
    expect(await play("preview")).toMatchObject({ exitCode: 0 });
    expect(workspace.read("comment.md")).toMatch(/charge \$\d+\.00 instead of \$20\.00/);
    const [npm, preview, ...others] = workspace.calls();
    expect([npm?.args, others]).toEqual(["npm ci --ignore-scripts --no-audit --no-fund", []]);
    expect(preview?.args).toMatch(/^pulumi preview /);
    for (const flag of ["--json", "--show-sames", "--show-replacement-steps", "--stack production"])
      expect(preview?.args).toContain(flag);
    expect(preview?.credentials.PULUMI_ACCESS_TOKEN).toBe(SCOPED.readState);
    expect(JSON.stringify(preview)).not.toMatch(/CLOUDFLARE|writ/);
  });

  it.each([
    ["an increase above the limit", RAISED, { MAX_INCREASE_USD: "1" }, 5],
    ["switching off", REMOVED, {}, 6],
    ["a refused value", REFUSED, {}, 3],
  ])("fails on %s, and comments all the same", async (_, preview, env, exitCode) => {
    workspace.pulumi({ preview });
    expect(await play("preview", env)).toMatchObject({ exitCode });
    await play("comment");
    expect(own()).toEqual([expect.stringContaining("Not allowed")]);
  });

  it("writes one comment and replaces it on every push, also if there is nothing to preview any more", async () => {
    for (let other = 0; other < 120; other += 1) forge.add("<!-- auto-topup -->\n\nquoted by another app");
    for (const preview of [RAISED, SAME, { exitCode: 255 }]) {
      workspace.pulumi({ preview });
      await play("preview");
      expect(await play("comment")).toMatchObject({ exitCode: 0 });
      expect(own()).toHaveLength(1);
    }
    expect(own()[0]).toMatch(/^<!-- auto-topup -->\n(.*\n)*.*could not be/);
    expect(forge.comments[0]?.body).toContain("quoted by another app");
  });

  it("lets a pull request choose no comment to overwrite: an empty first line leaves another bot's alone", async () => {
    forge.add("\nthe build of another app");
    workspace.pulumi({ preview: SAME });
    await play("preview");
    workspace.write("comment.md", "\nchosen by the pull request");
    for (const artifact of ["comment", "preview"]) workspace.keep(artifact, "comment.md");
    await play("comment");
    expect(forge.comments.map(({ body }) => body)).toEqual([
      "\nthe build of another app",
      "<!-- auto-topup -->\n\nchosen by the pull request",
    ]);
  });

  it("says what the forge refused, without the token", async () => {
    workspace.pulumi({ preview: SAME });
    await play("preview");
    forge.refuse(403);
    const { exitCode, output } = await play("comment");
    expect([exitCode, output]).toEqual([1, expect.stringMatching(/(comments\?per_page=100&page=1|\/user): 403/)]);
    expect(output).not.toContain(SCOPED.comments);
  });

  it("applies what was approved: a review on merged code, compared once more right before `up`", async () => {
    workspace.pulumi({ ...EXPORTED, preview: RAISED_AND_READ });
    const plan = await play("plan");
    expect([plan.exitCode, plan.output]).toEqual([0, expect.stringMatching(/instead of \$20\.00/)]);
    const [exported, reviewed] = pulumiCalls();
    expect(exported?.args).toBe("pulumi stack export --stack production");
    expect(reviewed?.args).toMatch(/^pulumi preview .*--refresh/);
    const reading = { CLOUDFLARE_API_TOKEN: SCOPED.reads, PULUMI_ACCESS_TOKEN: SCOPED.readState };
    expect(reviewed?.credentials).toMatchObject(reading);
    expect(await play("up")).toMatchObject({ exitCode: 0 });
    const [again, compared, up] = pulumiCalls();
    expect([again?.args, compared?.args]).toEqual([exported?.args, reviewed?.args]);
    expect(up).toMatchObject({
      args: "pulumi up --refresh --skip-preview --yes --non-interactive --stack production",
      credentials: { CLOUDFLARE_API_TOKEN: SCOPED.writes, PULUMI_ACCESS_TOKEN: SCOPED.writeState },
    });
  });

  it("applies nothing if the plan has changed since, and says how to ask for another approval", async () => {
    workspace.pulumi({ ...EXPORTED, preview: RAISED_AND_READ });
    await play("plan");
    workspace.pulumi({ ...EXPORTED, preview: DRIFTED });
    const { exitCode, output } = await play("up");
    expect([exitCode, output]).toEqual([10, expect.stringMatching(/Run (all jobs again|a new pipeline)/)]);
    expect(pulumiCalls().filter(({ args }) => args.startsWith("pulumi up"))).toEqual([]);
  });

  it("installs the plugin that the npm package brings along, for programs that use it", async () => {
    workspace.pulumi({ preview: SAME });
    await play("preview", { USES_PLUGIN: "yes" });
    const file =
      "./node_modules/pulumi-cloudflare-ai-gateway-billing/dist/pulumi-resource-cloudflare-ai-gateway-billing";
    const install = `pulumi plugin install resource cloudflare-ai-gateway-billing ${version} --file ${file}`;
    expect(pulumiCalls().map(({ args }) => args)).toContain(install);
  });

  it("has no other job than those above and `watch`", () => {
    const [jobs, played] =
      forgeName === "GitHub"
        ? [Object.keys(workflow.jobs), playedOnGitHub]
        : [Object.keys(pipeline).filter((name) => pipeline[name]?.script !== undefined), playedOnGitLab];
    expect([...played, "watch"].sort()).toEqual(jobs.sort());
  });
});
