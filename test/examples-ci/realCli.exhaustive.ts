// Both pipelines with the real CLI and the simulator: a change that is approved and applied, one that is stopped since the dashboard was changed
// after the approval, and the watch after that. Left out, with one line, on a machine without the CLI.
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing";
import { findCli } from "../support/cli";
import { playOnGitHub } from "./github";
import { playOnGitLab } from "./gitlab";
import { openWorkspace, type Workspace } from "./workspace";

const cli = findCli("the pipelines of examples/ci-github and examples/ci-gitlab with a real engine");
jest.setTimeout(300_000);
const ACCOUNT = "0123456789abcdef0123456789abcdef";

(cli === null ? describe.skip : describe).each([
  ["GitHub", playOnGitHub],
  ["GitLab", playOnGitLab],
] as const)("the pipeline on %s with the real CLI", (_, playJob) => {
  let workspace: Workspace;
  let cloudflare: BillingSimulator;

  beforeAll(async () => {
    cloudflare = await startSimulator();
    workspace = openWorkspace(cli);
    workspace.write("Pulumi.yaml", "name: billing\nruntime: nodejs\n");
    declare(20);
    const { exitCode, output } = await workspace.run("pulumi stack init production", ["bash", "-e", "{0}"], env());
    if (exitCode !== 0) throw new Error(output);
  });
  afterAll(async () => {
    workspace.remove();
    await cloudflare.close();
  });

  function env() {
    return {
      PULUMI_HOME: path.join(workspace.folder, ".stand-ins"),
      PULUMI_BACKEND_URL: `file://${path.join(workspace.folder, ".stand-ins")}`,
      PULUMI_CONFIG_PASSPHRASE: "x",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Types are checked elsewhere; here every run would do it again.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      CLOUDFLARE_BASE_URL: cloudflare.url,
    };
  }

  const declare = (dollars: number, source = "") =>
    workspace.write(
      "index.ts",
      `import { AutoTopupConfig, usd } from "pulumi-cloudflare-ai-gateway-billing";
       new AutoTopupConfig("topup", { accountId: "${ACCOUNT}", amount: usd(${dollars}), threshold: usd(10) });${source}`,
    );
  const play = (job: string) =>
    playJob(job, workspace, env(), { reads: cloudflare.readOnlyToken, writes: cloudflare.apiToken });
  const writes = () => cloudflare.requests.filter(({ method }) => method !== "GET").length;

  it("previews a new account without any request, and applies what was approved", async () => {
    expect(await play("preview")).toMatchObject({ exitCode: 0 });
    expect(workspace.read("comment.md")).toContain(
      "switched ON: charge $20.00 whenever the balance falls below $10.00",
    );
    expect(cloudflare.requests).toEqual([]);
    expect(await play("plan")).toMatchObject({ exitCode: 0 });
    expect(writes()).toBe(0);
    expect(await play("up")).toMatchObject({ exitCode: 0 });
    expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 2000, threshold: 1000 });
  });

  it("stops what goes too far in the pull request", async () => {
    declare(500);
    expect(await play("preview")).toMatchObject({ exitCode: 5 });
  });

  it("does not apply $80.00 that was approved over $90.00 that somebody set in the dashboard since", async () => {
    declare(80);
    expect(await play("plan")).toMatchObject({ exitCode: 0, output: expect.stringContaining("$80.00") });
    cloudflare.setConfig(ACCOUNT, { amount: 9000, threshold: 1000 });
    const before = writes();
    const { exitCode, output } = await play("up");
    expect([exitCode, output]).toEqual([10, expect.stringContaining("$90.00")]);
    expect([writes(), cloudflare.config(ACCOUNT)]).toEqual([before, { amount: 9000, threshold: 1000 }]);
  });

  it("applies it once the new plan is approved", async () => {
    expect(await play("plan")).toMatchObject({ exitCode: 0, output: expect.stringContaining("$90.00") });
    expect(await play("up")).toMatchObject({ exitCode: 0 });
    expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 8000, threshold: 1000 });
  });

  it("minds no change of anything but money between the approval and `up`", async () => {
    expect(await play("plan")).toMatchObject({ exitCode: 0 });
    declare(80, 'export const note = "an output that was added since";');
    expect(await play("up")).toMatchObject({ exitCode: 0 });
  });

  it("sees afterwards what was changed behind the stack's back, and writes nothing", async () => {
    expect(await play("watch")).toMatchObject({ exitCode: 0 });
    cloudflare.setConfig(ACCOUNT, { amount: 10000, threshold: 1000 });
    const before = writes();
    expect(await play("watch")).toMatchObject({ exitCode: 4, output: expect.stringContaining("$100.00") });
    expect(writes()).toBe(before);
  });

  it("runs nothing of a state in which somebody has planted a resource with code of its own", async () => {
    const stolen = path.join(workspace.folder, "stolen");
    const planted = `exports.handler=()=>require('fs').writeFileSync('${stolen}','')`;
    const plant = `pulumi stack export --stack production | node -e '
      const state = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const ours = state.deployment.resources.find(({ inputs }) => inputs?.__provider);
      const values = { ...ours.inputs, __provider: process.env.PLANTED };
      const type = "pulumi-nodejs:dynamic:Resource";
      const urn = ours.urn.replace(ours.type + "::topup", type + "::planted");
      state.deployment.resources.push({ ...ours, urn, type, inputs: values, outputs: values });
      console.log(JSON.stringify(state))' > planted.json
      pulumi stack import --stack production --file planted.json`;
    expect(await workspace.run(plant, ["bash", "-e", "{0}"], { ...env(), PLANTED: planted })).toMatchObject({
      exitCode: 0,
    });
    for (const job of ["plan", "up", "watch"]) expect((await play(job)).exitCode).toBeGreaterThan(0);
    expect(() => workspace.read("stolen")).toThrow("ENOENT");
    // So it would have been run.
    const reading = { ...env(), CLOUDFLARE_API_TOKEN: cloudflare.readOnlyToken };
    await workspace.run("pulumi preview --refresh --stack production", ["bash", "{0}"], reading);
    expect(workspace.read("stolen")).toBe("");
  });
});
