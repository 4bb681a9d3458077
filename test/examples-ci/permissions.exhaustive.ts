// What the jobs of the two pipelines may do and which credentials they hold, read from the files that people copy.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/program";
import { workflow } from "./github";
import { FOLDER, pipeline } from "./gitlab";

const { jobs } = workflow;
const secretsOf = (value: unknown) => [...new Set(JSON.stringify(value ?? {}).match(/secrets\.\w+/g))].sort();

describe("the GitHub workflow", () => {
  it("asks for no permission by default, and lets one job write comments and no other write anything", () => {
    expect(workflow.permissions).toEqual({});
    const { comment, ...others } = jobs;
    expect(comment?.permissions).toEqual({ "pull-requests": "write" });
    for (const job of Object.values(others)) expect(job.permissions).toEqual({ contents: "read" });
  });

  it("keeps the pull request's code away from the job that comments", () => {
    const actions = jobs.comment?.steps.map(({ uses }) => uses?.split("@")[0]);
    expect(actions).toEqual(["actions/download-artifact", undefined]);
    expect(Object.keys(workflow.on).sort()).toEqual(["pull_request", "push", "schedule"]);
  });

  it("gives a pull request's jobs nothing that can write the state or ask Cloudflare", () => {
    expect(secretsOf(workflow.env)).toEqual([]);
    expect(secretsOf(jobs.preview)).toEqual(["secrets.PULUMI_CONFIG_PASSPHRASE", "secrets.PULUMI_READ_TOKEN"]);
    expect(secretsOf(jobs.comment)).toEqual([]);
  });

  it("gives the writing credentials to the job that applies alone, from an environment with an approval", () => {
    const writing = /secrets\.(CLOUDFLARE_API_TOKEN|PULUMI_ACCESS_TOKEN)/;
    const holders = Object.keys(jobs).filter((name) => writing.test(JSON.stringify(jobs[name])));
    expect(holders).toEqual(["up"]);
    const environments = Object.entries(jobs).map(([name, { environment }]) => [name, environment]);
    expect(Object.fromEntries(environments)).toEqual({ plan: "read-only", up: "production", watch: "read-only" });
    const applying = jobs.up?.steps.filter((step) => secretsOf(step).includes("secrets.PULUMI_ACCESS_TOKEN"));
    expect(applying?.map(({ name }) => name)).toEqual(["Apply"]);
  });

  it("keeps the breaker out of the queue in which a job may wait for its approval", () => {
    const read = (file: string) => readFileSync(path.join(ROOT, "examples", file), "utf8");
    const group = "concurrency: { group: breaker, cancel-in-progress: false }";
    expect(read("breaker/.github/workflows/auto-topup-breaker.yml")).toContain(group);
    expect(read("breaker/.gitlab-ci.yml")).toContain("resource_group: breaker");
    expect(jobs.up).toMatchObject({ environment: "production", concurrency: { group: "up" } });
    for (const pipeline of ["ci-github/.github/workflows/auto-topup.yml", "ci-gitlab/.gitlab-ci.yml"])
      expect(read(pipeline)).not.toMatch(/group: "?breaker/);
  });

  it("watches each hour, since a runaway charges every few minutes", () => {
    expect(workflow.on.schedule).toEqual([{ cron: "23 * * * *" }]);
  });

  it("ends every job in time, runs each for one event only, and fails a pipe whose first command fails", () => {
    for (const job of Object.values(jobs)) {
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(30);
      expect(job.if).toMatch(/github\.event_name == '\w+'$/);
    }
    expect(workflow.defaults).toEqual({ run: { shell: "bash" } });
  });
});

describe("the GitLab pipeline", () => {
  it("gives the jobs of a merge request no environment, so no variable that README.md gives to one", () => {
    const environments = Object.entries(pipeline).map(([name, { environment }]) => [name, environment?.name]);
    expect(Object.fromEntries(environments.filter(([, name]) => name !== undefined))).toEqual({
      plan: "read-only",
      up: "production",
      watch: "read-only",
    });
    for (const name of ["preview", "comment"])
      expect(pipeline[name]?.rules?.map((rule) => rule.if)).toEqual(['$CI_PIPELINE_SOURCE == "merge_request_event"']);
  });

  it("hands no cache from protected to unprotected pipelines or back", () => {
    expect(JSON.stringify(pipeline)).not.toContain('"cache"');
    expect(readFileSync(path.join(FOLDER, "README.md"), "utf8")).toContain(
      'leave "Use separate caches for protected branches" **on**',
    );
  });
});

it.each(["ci-github", "ci-gitlab"])("the README of %s says what the set-up must hold for that to be so", (folder) => {
  const readme = readFileSync(path.join(ROOT, "examples", folder, "README.md"), "utf8");
  expect(readme).toContain("The stack's configuration holds **no** Cloudflare credential");
  expect(readme).toMatch(/`production`.*permission "AI Gateway Write"/);
  expect(readme).toMatch(/`read-only`.*permission "AI Gateway Read"/);
  expect(readme).toMatch(/never (to )?write/);
  expect(readme).toContain("cannot be had");
});
