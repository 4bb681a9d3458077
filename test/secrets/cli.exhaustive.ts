// The same with a real Pulumi CLI, if one is found: previews as JSON, verbose logs, the state and failing runs hold no credential.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, openStack, startSimulator, type ThrowAwayStack } from "../../provider/testing";
import { findCli } from "../support/cli";
import { EXECUTABLE } from "../support/plugin";
import { javascriptProgram, type Program } from "../support/program";
import { makeSdk, type Sdk } from "../support/sdk";
import { CANARIES, leaksIn } from "./canaries";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const cli = findCli("credentials in previews as JSON, verbose logs and the state of a real engine");
const FRONTS = [
  ["the dynamic provider", "pulumi-cloudflare-ai-gateway-billing", "cloudflare"],
  ["the plugin", "pulumi-cloudflare-ai-gateway-billing-sdk", "cloudflare-ai-gateway-billing"],
] as const;

(cli ? describe : describe.skip).each(FRONTS)("with a real CLI, through %s", (_name, module, namespace) => {
  let cloudflare: BillingSimulator;
  let sdk: Sdk;
  let program: Program;
  let stack: ThrowAwayStack;

  beforeAll(async () => {
    cloudflare = await startSimulator(CANARIES);
    sdk = makeSdk();
    program = javascriptProgram();
    const plugin = `plugins:\n  providers:\n    - name: cloudflare-ai-gateway-billing\n      path: ${path.dirname(EXECUTABLE)}\n`;
    program.write("Pulumi.yaml", `${readFileSync(path.join(program.folder, "Pulumi.yaml"), "utf8")}${plugin}`);
    const secrets = Object.entries(CANARIES).map(([name, secret]) => [`${namespace}:${name}`, { secret }]);
    const config = { ...Object.fromEntries(secrets), [`${namespace}:baseUrl`]: cloudflare.url };
    stack = await openStack({ program: program.folder, env: sdk.env, config, requests: cloudflare });
  });
  afterAll(async () => {
    await stack.dispose();
    sdk.remove();
    program.remove();
    await cloudflare.close();
  });

  function declare(amount: number): void {
    const args = `{ accountId: "${ACCOUNT}", amount: ${amount}, threshold: 1000 }`;
    program.write(
      "index.js",
      `const { AutoTopupConfig } = require("${module}");\nnew AutoTopupConfig("credits", ${args});`,
    );
  }

  it("neither a preview as JSON, nor a verbose run that fails, nor the state holds token, key or email", async () => {
    declare(5000);
    const preview = await stack.run(["preview", "--json", "--stack", "dev"]);
    cloudflare.fault({ kind: "raw", status: 400, body: `MARK Bearer ${CANARIES.apiToken}` });
    // One level more, and the engine itself writes every provider's whole configuration, secrets unwrapped.
    const verbose = ["--yes", "--skip-preview", "--logtostderr", "-v=8", "--stack", "dev"];
    const failed = await stack.run(["up", ...verbose]);
    const done = await stack.run(["up", ...verbose]);
    const state = JSON.stringify(await stack.state());
    expect([preview.exitCode, failed.exitCode !== 0, done.exitCode]).toEqual([0, true, 0]);
    expect([failed.lines.join("\n").includes("MARK"), state.includes(ACCOUNT)]).toEqual([true, true]);
    const found = Object.entries({ preview, failed, done }).flatMap(([name, { lines }]) =>
      lines.filter((line) => leaksIn(line).length > 0).map((line) => `${name}: ${line.slice(0, 300)}`),
    );
    expect(found).toEqual([]);
    expect(leaksIn(state)).toEqual([]);
  }, 180_000);
});
