// The whole pack as the engine runs it: loaded by the policy SDK, asked by the real CLI.
import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { openStack, type ThrowAwayStack } from "../../provider/testing";
import { findCli } from "../support/cli";
import { copyExample, javascriptProgram, type Program, ROOT } from "../support/program";

jest.setTimeout(300_000);
const cli = findCli("the policy pack with a real engine");
const sdk = existsSync(path.join(ROOT, "node_modules/@pulumi/policy/package.json"));
if (!sdk) process.stderr.write("left out, as @pulumi/policy is not installed: the policy pack with a real engine\n");

(cli === null || !sdk ? describe.skip : describe)("the policy pack", () => {
  const account = "0123456789abcdef0123456789abcdef";
  let program: Program;
  let pack: Program;
  let stack: ThrowAwayStack;

  beforeAll(async () => {
    program = javascriptProgram();
    pack = copyExample("policy");
    stack = await openStack({ program: program.folder, stack: "production" });
  });
  afterAll(async () => {
    await stack.dispose();
    pack.remove();
    program.remove();
  });

  const play = () => stack.run(["preview", "--policy-pack", pack.folder, "--stack", "production"]);

  async function preview(amount: number, threshold: number, protect: boolean) {
    program.write(
      "index.js",
      `const { AutoTopupConfig } = require("pulumi-cloudflare-ai-gateway-billing");
       new AutoTopupConfig("topup", { accountId: "${account}", amount: ${amount}, threshold: ${threshold} }, { protect: ${protect} });`,
    );
    return play();
  }

  it.each([
    [90_000, 1000, "amount-cap"],
    [5000, 90_000, "threshold-cap"],
    [1000, 1000, "least-amount"],
  ])("refuses what breaks its rules, in the preview: %d with a threshold of %d", async (amount, threshold, broken) => {
    const { exitCode, lines } = await preview(amount, threshold, false);
    expect(exitCode).not.toBe(0);
    for (const name of [broken, "protection"]) {
      expect(lines.join("\n")).toMatch(new RegExp(`\\[mandatory\\] +auto-topup-${name}`));
    }
  });

  it("refuses a gateway without a spend limit beside auto top-up, in the preview", async () => {
    // A component, since the official provider is not at hand: what it registers is what a stack's policies see of a resource.
    program.write(
      "index.js",
      `const pulumi = require("@pulumi/pulumi");
       const { AutoTopupConfig } = require("pulumi-cloudflare-ai-gateway-billing");
       class Gateway extends pulumi.ComponentResource {
         constructor(name, spendLimits) {
           super("cloudflare:index/aiGateway:AiGateway", name);
           this.registerOutputs({ spendLimits });
         }
       }
       new AutoTopupConfig("topup", { accountId: "${account}", amount: 5000, threshold: 1000 }, { protect: true });
       new Gateway("bounded", { enabled: true, rules: [{ enabled: true, limitType: "cost", limit: 300, window: 86400 }] });
       new Gateway("open", undefined);`,
    );
    const { exitCode, lines } = await play();
    const text = lines.join("\n");
    expect(text).toMatch(/\[mandatory\] +auto-topup-spend-limit/);
    expect(text).toContain("Gateway 'open' has no enabled spend limit on all of its traffic");
    expect(text).not.toContain("Gateway 'bounded'");
    expect(exitCode).not.toBe(0);
  });

  it("lets through what keeps them", async () => {
    const { exitCode, lines } = await preview(5000, 1000, true);
    expect(lines.join("\n")).not.toContain("[mandatory]");
    expect(exitCode).toBe(0);
  });
});
