// A throw-away stack over the real CLI: its commands, what they return, and that nothing of it remains.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, openStack, startSimulator, type ThrowAwayStack } from "../../provider/testing";
import { findCli } from "../support/cli";
import { javascriptProgram, type Program } from "../support/program";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const SECRET = "a-secret-of-the-stack";
const cli = findCli("throw-away stacks");

(cli === null ? describe.skip : describe)("a stack that openStack opens", () => {
  let cloudflare: BillingSimulator;
  let program: Program;
  let stack: ThrowAwayStack;
  let temporary: string;
  const printed: string[] = [];

  beforeAll(async () => {
    cloudflare = await startSimulator({ apiToken: SECRET });
    program = javascriptProgram();
    temporary = mkdtempSync(path.join(tmpdir(), "auto-topup-stack-"));
    mkdirSync(path.join(temporary, "tmp"));
    declare(5000);
    const { TMPDIR } = process.env;
    process.env.TMPDIR = path.join(temporary, "tmp");
    stack = await openStack({
      program: program.folder,
      config: { "cloudflare:apiToken": { secret: SECRET }, "cloudflare:baseUrl": cloudflare.url },
      requests: cloudflare,
      output: (line) => printed.push(line),
    });
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  afterAll(async () => {
    await stack.dispose();
    await cloudflare.close();
    program.remove();
    rmSync(temporary, { recursive: true });
  });

  function declare(amount: number): void {
    program.write(
      "index.js",
      `const { AutoTopupConfig } = require("pulumi-cloudflare-ai-gateway-billing");
       new AutoTopupConfig("credits", { accountId: "${ACCOUNT}", amount: ${amount}, threshold: 1000 });`,
    );
  }

  it("returns of each command whether it went well, what it printed and what Cloudflare was asked", async () => {
    expect(await stack.preview()).toMatchObject({ ok: true, exitCode: 0, requests: [] });
    const up = await stack.up();
    expect(up.requests).toMatchObject([{ method: "GET" }, { method: "POST" }]);
    expect(printed).toEqual(expect.arrayContaining([...up.lines]));
    expect(await stack.up()).toMatchObject({ ok: true, requests: [] });
    cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 2000 });
    const refresh = await stack.refresh();
    expect(refresh.lines.join("\n")).toMatch(/~ threshold *: 1000 => 2000/);
    expect(await stack.preview("--expect-no-changes")).toMatchObject({ ok: false, exitCode: 7 });
  });

  it("resolves with the reason if a command fails", async () => {
    declare(20);
    const preview = await stack.preview();
    expect([preview.ok, preview.lines.join("\n")]).toEqual([false, expect.stringContaining("at least 1000 cents")]);
    await expect(stack.previewDocument()).rejects.toThrow("at least 1000 cents");
    declare(5000);
  });

  it("gives the document that the review reads, unchanged resources and replacement steps included", async () => {
    const before = printed.length;
    expect(await stack.previewDocument()).toMatchObject({ changeSummary: { same: 1, update: 1 } });
    // A document is data: nobody wants to see it printed.
    expect(printed.slice(before)).toEqual([]);
  });

  it("keeps secrets encrypted in its state, and takes any other command", async () => {
    const state = JSON.stringify(await stack.state());
    expect([state.includes(ACCOUNT), state.includes(SECRET)]).toEqual([true, false]);
    expect((await stack.run(["stack", "ls"])).stdout).toContain("dev*");
  });

  it("leaves nothing behind when it is disposed of", async () => {
    expect(await stack.destroy()).toMatchObject({ ok: true });
    expect(existsSync(path.join(program.folder, "Pulumi.dev.yaml"))).toBe(true);
    await stack.dispose();
    expect(existsSync(path.join(program.folder, "Pulumi.dev.yaml"))).toBe(false);
    expect(readdirSync(path.join(temporary, "tmp"))).toEqual([]);
  });
});
