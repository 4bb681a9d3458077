// What the two pipelines do about the state and between updates: the job `watch` with the simulator, and the check before a refresh. `pulumi` is a
// stand-in that prints a state; the commands and the shell steps are real.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { DYNAMIC_TYPE } from "../../provider/pulumi/urn";
import { type BillingSimulator, startSimulator } from "../../provider/testing";
import { ACCOUNT, recorded, stateOf } from "./documents";
import { playOnGitHub } from "./github";
import { playOnGitLab } from "./gitlab";
import { openWorkspace, SCOPED, type Workspace } from "./workspace";

jest.setTimeout(120_000);

describe.each([
  ["GitHub", playOnGitHub],
  ["GitLab", playOnGitLab],
] as const)("the pipeline on %s", (forgeName, playJob) => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = openWorkspace(null);
  });
  afterAll(() => workspace.remove());
  const play = (job: string, env = {}) => playJob(job, workspace, env);
  const pulumiCalls = () => workspace.calls().flatMap(({ args }) => (args.startsWith("pulumi ") ? [args] : []));
  let cloudflare: BillingSimulator;
  beforeEach(async () => {
    cloudflare = await startSimulator({ readOnlyToken: SCOPED.reads.replaceAll(" ", "-") });
    cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 1000 });
    workspace.calls();
    workspace.pulumi({ stack: { stdout: stateOf(5000) }, preview: recorded("drift.dynamic", 2) });
  });
  afterEach(() => cloudflare.close());
  const watch = () =>
    play("watch", { CLOUDFLARE_BASE_URL: cloudflare.url, CLOUDFLARE_API_TOKEN: cloudflare.readOnlyToken });

  it("is content if all is as declared, and asks the state for nothing but itself", async () => {
    expect(await watch()).toEqual({ exitCode: 0, output: expect.stringContaining("is as the stack says") });
    expect(pulumiCalls()).toEqual(["pulumi stack export --stack production"]);
    expect(cloudflare.requests.map(({ method }) => method)).toEqual(["GET", "GET"]);
  });

  it("raises an alarm on a change made in the dashboard", async () => {
    cloudflare.setConfig(ACCOUNT, { amount: 9000, threshold: 1000 });
    const { exitCode, output } = await watch();
    expect([exitCode, output]).toEqual([4, expect.stringMatching(/not as declared/)]);
    expect(output).toContain("$90.00");
  });

  it("raises an alarm on a runaway, and hands it on where that is safe", async () => {
    cloudflare.setBalance(ACCOUNT, { balance: 1000 });
    for (let minutes = 60; minutes > 0; minutes -= 5) cloudflare.spend(ACCOUNT, 5000, Date.now() - minutes * 60_000);
    expect(await watch()).toMatchObject({ exitCode: 4 });
    await play("preview");
    const comment = workspace.read("comment.md");
    if (forgeName === "GitHub") expect(comment).toContain("12 charges");
    else expect(comment).not.toContain("charges, $");
  });

  it("does not take a failed check for an alarm, nor for a quiet hour", async () => {
    cloudflare.revokeToken(cloudflare.readOnlyToken);
    expect(await watch()).toEqual({ exitCode: 3, output: expect.stringContaining("so nothing is known") });
    workspace.pulumi({ stack: { exitCode: 255 } });
    const { exitCode, output } = await watch();
    expect([0, 4]).not.toContain(exitCode);
    expect(output).toContain("so nothing is known");
  });

  it.each([
    ["code in our resource", { resource: { outputs: { __provider: "exports.handler=()=>steal()" } } }],
    [
      "code in another dynamic resource",
      { resource: { type: "pulumi-nodejs:dynamic:Resource", inputs: { __provider: "" } } },
    ],
    [
      "a plugin from elsewhere",
      { resource: { type: "pulumi:providers:x", inputs: { pluginDownloadURL: "https://x.test" } } },
    ],
    [
      "another API address",
      { resource: { type: "pulumi:providers:cloudflare", inputs: { "cloudflare:baseUrl": "https://x.test" } } },
    ],
  ])("runs nothing beside a token if the state holds %s", async (_, { resource }) => {
    const planted = { urn: "urn:pulumi:production::billing::t::planted", type: DYNAMIC_TYPE, ...resource };
    workspace.pulumi({ stack: { stdout: stateOf(5000, planted) } });
    workspace.calls();
    for (const job of ["plan", "up"]) {
      expect(await play(job)).toEqual({ exitCode: 1, output: expect.stringContaining("planted") });
      expect(pulumiCalls()).toEqual(["pulumi stack export --stack production"]);
    }
  });
});
