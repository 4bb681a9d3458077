// A runaway from the first charge to the pull request: seen by topup-watch, tripping the breaker once, committed, and off until a person says
// otherwise. With a stand-in for the two commands of the CLI that the breaker runs, and with the real CLI if there is one.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { findCli } from "../support/cli";
import { ROOT } from "../support/program";
import { readYaml } from "../support/yaml";
import { runAway } from "../watch/watchCommand";
import { ACCOUNT, type Checkout, LOCK, openCheckout } from "./breakerCheckout";

const cli = findCli("the breaker of examples/breaker with a real engine");
const LIMITS = "--max-charges 5/1h --max-charges 20/24h --max-failed 10/24h";
jest.setTimeout(300_000);

describe.each(["a stand-in", ...(cli === null ? [] : ["the real CLI"])])("a runaway, with %s", (name) => {
  const isReal = name === "the real CLI";
  let checkout: Checkout;
  let cloudflare: BillingSimulator;
  let webhook: Server;
  const shown: string[] = [];

  beforeAll(async () => {
    cloudflare = await startSimulator();
    cloudflare.setBalance(ACCOUNT, { balance: 5000 });
    webhook = createServer(async (request, response) => {
      shown.push(((await json(request)) as { text: string }).text);
      response.end();
    });
    await new Promise<void>((done) => webhook.listen(0, "127.0.0.1", done));
    checkout = await openCheckout(isReal ? cli : null, cloudflare);
  });
  afterAll(async () => {
    checkout.remove();
    webhook.close();
    await cloudflare.close();
  });

  const breaker = (env = {}) => {
    const { port } = webhook.address() as AddressInfo;
    return checkout.shell(`node breaker.mjs ${LIMITS}`, { BREAKER_WEBHOOK: `http://127.0.0.1:${port}`, ...env });
  };
  const up = () => checkout.shell("pulumi up --yes --skip-preview --non-interactive --stack production");
  const committed = async () => (await checkout.shell("git -C .home/origin show main:Pulumi.production.yaml")).output;
  const writes = () => cloudflare.requests.filter(({ method }) => method !== "GET").map(({ method }) => method);

  it("begins on a quiet account, which the breaker leaves alone", async () => {
    expect(await breaker()).toMatchObject({ exitCode: 0, output: expect.stringContaining("no charges in 24 hours") });
    expect([writes(), shown]).toEqual([["POST"], []]);
  });

  it("is not hidden by a failed read: nothing is done, and a person is alerted", async () => {
    expect(await breaker({ CLOUDFLARE_API_TOKEN: "revoked-long-ago" })).toMatchObject({ exitCode: 3 });
    expect(shown.splice(0)).toEqual([expect.stringMatching(/^Not everything is known of what stack production was/)]);
    const withoutCli = { PULUMI_STACK: "production", PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` };
    expect(await breaker(withoutCli)).toMatchObject({ exitCode: 3 });
    expect(shown.splice(0)).toEqual([expect.stringMatching(/^Nothing is known of what stack production was charged/)]);
    expect(writes()).toEqual(["POST"]);
  });

  it("is no failing card: that has a code of its own", async () => {
    cloudflare.setHealth(ACCOUNT, { error: "card_declined" });
    expect(await breaker()).toMatchObject({ exitCode: 6, output: expect.stringContaining("top-ups fail") });
    cloudflare.setHealth(ACCOUNT, { error: null });
    expect([writes(), shown]).toEqual([["POST"], []]);
  });

  it("is seen by topup-watch with a token that may only read", async () => {
    runAway(cloudflare, ACCOUNT);
    const piped = `pulumi stack export --stack production | node "$WATCH" ${LIMITS}`;
    const { exitCode, output } = await checkout.shell(piped, { CLOUDFLARE_API_TOKEN: cloudflare.readOnlyToken });
    expect([exitCode, output]).toEqual([4, expect.stringContaining("12 charges, $600.00 in 24 hours")]);
  });

  const notOff = "could NOT be switched off. Do it in the dashboard, now.";
  const loudly = async (said: string) => {
    const { exitCode, output } = await breaker();
    expect([exitCode, shown.splice(0)]).toEqual([5, [expect.stringContaining(said)]]);
    expect(cloudflare.config(ACCOUNT)).not.toBeNull();
    return output;
  };

  it("is reported loudly if it cannot be stopped, and the pause is committed unless a ruleset refuses the push", async () => {
    const hook = path.join(checkout.folder, ".home/origin/hooks/pre-receive");
    writeFileSync(hook, "#!/bin/sh\nexit 1\n");
    chmodSync(hook, 0o755);
    cloudflare.dashboardOnly = true;
    const commit = "Commit 'paused: \"true\"' to Pulumi.production.yaml before anybody";
    await loudly(`The pause could NOT be committed to main. ${commit}`);
    rmSync(hook);
    const committedAll = `${notOff} The pause is committed to main. \`pulumi up\` failed: the job's log says why`;
    await loudly(committedAll);
    expect(await committed()).toMatch(/ai-gateway-breaker:paused"?: ?"?true/);
    // An hour later it says so again, with nothing left to commit.
    await loudly(committedAll);
    cloudflare.dashboardOnly = false;
  });

  it("is reported as loudly if another update holds the stack's lock", async () => {
    const lock = path.join(checkout.folder, ".home", LOCK);
    mkdirSync(path.dirname(lock), { recursive: true });
    writeFileSync(lock, '{"pid":1,"username":"a","hostname":"b","timestamp":"2026-11-25T11:00:00Z"}');
    const output = await loudly(notOff);
    rmSync(lock);
    if (isReal) expect(output).toContain("the stack is currently locked by 1 lock(s)");
  });

  it.each(["is refused", "cannot be checked"])("runs nothing and alerts a person if the state %s", async (what) => {
    const check = path.join(checkout.folder, "check-state.mjs");
    if (what === "is refused") writeFileSync(check, readFileSync(check, "utf8").replace("exports.handler=", "other="));
    else rmSync(check);
    const before = cloudflare.requests.length;
    expect(await breaker()).toMatchObject({ exitCode: 3 });
    copyFileSync(path.join(ROOT, "examples/ci-github/check-state.mjs"), check);
    expect(shown.splice(0)).toEqual([expect.stringMatching(/^The state of stack production could not be checked/)]);
    expect(cloudflare.requests).toHaveLength(before);
  });

  it("trips the breaker once: auto top-up is off, and a person is alerted", async () => {
    expect(await breaker()).toMatchObject({ exitCode: 4 });
    expect(cloudflare.config(ACCOUNT)).toBeNull();
    const said =
      "Auto top-up of stack production ran away and was switched off. The pause is committed to main.\n" +
      `account ${ACCOUNT}: 12 charges in 1 hour; the limit is 5 charges, since `;
    expect(shown.splice(0)).toEqual([expect.stringMatching(`^${said}`)]);
    const before = writes();
    const output = expect.stringContaining("stays off until a person says otherwise");
    expect(await breaker()).toMatchObject({ exitCode: 0, output });
    expect([writes(), shown]).toEqual([before, []]);
  });

  it("trips the breaker again if it comes back on, although the state says off", async () => {
    cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 1000 });
    expect(await breaker()).toMatchObject({ exitCode: 4 });
    expect([cloudflare.config(ACCOUNT), shown.splice(0)]).toEqual([null, [expect.any(String)]]);
  });

  it("charges nothing more, and is in the next pull request's comment", async () => {
    cloudflare.spend(ACCOUNT, 60_000);
    expect(cloudflare.invoices(ACCOUNT)).toHaveLength(12);
    if (!isReal) return;
    const program = path.join(checkout.folder, "index.ts");
    writeFileSync(program, readFileSync(program, "utf8").replace("usd(50)", "usd(80)"));
    const { output } = await checkout.shell(`
      pulumi stack export --stack production | node "$WATCH" --save .home/charges.json --max-charges 5/24h > .home/log || [ $? = 4 ]
      pulumi preview --json --show-replacement-steps --show-sames --stack production > .home/plan.json
      node "$REVIEW" .home/plan.json --charges .home/charges.json --format markdown`);
    expect(output).toContain(`account \`${ACCOUNT.slice(0, 8)}...\`: \`12 charges in 24 hours; the limit is 5 charges`);
    expect(output).toContain("12 charges, $600.00 in 30 days");
  });

  it("stays off in every further up, until a person says otherwise", async () => {
    expect(await up()).toMatchObject({ exitCode: 0 });
    expect(cloudflare.config(ACCOUNT)).toBeNull();
    expect(await checkout.shell("pulumi config set paused false --stack production")).toMatchObject({ exitCode: 0 });
    expect(await up()).toMatchObject({ exitCode: 0 });
    expect(cloudflare.config(ACCOUNT)).toEqual({ amount: isReal ? 8000 : 5000, threshold: 1000 });
  });
});

describe("the breaker's pipelines", () => {
  const read = (file: string) => readFileSync(path.join(ROOT, "examples/breaker", file), "utf8");
  const github = ".github/workflows/auto-topup-breaker.yml";

  it("run the same command, every hour on GitHub and by a schedule of its own on GitLab", () => {
    for (const file of [github, ".gitlab-ci.yml"]) expect(read(file)).toContain(`node breaker.mjs ${LIMITS}`);
    const workflow = readYaml(path.join(ROOT, "examples/breaker", github)) as { on: unknown };
    expect(workflow.on).toEqual({ schedule: [{ cron: expect.stringMatching(/^\d+ \* \* \* \*$/) }] });
    expect(read(".gitlab-ci.yml")).toContain('$CI_PIPELINE_SOURCE == "schedule" && $BREAKER == "1"');
  });

  it("may do nothing but commit", () => {
    expect(read(github).match(/^ +\w+: (read|write)$/gm)).toEqual(["      contents: write"]);
  });

  it("never switch anything on, and start nothing that Windows cannot start without a shell", () => {
    expect(read("breaker.mjs")).not.toMatch(/"false"|paused=false|run\("npx"/);
  });
});
