// The GitHub workflow: what each job may do, and every shell step of it, played with a stand-in for the CLI.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startSimulator } from "../../provider/testing";
import { runAway } from "../watch/watchCommand";
import { ACCOUNT, fixture } from "../review/fixture";
import { type Forge, startForge, TOKEN } from "./forge";
import { labelOf, played, playJob, WORKFLOW_FILE, workflow } from "./github";
import { openWorkspace, stateOf, type Workspace } from "./workspace";

const { jobs } = workflow;
const CONTEXT = {
  "vars.PULUMI_STACK": "production",
  "vars.PULUMI_BACKEND_URL": "",
  "secrets.PULUMI_ACCESS_TOKEN": "",
  "secrets.PULUMI_CONFIG_PASSPHRASE": "x",
  "secrets.CLOUDFLARE_API_TOKEN": "fake-writing-token",
  "secrets.CLOUDFLARE_READ_TOKEN": "fake-reading-token",
  "github.token": TOKEN,
  "github.event.number": "12",
};

describe("what the workflow's jobs may do", () => {
  it("is nothing by default, and reading the code for each job but the one that comments", () => {
    expect(workflow.permissions).toEqual({});
    const { comment, ...others } = jobs;
    expect(comment?.permissions).toEqual({ "pull-requests": "write" });
    for (const job of Object.values(others)) expect(job.permissions).toEqual({ contents: "read" });
  });

  it("keeps the pull request's code away from the job that comments", () => {
    expect(jobs.comment?.steps.map(({ uses }) => uses?.split("@")[0])).toEqual([
      "actions/download-artifact",
      undefined,
    ]);
    expect(Object.keys(workflow.on).sort()).toEqual(["pull_request", "push", "schedule"]);
  });

  it("gives Cloudflare credentials to up and the nightly jobs alone, from environments", () => {
    const holders = Object.entries(jobs).filter(([, job]) => JSON.stringify(job).includes("CLOUDFLARE"));
    expect(holders.map(([name, { environment }]) => [name, environment])).toEqual([
      ["up", "production"],
      ["drift", "drift"],
      ["charges", "drift"],
    ]);
    expect(JSON.stringify(workflow.env)).not.toContain("CLOUDFLARE");
  });

  it("gives the token that may write to the job that applies, and to no other", () => {
    const secretsOf = (job: string) => JSON.stringify(jobs[job]).match(/secrets\.CLOUDFLARE\w+/g);
    expect([secretsOf("up"), secretsOf("drift")]).toEqual([
      ["secrets.CLOUDFLARE_API_TOKEN"],
      ["secrets.CLOUDFLARE_READ_TOKEN"],
    ]);
    expect(readFileSync(path.join(WORKFLOW_FILE, "../../../README.md"), "utf8")).toContain(
      "The stack's configuration holds **no** Cloudflare credential",
    );
  });

  it("pins every action to a commit, and says which version that is", () => {
    const uses = readFileSync(WORKFLOW_FILE, "utf8").match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(4);
    for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("ends every job in time, and runs each for one event only", () => {
    for (const job of Object.values(jobs)) {
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(30);
      expect(job.if).toMatch(/github\.event_name == '\w+'$/);
    }
  });
});

describe("the workflow's shell steps", () => {
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
    for (const file of ["comment.md", "preview.json", "drift.json", "charges.json", "summary.md", ".stand-ins/calls"]) {
      rmSync(path.join(workspace.folder, file), { force: true });
    }
    forge.comments.length = 0;
    forge.refuse(0);
  });

  const play = (job: string, env = {}) =>
    playJob(job, workspace, CONTEXT, {
      GITHUB_API_URL: forge.url,
      GITHUB_REPOSITORY: "acme/billing",
      GITHUB_STEP_SUMMARY: path.join(workspace.folder, "summary.md"),
      ...env,
    });

  it("preview without any credential, and write the comment", async () => {
    workspace.pulumi({ stdout: fixture("amount.json"), exitCode: 0 });
    expect(await play("preview")).toMatchObject({ failed: false });
    expect(workspace.read("comment.md")).toContain(
      "charge $50.00 instead of $20.00 whenever the balance falls below $10.00",
    );
    expect(workspace.calls()).toEqual([
      { command: "npm", args: ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], credentials: [] },
      {
        command: "pulumi",
        args: [
          "preview",
          "--json",
          "--show-sames",
          "--show-replacement-steps",
          "--non-interactive",
          "--stack",
          "production",
        ],
        credentials: [],
      },
    ]);
  });

  it("fail on an increase above the limit, and write the comment all the same", async () => {
    workspace.pulumi({ stdout: fixture("amount.json"), exitCode: 0 });
    const { failed, exitCodes } = await play("preview", { MAX_INCREASE_USD: "29" });
    expect([failed, exitCodes.at(-1)]).toEqual([true, 5]);
    expect(workspace.read("comment.md")).toContain("Not allowed");
  });

  it("fail on switching off", async () => {
    workspace.pulumi({ stdout: fixture("delete.json"), exitCode: 0 });
    expect((await play("preview")).exitCodes.at(-1)).toBe(6);
  });

  it("comment on a refused value", async () => {
    workspace.pulumi({ stdout: fixture("refused.json"), exitCode: 1 });
    expect((await play("preview")).exitCodes.slice(-2)).toEqual([1, 3]);
    expect(workspace.read("comment.md")).toMatch(/^<!-- topup-review -->\n.*is refused/s);
  });

  it("replace an old comment even where there is no preview at all", async () => {
    workspace.pulumi({ stdout: "", exitCode: 6 });
    expect((await play("preview")).failed).toBe(true);
    expect(workspace.read("comment.md")).toBe("<!-- topup-review -->\n\nThe preview could not be run.\n\n");
  });

  it("write one comment, and replace that one on every push, also with no changes", async () => {
    forge.someone("<!-- topup-review -->\n\nquoted by somebody");
    for (let other = 0; other < 120; other += 1) forge.someone("something else");
    workspace.pulumi({ stdout: fixture("amount.json"), exitCode: 0 });
    await play("preview");
    expect(await play("comment")).toMatchObject({ failed: false });
    workspace.pulumi({ stdout: fixture("same.json"), exitCode: 0 });
    await play("preview");
    expect(await play("comment")).toMatchObject({ failed: false });
    const own = forge.comments.filter(({ user }) => user.type === "Bot");
    expect(own.map(({ body }) => body)).toEqual([workspace.read("comment.md")]);
    expect(own[0]?.body).toContain("No changes.");
    expect(forge.comments[0]?.body).toContain("quoted by somebody");
    expect(forge.requests).toContain("PATCH /repos/acme/billing/issues/comments/122");
  });

  it("say what GitHub refused, without the token", async () => {
    writeFileSync(path.join(workspace.folder, "comment.md"), "<!-- topup-review -->\n");
    forge.refuse(403);
    const { failed, output } = await play("comment");
    expect(failed).toBe(true);
    expect(output).toContain("/issues/12/comments?per_page=100&page=1: 403");
    expect(output).not.toContain(TOKEN);
  });

  it("show the approver the plan", async () => {
    workspace.pulumi({ stdout: fixture("several.json"), exitCode: 0 });
    expect(await play("plan")).toMatchObject({ failed: false });
    expect(workspace.read("summary.md")).toContain("auto top-up is switched OFF");
  });

  it("apply with the writing token", async () => {
    workspace.pulumi({ stdout: "", exitCode: 0 });
    expect(await play("up")).toMatchObject({ failed: false });
    const args = ["up", "--refresh", "--yes", "--non-interactive", "--stack", "production"];
    expect(workspace.calls().at(-1)).toEqual({ command: "pulumi", args, credentials: ["CLOUDFLARE_API_TOKEN"] });
  });

  it.each([
    [0, "refreshSame", "No drift.", "No changes."],
    [7, "refreshDrift", "::error title=Drift::", "changed outside Pulumi"],
    [1, "programError", "ended with exit code 1, so nothing is known", "The preview failed"],
    [255, "empty", "ended with exit code 255, so nothing is known", ""],
  ])("know drift from a failed check: exit code %d", async (exitCode, name, said, summary) => {
    workspace.pulumi({ stdout: name === "empty" ? "" : fixture(`${name}.json`), exitCode });
    const result = await play("drift");
    expect(result.exitCodes.at(-1)).toBe(exitCode);
    expect(result.output).toContain(said);
    expect(workspace.read("summary.md")).toContain(summary);
    const args = [
      "preview",
      "--refresh",
      "--expect-no-changes",
      "--json",
      "--non-interactive",
      "--stack",
      "production",
    ];
    expect(workspace.calls().at(-1)).toEqual({ command: "pulumi", args, credentials: ["CLOUDFLARE_API_TOKEN"] });
  });

  it.each([
    [12, 4, "::error title=Charges::", "Alarm"],
    [5, 0, "All charges are within the limits.", "5, `$250.00`"],
  ])(
    "after %d charges in an hour end with %d, and hand it on to the next pull request",
    async (times, exitCode, said, shown) => {
      const cloudflare = await startSimulator({ readOnlyToken: "fake-reading-token" });
      cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 1000 });
      runAway(cloudflare, ACCOUNT, times);
      workspace.pulumi({ stdout: stateOf(ACCOUNT), exitCode: 0 });
      const { exitCodes, output } = await play("charges", { CLOUDFLARE_BASE_URL: cloudflare.url });
      await cloudflare.close();
      expect([exitCodes.at(-1), output]).toEqual([exitCode, expect.stringContaining(said)]);
      expect(workspace.read("summary.md")).toContain(shown);
      workspace.pulumi({ stdout: fixture("amount.json"), exitCode: 0 });
      expect(await play("preview")).toMatchObject({ failed: false });
      expect(workspace.read("comment.md")).toContain(`${times} charges, $${times * 50}.00 in 30 days`);
      expect(workspace.read("comment.md").includes(":rotating_light: Alarm")).toBe(exitCode === 4);
    },
  );

  it("know nothing of charges where Cloudflare cannot be asked, and say so", async () => {
    workspace.pulumi({ stdout: "", exitCode: 255 });
    expect((await play("charges")).exitCodes.at(-1)).toBe(255);
    workspace.pulumi({ stdout: '{"deployment":{}}', exitCode: 0 });
    const { exitCodes, output } = await play("charges");
    expect([exitCodes.at(-1), output]).toEqual([3, expect.stringContaining("so nothing is known")]);
  });

  it("have all been played by the tests above", () => {
    const all = Object.entries(jobs).flatMap(([name, { steps }]) =>
      steps.filter(({ run }) => run !== undefined).map((step) => labelOf(name, step)),
    );
    expect([...played].sort()).toEqual([...new Set(all)].sort());
  });
});
