// The health example: what the program exports, and how the nightly check judges it.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { openLocalStack, startSimulator } from "../../provider/testing";
import { copyExample, ROOT } from "../support/program";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const HEALTHY = { accountId: ACCOUNT, error: null, disabledReason: null, lastFailedAt: null };

function check(input: string) {
  const file = path.join(ROOT, "examples/health/check.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { input, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe("the health example", () => {
  it("exports the health that the last refresh found, and the check fails on it", async () => {
    const cloudflare = await startSimulator();
    const program = copyExample("health");
    const env = {
      CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
      CLOUDFLARE_BASE_URL: cloudflare.url,
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
    const config = { accountId: ACCOUNT };
    const stack = openLocalStack({ program: program.folder, env, config, requests: cloudflare });
    try {
      const healthy = await stack.up();
      expect(healthy.outputs.health).toEqual([HEALTHY]);
      expect(check(JSON.stringify(healthy.outputs)).status).toBe(0);
      cloudflare.setHealth(ACCOUNT, { error: "card_declined", lastFailedAt: "2026-11-01T08:00:00Z" });
      const failing = await stack.up({ refresh: true });
      const { status, output } = check(JSON.stringify(failing.outputs));
      expect(status).toBe(1);
      expect(output).toContain(`account ${ACCOUNT} is failing, last on 2026-11-01T08:00:00Z: card_declined`);
      expect(cloudflare.changes(ACCOUNT)).toBe(1);
    } finally {
      await stack.dispose();
      program.remove();
      await cloudflare.close();
    }
  });

  it("names every failing account, and no healthy one", () => {
    const health = [
      HEALTHY,
      { ...HEALTHY, accountId: "b", disabledReason: "suspended" },
      { ...HEALTHY, accountId: "c", error: "x" },
    ];
    const { status, output } = check(JSON.stringify({ health }));
    expect(status).toBe(1);
    expect(output).toContain("account b is failing: suspended");
    expect(output).toContain("account c is failing: x");
    expect(output).not.toContain(ACCOUNT);
  });

  it.each([
    ["[{}]", "an account: whose id is not exported either"],
    [JSON.stringify([HEALTHY, { accountId: "refused" }]), "an account: refused"],
    [JSON.stringify([{ ...HEALTHY, accountId: "partial", disabledReason: undefined }]), "an account: partial"],
  ])("takes what is absent for unknown, not for healthy: %s", (health, said) => {
    const { status, output } = check(`{"health": ${health}}`);
    expect(output).toContain(`Nothing is known about auto top-up of ${said}`);
    expect([status, output.includes("healthy")]).toEqual([2, false]);
  });

  it("counts a failure that is known for more than an account that is not", () => {
    const { status, output } = check(JSON.stringify({ health: [{ ...HEALTHY, error: "x" }, {}] }));
    expect([status, output.match(/^.* is failing|^Nothing is known/gm)?.length]).toEqual([1, 2]);
  });

  it.each(["", "error: no stack named 'x' found", "{}", '{"health": []}'])(
    "takes %j for nothing known, not for healthy",
    (input) => {
      expect(check(input)).toMatchObject({ status: 2, output: expect.stringContaining("Nothing is known") });
    },
  );
});
