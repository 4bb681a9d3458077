// The plugin under a real Pulumi CLI, where one is found: its schema, the SDKs that `pulumi package add` generates in an empty home, and
// a life with import, drift and the end. Nothing but the loopback address is asked for anything of Cloudflare.
import { cpSync, readFileSync, unlinkSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, openStack, startSimulator, type ThrowAwayStack } from "../../provider/testing";
import { findCli } from "../support/cli";
import { methods } from "../support/core";
import { EXECUTABLE, TYPE } from "../support/plugin";
import { javascriptProgram, type Program, ROOT } from "../support/program";
import { makeSdk, type Sdk } from "../support/sdk";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const remote = { amount: 5000, threshold: 1000 };
const canary = "canary-token-that-must-never-be-shown";

const cli = findCli("the plugin's schema, generated SDKs, life cycle and import with a real CLI");

(cli ? describe : describe.skip)("with a real CLI", () => {
  let cloudflare: BillingSimulator;
  let sdk: Sdk;
  let program: Program;
  let stack: ThrowAwayStack;

  beforeAll(async () => {
    cloudflare = await startSimulator({ apiToken: canary });
    sdk = makeSdk();
  });
  beforeEach(async () => {
    cloudflare.reset();
    program = javascriptProgram();
    const plugin = `plugins:\n  providers:\n    - name: cloudflare-ai-gateway-billing\n      path: ${path.dirname(EXECUTABLE)}\n`;
    program.write("Pulumi.yaml", `${readFileSync(path.join(program.folder, "Pulumi.yaml"), "utf8")}${plugin}`);
    const env = { ...sdk.env, CLOUDFLARE_BASE_URL: cloudflare.url };
    const config = { "cloudflare-ai-gateway-billing:apiToken": { secret: canary } };
    stack = await openStack({ program: program.folder, env, config, requests: cloudflare });
  });
  afterEach(async () => {
    await stack.dispose();
    program.remove();
  });
  afterAll(async () => {
    sdk.remove();
    await cloudflare.close();
  });

  function declare(amount: number): void {
    program.write(
      "index.js",
      `const { AutoTopupConfig } = require("pulumi-cloudflare-ai-gateway-billing-sdk");
      new AutoTopupConfig("credits", { accountId: "${ACCOUNT}", amount: ${amount}, threshold: 1000 });`,
    );
  }

  it("get-schema prints the package's schema", async () => {
    const { exitCode, lines } = await stack.run(["package", "get-schema", EXECUTABLE]);
    expect(exitCode).toBe(0);
    const schema = JSON.parse(readFileSync(path.join(ROOT, "sdk-schema.json"), "utf8"));
    expect(JSON.parse(lines.join("\n"))).toMatchObject({
      name: schema.name,
      resources: { [TYPE]: { requiredInputs: ["accountId", "amount", "threshold"] } },
    });
  });

  it("a whole life: preview, up, no change, preview of an update, drift, refresh, destroy; the token is nowhere", async () => {
    declare(5000);
    expect(await stack.preview()).toMatchObject({ ok: true, requests: [] });
    const up = await stack.up();
    expect([up.ok, methods(cloudflare)]).toEqual([true, "GET POST"]);
    expect(await stack.up()).toMatchObject({ ok: true, requests: [] });
    declare(8000);
    const preview = await stack.preview();
    expect(preview.lines.join("\n")).toMatch(/~ amount *: 5000 => 8000/);
    cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 700 });
    expect((await stack.refresh()).lines.join("\n")).toMatch(/~ threshold *: 1000 => 700/);
    const repaired = await stack.up();
    expect(cloudflare.config(ACCOUNT)).toEqual({ amount: 8000, threshold: 1000 });
    const shown = JSON.stringify([up.lines, preview.lines, repaired.lines, await stack.state()]);
    expect(shown).not.toContain(canary);
    expect((await stack.destroy()).ok).toBe(true);
    expect(cloudflare.config(ACCOUNT)).toBeNull();
  }, 180_000);

  it("imports by the account's id, and the next preview is empty", async () => {
    program.write("index.js", "");
    cloudflare.setConfig(ACCOUNT, remote);
    const flags = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false", "--stack", "dev"];
    const imported = await stack.run(["import", TYPE, "credits", ACCOUNT, ...flags]);
    expect([imported.exitCode, imported.lines.join("\n")]).toEqual([0, expect.stringContaining("1 imported")]);
    declare(5000);
    expect((await stack.preview("--expect-no-changes")).ok).toBe(true);
    expect(new Set(methods(cloudflare).split(" "))).toEqual(new Set(["GET"]));
  });

  it.each([
    ["nodejs", "index.ts", 'import * as billing from "pulumi-cloudflare-ai-gateway-billing-sdk";'],
    ["python", "__main__.py", "import pulumi_cloudflare_ai_gateway_billing as billing"],
  ])(
    "package add gives a %s program its SDK, from the folder as it is, and up works",
    async (runtime, main, importLine) => {
      const body =
        runtime === "nodejs"
          ? `new billing.AutoTopupConfig("credits", { accountId: "${ACCOUNT}", amount: 5000, threshold: 1000 });`
          : `billing.AutoTopupConfig("credits", account_id="${ACCOUNT}", amount=5000, threshold=1000)`;
      program.write(
        "Pulumi.yaml",
        `name: tested\nruntime:\n  name: ${runtime}\n${runtime === "python" ? "  options:\n    virtualenv: venv\n" : ""}`,
      );
      program.write(
        "package.json",
        '{ "private": true, "main": "index.ts", "dependencies": { "@pulumi/pulumi": "^3.216.0" } }\n',
      );
      program.write("requirements.txt", "pulumi>=3.165.0,<4.0.0\n");
      // A link into the repository, where `npm install` would write.
      unlinkSync(path.join(program.folder, "node_modules"));
      cpSync(path.join(path.dirname(EXECUTABLE), "plugin"), path.join(program.folder, "plugin"), { recursive: true });
      const added = await stack.run(["package", "add", "./plugin"]);
      expect([added.exitCode, added.lines.join("\n")]).toEqual([0, expect.stringContaining("You can import the SDK")]);
      program.write(main, `${importLine}\n${body}\n`);
      const up = await stack.up();
      expect([up.ok, up.lines.join("\n")]).toEqual([true, expect.any(String)]);
      expect(cloudflare.config(ACCOUNT)).toEqual(remote);
      expect((await stack.destroy()).ok).toBe(true);
    },
    600_000,
  );
});
