// What the plugin's executable does for a person: a check of credentials that only reads.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { version } from "../../package.json";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, methods, otherAccount } from "../support/core";
import { EXECUTABLE } from "../support/plugin";

let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
});
beforeEach(() => cloudflare.reset());
afterAll(() => cloudflare.close());

/** Runs the executable with nothing in its environment but the simulator's address and the credential given. */
function run(args: readonly string[], credential: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, CLOUDFLARE_BASE_URL: cloudflare.url, ...credential };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [EXECUTABLE, ...args], { env, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe("the executable, started by a person", () => {
  it.each(["--help", "-h"])("says for %s how to check a token, and which exit codes there are", async (option) => {
    const { code, stdout } = await run([option]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: pulumi-resource-cloudflare-ai-gateway-billing --check-credentials ACCOUNT\.\.\.\n/);
    for (const text of ["pulumi config get", "0  every account", "1  at least", "2  wrong usage"])
      expect(stdout).toContain(text);
  });

  it("prints its version", async () => {
    expect(await run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each([
    ["--check-credential", "an option. Did you mean '--check-credentials'?"],
    ["--hepl", "an option. Did you mean '--help'?"],
    ["topup-reviw", "a command of this executable. Did you mean 'topup-review'?"],
    ["0123456789abcdef0123456789abcdef", "a command of this executable."],
  ])("refuses %s at once instead of waiting for an engine", async (option, refusal) => {
    const { code, stderr } = await run([option, account]);
    expect([code, stderr]).toEqual([
      2,
      `'${option}' is not ${refusal}\nSee pulumi-resource-cloudflare-ai-gateway-billing --help.\n`,
    ]);
  });
});

describe("--check-credentials", () => {
  it("says with which credential each account can be read, and what it cannot prove, with one GET each", async () => {
    cloudflare.setConfig(account, { amount: 5000, threshold: 1000 });
    const { code, stdout, stderr } = await run(["--check-credentials", account, otherAccount], {
      CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
    });
    expect(stdout).toBe(
      `Checked with CLOUDFLARE_API_TOKEN of the environment:
Account ${account} can be read: auto top-up buys $50.00 of credits whenever the balance falls below $10.00.
Account ${otherAccount} can be read: auto top-up is off.
No read can prove the permission "AI Gateway Write", which \`pulumi up\` needs to change anything.
`,
    );
    expect([code, stderr, methods(cloudflare)]).toEqual([0, "", "GET GET"]);
  });

  it("names a Global API Key and its email where there is no token", async () => {
    const key = { CLOUDFLARE_API_KEY: cloudflare.apiKey, CLOUDFLARE_EMAIL: cloudflare.email };
    const { code, stdout } = await run(["--check-credentials", account], key);
    expect([code, stdout]).toEqual([0, expect.stringContaining("with CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL of")]);
  });

  it("ends with 1 and Cloudflare's message where a token is wrong, and never shows it", async () => {
    const canary = "canary-token-0123456789";
    const { code, stdout, stderr } = await run(["--check-credentials", account], { CLOUDFLARE_API_TOKEN: canary });
    expect([code, stderr, methods(cloudflare)]).toEqual([1, "", "GET"]);
    expect(stdout).toMatch(/cannot be read\. .*Cloudflare answered 401: .*\n.*The credentials were not accepted/);
    expect(stdout).not.toContain(canary);
  });

  const unsendable = { CLOUDFLARE_API_TOKEN: "canary with spaces" };

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ["no account", [], {}, /^Name at least one account/],
    ["what is no account", ["x"], {}, /^'accountId' must be a Cloudflare account id/],
    ["no credential", [account], {}, /^No credential: set CLOUDFLARE_API_TOKEN/],
    ["a credential that cannot be sent", [account], unsendable, /holds a space/],
  ])("ends with 2 and sends nothing where it is given %s", async (_, accounts, credential, expected) => {
    const { code, stderr, stdout } = await run(["--check-credentials", ...accounts], credential);
    expect([code, stdout, methods(cloudflare)]).toEqual([2, "", ""]);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toContain("canary");
  });
});
