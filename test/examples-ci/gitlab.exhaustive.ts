// The GitLab pipeline: every job's script, played with a stand-in for the CLI.
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startSimulator } from "../../provider/testing";
import { reading, runAway } from "../watch/watchCommand";
import { ACCOUNT, fixture } from "../review/fixture";
import { type Forge, startForge, TOKEN } from "./forge";
import { FOLDER, pipeline, played, playJob } from "./gitlab";
import { openWorkspace, stateOf, type Workspace } from "./workspace";

describe("the GitLab pipeline", () => {
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
    for (const file of ["comment.md", "charges.json"]) rmSync(path.join(workspace.folder, file), { force: true });
    forge.comments.length = 0;
    forge.refuse(0);
  });

  const play = (job: string, env = {}) => playJob(job, workspace, { PULUMI_STACK: "production", ...env });
  const comment = () =>
    play("comment", {
      CI_API_V4_URL: `${forge.url}/api/v4`,
      CI_PROJECT_ID: "3",
      CI_MERGE_REQUEST_IID: "12",
      GITLAB_NOTE_TOKEN: TOKEN,
    });

  it("previews, and writes the note", async () => {
    workspace.pulumi({ stdout: fixture("amount.json"), exitCode: 0 });
    expect(await play("preview")).toMatchObject({ exitCode: 0 });
    expect(workspace.read("comment.md")).toContain("charge $50.00 instead of $20.00");
  });

  it.each([
    ["an increase above the limit", "amount", 0, { MAX_INCREASE_USD: "29" }, 5],
    ["switching off", "delete", 0, {}, 6],
    ["a refused value", "refused", 1, {}, 3],
  ])("fails on %s, and writes the note all the same", async (_, name, exitCode, env, expected) => {
    workspace.pulumi({ stdout: fixture(`${name}.json`), exitCode });
    const { exitCode: code, output } = await play("preview", env);
    expect(code).toBe(expected);
    expect(workspace.read("comment.md")).toContain("Not allowed");
    expect(output).toContain("Not allowed");
  });

  it("replaces an old note even where there is no preview at all", async () => {
    workspace.pulumi({ stdout: "", exitCode: 6 });
    expect((await play("preview")).exitCode).toBe(2);
    expect(workspace.read("comment.md")).toContain("The preview could not be run.");
  });

  it("writes one note, and replaces it on every push, also with no changes", async () => {
    forge.someone("<!-- topup-review -->\n\nquoted by somebody");
    for (const name of ["amount", "same"]) {
      workspace.pulumi({ stdout: fixture(`${name}.json`), exitCode: 0 });
      await play("preview");
      expect(await comment()).toMatchObject({ exitCode: 0 });
    }
    expect(forge.comments).toHaveLength(2);
    expect(forge.comments[1]?.body).toBe(workspace.read("comment.md"));
    expect(forge.comments[1]?.body).toContain("No changes.");
  });

  it("says what GitLab refused, without the token", async () => {
    workspace.pulumi({ stdout: fixture("same.json"), exitCode: 0 });
    await play("preview");
    forge.refuse(403);
    const { exitCode, output } = await comment();
    expect(exitCode).toBe(1);
    expect(output).toContain("/api/v4/user: 403");
    expect(output).not.toContain(TOKEN);
  });

  it("applies", async () => {
    workspace.pulumi({ stdout: "", exitCode: 0 });
    expect(await play("up", { CLOUDFLARE_API_TOKEN: "fake" })).toMatchObject({ exitCode: 0 });
    const args = ["up", "--refresh", "--yes", "--non-interactive", "--stack", "production"];
    expect(workspace.calls().at(-1)?.args).toEqual(args);
  });

  it("names no Cloudflare credential: GitLab gives each environment its own, and preview has no environment", () => {
    expect(JSON.stringify(pipeline)).not.toContain("CLOUDFLARE");
    const environments = Object.entries(pipeline).flatMap(([name, { environment }]) =>
      environment === undefined ? [] : [[name, environment.name]],
    );
    expect(environments).toEqual([
      ["up", "production"],
      ["drift", "drift"],
      ["charges", "drift"],
    ]);
    const readme = readFileSync(path.join(FOLDER, "README.md"), "utf8");
    expect(readme).toContain('environment `production`, permission "AI Gateway Write"');
    expect(readme).toContain('environment `drift`, permission "AI Gateway Read"');
    expect(readme).toContain("The stack's configuration holds **no** Cloudflare credential");
  });

  it.each([
    [0, "refreshSame", "No drift."],
    [7, "refreshDrift", "Drift: auto top-up is not as declared."],
    [1, "programError", "ended with exit code 1, so nothing is known"],
  ])("knows drift from a failed check: exit code %d", async (exitCode, name, said) => {
    workspace.pulumi({ stdout: fixture(`${name}.json`), exitCode });
    const result = await play("drift", { CLOUDFLARE_API_TOKEN: "fake" });
    expect(result.exitCode).toBe(exitCode);
    expect(result.output).toContain(said);
  });

  it.each([
    [12, 4, "Alarm: auto top-up charges more often than allowed."],
    [5, 0, "All charges are within the limits."],
  ])(
    "after %d charges in an hour ends with %d, and hands it on to the next merge request",
    async (times, exitCode, said) => {
      const cloudflare = await startSimulator();
      cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 1000 });
      runAway(cloudflare, ACCOUNT, times);
      workspace.pulumi({ stdout: stateOf(ACCOUNT), exitCode: 0 });
      const result = await play("charges", reading(cloudflare));
      await cloudflare.close();
      expect(result).toEqual({ exitCode, output: expect.stringContaining(said) });
      workspace.pulumi({ stdout: fixture("amount.json"), exitCode: 0 });
      expect(await play("preview")).toMatchObject({ exitCode: 0 });
      expect(workspace.read("comment.md")).toContain(`${times} charges, $${times * 50}.00 in 30 days`);
    },
  );

  it("knows nothing of charges where Cloudflare cannot be asked, and says so", async () => {
    workspace.pulumi({ stdout: stateOf(ACCOUNT), exitCode: 0 });
    expect(await play("charges")).toEqual({ exitCode: 3, output: expect.stringContaining("Nothing is known") });
  });

  it("has had the script of each job played by the tests above", () => {
    const jobs = Object.entries(pipeline).filter(([, job]) => job.script !== undefined);
    expect([...played].sort()).toEqual(jobs.map(([name]) => name).sort());
  });
});
