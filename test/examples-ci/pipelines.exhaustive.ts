// Both pipelines, job by job, without an engine: `pulumi` is a stand-in that prints what the real CLI printed, as recorded; the commands, the
// simulator and the shell steps are real. realCli.exhaustive.ts plays the same jobs with the real CLI.
import { copyFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { version } from "../../package.json";
import { DYNAMIC_TYPE, PROVIDER_SOURCE } from "../../provider/pulumi/urn";
import { type BillingSimulator, startSimulator } from "../../provider/testing";
import { runAway } from "../charges/command";
import { type Forge, startForge } from "./forge";
import { played as playedOnGitHub, playOnGitHub, workflow } from "./github";
import { FOLDER, pipeline, played as playedOnGitLab, playOnGitLab } from "./gitlab";
import { recorded } from "./recorded";
import { openWorkspace, SCOPED, type Workspace } from "./workspace";

jest.setTimeout(120_000);
const ACCOUNT = "a".repeat(32);
const SAME = recorded("drift.dynamic", 2);
const RAISED = recorded("replace-on-changes.dynamic", 0);
const RAISED_AND_READ = recorded("replace-on-changes.dynamic", 0, "--refresh");
const DRIFTED = recorded("drift.dynamic", 2, "--refresh");
const REFUSED = recorded("failed-check.dynamic", 4);
const REMOVED = recorded("two-accounts.dynamic", 0);

describe.each([
  ["GitHub", playOnGitHub],
  ["GitLab", playOnGitLab],
] as const)("the pipeline on %s", (forgeName, playJob) => {
  let workspace: Workspace;
  let forge: Forge;

  beforeAll(async () => {
    workspace = openWorkspace(null);
    copyFileSync(path.join(FOLDER, "note.mjs"), path.join(workspace.folder, "note.mjs"));
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
    workspace.pulumi({ preview: RAISED, "preview --refresh": RAISED_AND_READ });
    const plan = await play("plan");
    expect([plan.exitCode, plan.output]).toEqual([0, expect.stringMatching(/instead of \$20\.00/)]);
    const [checked, reviewed] = pulumiCalls();
    expect(checked?.args).not.toContain("--refresh");
    expect(checked?.credentials.CLOUDFLARE_API_TOKEN).toBeUndefined();
    expect(reviewed?.args).toContain("--refresh");
    expect(reviewed?.credentials).toMatchObject({
      CLOUDFLARE_API_TOKEN: SCOPED.reads,
      PULUMI_ACCESS_TOKEN: SCOPED.readState,
    });
    expect(await play("up")).toMatchObject({ exitCode: 0 });
    const [again, compared, up] = pulumiCalls();
    expect(again?.credentials.CLOUDFLARE_API_TOKEN).toBeUndefined();
    expect(compared?.args).toBe(reviewed?.args);
    expect(up).toMatchObject({
      args: "pulumi up --refresh --skip-preview --yes --non-interactive --stack production",
      credentials: { CLOUDFLARE_API_TOKEN: SCOPED.writes, PULUMI_ACCESS_TOKEN: SCOPED.writeState },
    });
  });

  it("applies nothing if the plan has changed since, and says how to ask for another approval", async () => {
    workspace.pulumi({ preview: RAISED, "preview --refresh": RAISED_AND_READ });
    await play("plan");
    workspace.pulumi({ preview: RAISED, "preview --refresh": DRIFTED });
    const { exitCode, output } = await play("up");
    expect([exitCode, output]).toEqual([10, expect.stringMatching(/Run (all jobs again|a new pipeline)/)]);
    expect(pulumiCalls().filter(({ args }) => args.startsWith("pulumi up"))).toEqual([]);
  });

  it.each(["plan", "up"])("refreshes nothing beside a token if the state holds foreign code: %s", async (job) => {
    const stdout = RAISED.stdout.replaceAll(
      JSON.stringify(PROVIDER_SOURCE).slice(1, -1),
      "exports.handler=()=>steal()",
    );
    expect(stdout).toContain("steal()");
    workspace.pulumi({ preview: { stdout } });
    expect((await play(job)).exitCode).toBeGreaterThan(0);
    expect(pulumiCalls().map(({ args }) => args.includes("--refresh"))).toEqual([false]);
  });

  it("installs the plugin that the npm package brings along, for programs that use it", async () => {
    workspace.pulumi({ preview: SAME });
    await play("preview", { USES_PLUGIN: "yes" });
    const file =
      "./node_modules/pulumi-cloudflare-ai-gateway-billing/dist/pulumi-resource-cloudflare-ai-gateway-billing";
    const install = `pulumi plugin install resource cloudflare-ai-gateway-billing ${version} --file ${file}`;
    expect(pulumiCalls().map(({ args }) => args)).toContain(install);
  });

  describe("each night", () => {
    let cloudflare: BillingSimulator;
    beforeEach(async () => {
      cloudflare = await startSimulator({ readOnlyToken: SCOPED.reads.replaceAll(" ", "-") });
      cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 1000 });
      workspace.pulumi({ stack: { stdout: stateOf(5000) }, preview: SAME });
    });
    afterEach(() => cloudflare.close());
    const watch = () =>
      play("watch", { CLOUDFLARE_BASE_URL: cloudflare.url, CLOUDFLARE_API_TOKEN: cloudflare.readOnlyToken });

    it("is content if all is as declared, and asks the state for nothing but itself", async () => {
      expect(await watch()).toEqual({ exitCode: 0, output: expect.stringContaining("is as the stack says") });
      expect(pulumiCalls().map(({ args }) => args)).toEqual(["pulumi stack export --stack production"]);
      expect(cloudflare.requests.map(({ method }) => method)).toEqual(["GET", "GET"]);
    });

    it("raises an alarm on a change made in the dashboard", async () => {
      cloudflare.setConfig(ACCOUNT, { amount: 9000, threshold: 1000 });
      const { exitCode, output } = await watch();
      expect([exitCode, output]).toEqual([4, expect.stringMatching(/not as declared/)]);
      expect(output).toContain("$90.00");
    });

    it("raises an alarm on a runaway, and hands it on where that is safe", async () => {
      runAway(cloudflare, ACCOUNT);
      expect(await watch()).toMatchObject({ exitCode: 4 });
      await play("preview");
      const comment = workspace.read("comment.md");
      if (forgeName === "GitHub") expect(comment).toContain("12 charges");
      else expect(comment).not.toContain("charges, $");
    });

    it("does not take a failed check for an alarm, nor for a quiet night", async () => {
      cloudflare.revokeToken(cloudflare.readOnlyToken);
      expect(await watch()).toEqual({ exitCode: 3, output: expect.stringContaining("so nothing is known") });
      workspace.pulumi({ stack: { exitCode: 255 } });
      const { exitCode, output } = await watch();
      expect([0, 4]).not.toContain(exitCode);
      expect(output).toContain("so nothing is known");
    });
  });

  it("has had each of its jobs played by the tests above", () => {
    const [jobs, played] =
      forgeName === "GitHub"
        ? [Object.keys(workflow.jobs), playedOnGitHub]
        : [Object.keys(pipeline).filter((name) => pipeline[name]?.script !== undefined), playedOnGitLab];
    expect([...played].sort()).toEqual(jobs.sort());
  });
});

/** What `pulumi stack export` prints of a stack that declares the account, as far as anybody here reads it. */
function stateOf(amount: number): string {
  const values = {
    __provider: PROVIDER_SOURCE,
    accountId: ACCOUNT,
    amount,
    threshold: 1000,
    enabled: true,
    adopt: false,
  };
  const resource = {
    urn: `urn:pulumi:production::billing::${DYNAMIC_TYPE}::topup`,
    custom: true,
    id: ACCOUNT,
    type: DYNAMIC_TYPE,
    inputs: values,
    outputs: { ...values, error: null, disabledReason: null, lastFailedAt: null },
  };
  return JSON.stringify({ version: 3, deployment: { manifest: {}, resources: [resource] } });
}
