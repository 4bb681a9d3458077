// A new user's path with the real CLI and the simulator: preview without a credential, apply, and a change made behind
// Pulumi's back that the nightly job finds without writing anything.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing";
import { findCli } from "../support/cli";
import * as github from "./github";
import * as gitlab from "./gitlab";
import { openWorkspace, type Workspace } from "./workspace";

const cli = findCli("the pipelines of examples/ci-github and examples/ci-gitlab with a real engine");
jest.setTimeout(300_000);
const ACCOUNT = "0123456789abcdef0123456789abcdef";

(cli === null ? describe.skip : describe)("the pipelines with the real CLI", () => {
  let workspace: Workspace;
  let cloudflare: BillingSimulator;

  beforeAll(async () => {
    cloudflare = await startSimulator();
    workspace = openWorkspace(cli);
    const setUp = `pulumi stack init production && pulumi config set accountId ${ACCOUNT}`;
    const { exitCode, output } = await workspace.run(setUp, ["bash", "-e", "{0}"], pulumiEnv());
    if (exitCode !== 0) throw new Error(output);
  });
  afterAll(async () => {
    workspace.remove();
    await cloudflare.close();
  });

  function pulumiEnv() {
    return {
      PULUMI_HOME: path.join(workspace.folder, ".stand-ins"),
      PULUMI_BACKEND_URL: `file://${path.join(workspace.folder, ".stand-ins")}`,
      PULUMI_CONFIG_PASSPHRASE: "x",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Types are checked elsewhere; here every run would do it again.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      PULUMI_STACK: "production",
      CLOUDFLARE_BASE_URL: cloudflare.url,
      GITHUB_STEP_SUMMARY: path.join(workspace.folder, "summary.md"),
    };
  }

  const play = (job: string) =>
    github.playJob(
      job,
      workspace,
      {
        "vars.PULUMI_STACK": "production",
        "vars.PULUMI_BACKEND_URL": pulumiEnv().PULUMI_BACKEND_URL,
        "secrets.PULUMI_ACCESS_TOKEN": "",
        "secrets.PULUMI_CONFIG_PASSPHRASE": "x",
        "secrets.CLOUDFLARE_API_TOKEN": cloudflare.apiToken,
        "secrets.CLOUDFLARE_READ_TOKEN": cloudflare.readOnlyToken,
      },
      pulumiEnv(),
    );

  const state = async () => (await workspace.run("pulumi stack export", ["bash", "{0}"], pulumiEnv())).output;
  const changeAmount = (from: number, to: number) => {
    const file = path.join(workspace.folder, "index.ts");
    writeFileSync(file, readFileSync(file, "utf8").replace(`usd(${from})`, `usd(${to})`));
  };

  it("preview a new account without any request, and apply it", async () => {
    changeAmount(50, 20);
    expect(await play("preview")).toMatchObject({ failed: false });
    expect(workspace.read("comment.md")).toContain(
      "auto top-up is switched ON: charge $20.00 whenever the balance falls below $10.00",
    );
    expect(cloudflare.requests).toEqual([]);
    expect(await play("up")).toMatchObject({ failed: false });
    expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 2000, threshold: 1000 });
  });

  it("say what a change of the amount means, and stop it above the limit", async () => {
    changeAmount(20, 50);
    expect(await play("preview")).toMatchObject({ failed: false });
    expect(workspace.read("comment.md")).toContain(
      `| \`${ACCOUNT}\` | charge $50.00 instead of $20.00 whenever the balance falls below $10.00 (unchanged) |`,
    );
    changeAmount(50, 500);
    expect((await play("preview")).exitCodes.at(-1)).toBe(5);
    changeAmount(500, 20);
  });

  it("find a change made behind Pulumi's back, with a token that can only read, and write nothing", async () => {
    const before = await state();
    expect((await play("drift")).exitCodes.at(-1)).toBe(0);
    cloudflare.setConfig(ACCOUNT, { amount: 10000, threshold: 1000 });
    const seen = cloudflare.requests.length;
    const { exitCodes, output } = await play("drift");
    expect(exitCodes.at(-1)).toBe(7);
    expect(output).toContain("changed outside Pulumi: now charge $100.00");
    const reading = { ...pulumiEnv(), CLOUDFLARE_API_TOKEN: cloudflare.readOnlyToken };
    expect((await gitlab.playJob("drift", workspace, reading)).exitCode).toBe(7);
    expect(cloudflare.requests.slice(seen).map(({ method }) => method)).toEqual(["GET", "GET"]);
    expect(await state()).toBe(before);
  });

  it.each([
    ["GitHub", async () => void expect(await play("up")).toMatchObject({ failed: false })],
    [
      "GitLab",
      async () => {
        const writing = { ...pulumiEnv(), CLOUDFLARE_API_TOKEN: cloudflare.apiToken };
        expect(await gitlab.playJob("up", workspace, writing)).toMatchObject({ exitCode: 0 });
      },
    ],
  ])("put the declared values back after drift, with the steps of %s in their order", async (_, apply) => {
    cloudflare.setConfig(ACCOUNT, { amount: 10000, threshold: 1000 });
    expect((await play("drift")).exitCodes.at(-1)).toBe(7);
    await apply();
    expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 2000, threshold: 1000 });
    expect((await play("drift")).exitCodes.at(-1)).toBe(0);
  });

  it("do not take a failed check for drift, nor a failing top-up", async () => {
    cloudflare.setConfig(ACCOUNT, { amount: 2000, threshold: 1000 });
    cloudflare.setHealth(ACCOUNT, { error: "Your card was declined", lastFailedAt: "2026-11-01T08:00:00Z" });
    expect((await play("drift")).exitCodes.at(-1)).toBe(0);
    cloudflare.revokeToken(cloudflare.readOnlyToken);
    const { exitCodes, output } = await play("drift");
    expect(exitCodes.at(-1)).not.toBe(7);
    expect(exitCodes.at(-1)).toBeGreaterThan(0);
    expect(output).toContain("so nothing is known");
  });
});
