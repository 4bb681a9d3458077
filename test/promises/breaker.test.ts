// The promise about runaways: what was charged can be counted, a runaway raises an alarm, and the breaker keeps auto top-up off. The command,
// the breaker's script and the stack are real; the local engine plays a `pulumi` command. examples-ci/breaker.exhaustive.ts has the whole story.
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { runAway } from "../charges/command";
import { localPulumi } from "../examples-ci/localPulumi";
import { openWorkspace, type Workspace } from "../examples-ci/workspace";

const ACCOUNT = "0123456789abcdef0123456789abcdef";

let workspace: Workspace;
let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
  cloudflare.setBalance(ACCOUNT, { balance: 5000 });
  workspace = openWorkspace(null, "breaker");
  workspace.pulumiScript(localPulumi("ai-gateway-breaker", "{}"));
});
afterAll(async () => {
  workspace.remove();
  await cloudflare.close();
});

function shell(script: string) {
  return workspace.run(script, ["bash", "-e", "{0}"], {
    PULUMI_HOME: path.join(workspace.folder, ".stand-ins"),
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    PULUMI_STACK: "production",
    CLOUDFLARE_BASE_URL: cloudflare.url,
    CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
  });
}

it("a runaway is counted, raises an alarm, and is switched off until a person says otherwise (promise 21)", async () => {
  await shell(`pulumi config set accountId ${ACCOUNT} --stack production`);
  expect(await shell("pulumi up --yes --stack production")).toMatchObject({ exitCode: 0 });
  runAway(cloudflare, ACCOUNT);
  const breaker = "node breaker.mjs --max-charges 5/1h --max-charges 20/24h";
  const tripped = await shell(breaker);
  expect([tripped.exitCode, cloudflare.config(ACCOUNT)]).toEqual([4, null]);
  expect(tripped.output).toContain(`alarm: account ${ACCOUNT}: 12 charges in 1 hour; the limit is 5 charges`);
  const again = await shell(breaker);
  expect([again.exitCode, again.output]).toEqual([
    0,
    expect.stringContaining("stays off until a person says otherwise"),
  ]);
  expect(await shell("pulumi up --yes --stack production")).toMatchObject({ exitCode: 0 });
  expect(cloudflare.config(ACCOUNT)).toBeNull();
});
