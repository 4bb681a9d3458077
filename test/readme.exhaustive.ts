// Owns the proof that the README tells the truth: its commands exist and run, its code runs as it stands.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { findPulumiCli, openCliStack, startSimulator } from "../provider/testing";
import { copyExample, type Program, ROOT } from "./support/program";
import { codeBlock, section } from "./support/readme";

const run = promisify(execFile);
const cli = findPulumiCli();

describe("the README's commands", () => {
  it("npm run demo plays every step as announced", async () => {
    const { stdout } = await run("npm", ["run", "demo"], { cwd: ROOT });
    expect(stdout.match(/^--- \d+\./gm)).toHaveLength(9);
    expect(stdout).toContain("Every step did what it announced.");
  }, 180_000);

  it("are npm scripts that exist, or the Pulumi CLI's", () => {
    const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
    const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
      (block ?? "").trim().split("\n"),
    );
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const strangers = blocks.filter((line) => {
      const [, script] = /^npm (?:run )?(\w+)$/.exec(line) ?? [];
      return script
        ? !(script in scripts)
        : !/^(pulumi |npm install |export CLOUDFLARE_API_TOKEN=YOUR_TOKEN$)/.test(line);
    });
    expect(blocks).toEqual(expect.arrayContaining(["npm run demo", "npm test"]));
    expect(strangers).toEqual([]);
  });

  it("put no token into the stack's configuration, and repair drift with a refresh", () => {
    expect(codeBlock("Quick start", "sh")).not.toMatch(/config set.*(Token|Key)/);
    expect(codeBlock("Drift in CI", "sh", 1)).toBe("pulumi up --refresh\n");
  });

  it("install the plugin from where its schema says that releases are", () => {
    const { pluginDownloadURL } = JSON.parse(readFileSync(path.join(ROOT, "sdk-schema.json"), "utf8")) as {
      pluginDownloadURL: string;
    };
    expect(codeBlock("Other languages, and import: the plugin", "sh")).toContain(`--server ${pluginDownloadURL}\n`);
  });

  if (cli || process.env.REQUIRE_PULUMI_CLI === "1") {
    it("take a newcomer from configuration to a live config with the real CLI, word for word", async () => {
      const cloudflare = await startSimulator();
      const program = copyExample("basic");
      program.write("index.ts", codeBlock("Quick start", "ts"));
      const [, token = ""] = /^export (\w+)=YOUR_TOKEN$/m.exec(codeBlock("Quick start", "sh")) ?? [];
      const env = { CLOUDFLARE_BASE_URL: cloudflare.url, [token]: cloudflare.apiToken };
      const stack = await openCliStack({ cli: cli ?? "pulumi", program: program.folder, env, requests: cloudflare });
      const lines = [...codeBlock("Quick start", "sh").split("\n"), ...codeBlock("Quick start", "sh", 1).split("\n")];
      try {
        for (const line of lines.filter((text) => text.startsWith("pulumi "))) {
          const words = line.replace(/ #.*/, "").trim().split(/ +/).slice(1);
          const result = await stack.run([...words, ...(words[0] === "up" ? ["--yes"] : [])]);
          expect({ line, exitCode: result.exitCode }).toEqual({ line, exitCode: 0 });
        }
        const drift = codeBlock("Drift in CI", "sh").trim().split(" ").slice(1);
        expect((await stack.run(drift)).exitCode).toBe(0);
        cloudflare.setConfig("0123456789abcdef0123456789abcdef", { amount: 5000, threshold: 90000 });
        expect((await stack.run(drift)).exitCode).not.toBe(0);
        expect(cloudflare.config("0123456789abcdef0123456789abcdef")).toEqual({ amount: 5000, threshold: 90000 });
        const repair = codeBlock("Drift in CI", "sh", 1).trim().split(" ").slice(1);
        expect((await stack.run([...repair, "--yes"])).exitCode).toBe(0);
        expect(cloudflare.config("0123456789abcdef0123456789abcdef")).toEqual({ amount: 5000, threshold: 1000 });
        expect((await stack.run(drift)).exitCode).toBe(0);
      } finally {
        await stack.dispose();
        await cloudflare.close();
        program.remove();
      }
    }, 180_000);
  } else {
    afterAll(
      () =>
        void process.stderr.write(
          "Left out: the README's pulumi commands, since no `pulumi` is on PATH or in ~/.pulumi.\n",
        ),
    );
  }
});

describe("the README's code", () => {
  let program: Program;

  beforeAll(() => {
    program = copyExample("basic");
    program.write("index.ts", codeBlock("Quick start", "ts"));
    program.write("mocks.test.ts", codeBlock("Testing your own program", "ts"));
    program.write("life.test.ts", codeBlock("Testing your own program", "ts", 1));
    const { jest } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      jest: { transform: object };
    };
    program.write("jest.config.json", JSON.stringify({ transform: jest.transform, testTimeout: 60_000 }));
  });

  afterAll(() => program.remove());

  it("for testing a program passes in a jest of its own, copied as it stands", async () => {
    const jest = path.join(ROOT, "node_modules/jest/bin/jest.js");
    const env = { ...process.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
    const { stderr } = await run(process.execPath, [jest, "--rootDir", program.folder], { cwd: program.folder, env });
    expect(stderr).toContain("Tests:       2 passed, 2 total");
  }, 120_000);

  it("and troubleshooting table names messages that the product really has", () => {
    const sources = ["cloudflare/credentials", "cloudflare/errors", "topup/check", "topup/messages"].map((name) =>
      readFileSync(path.join(ROOT, `provider/${name}.ts`), "utf8"),
    );
    const stems = [
      "must be a whole number of US cents, at least",
      "this stack's cap",
      "No Cloudflare credentials",
      "Cloudflare answered",
      "already has auto top-up set, with other values than declared",
      "is declared twice in this stack",
      "never bought credits",
      "may have been applied all the same",
      "is failing",
    ];
    for (const stem of stems) {
      expect(section("Troubleshooting")).toContain(stem);
      expect(sources.some((source) => source.includes(stem))).toBe(true);
    }
  });
});
