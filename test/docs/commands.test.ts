// Every command line of README and docs/ is played by some test; those that need no engine are played here, on a newcomer's machine.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/program";
import { type Newcomer, openNewcomer } from "./newcomer";
import { readPages } from "./pages";
import { PRINTS } from "./standIns";
import { ACCOUNT, documentedCommands, ELSEWHERE, playable, STEPS, type Step } from "./steps";

const { version } = require("../../package.json") as { version: string };
const schema = require("../../sdk-schema.json") as { version: string; pluginDownloadURL: string };
const documented = documentedCommands();

describe("the documented commands", () => {
  it("are all held by a test, and none is that nobody documents", () => {
    const shown = STEPS.map(({ command }) => command.replace(" && cat comment.md", ""));
    const held = [...shown, ...Object.keys(ELSEWHERE)];
    expect(documented.filter((command) => !held.includes(command))).toEqual([]);
    // Setting a token in the dynamic provider's place is what the documentation advises against.
    const extra = ["pulumi config set --secret cloudflare:apiToken YOUR_TOKEN"];
    expect(held.filter((command) => ![...documented, ...extra].includes(command))).toEqual([]);
  });

  it("name npm scripts that exist", () => {
    const { scripts } = require("../../package.json") as { scripts: Record<string, string> };
    const named = documented.flatMap((command) => /^npm (?:run )?([\w:]+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => name !== "install" && !(name in scripts))).toEqual([]);
  });

  it("put no token into the stack's configuration before they have said where it belongs", () => {
    const [readme] = readPages();
    expect(readme?.blocks.filter(({ code }) => /config set.*(Token|Key)/.test(code))).toEqual([]);
  });
});

describe("what is documented of the plugin", () => {
  it("is this package's version everywhere, in the examples too", () => {
    const examples = readdirSync(path.join(ROOT, "examples")).flatMap((name) =>
      ["Pulumi.yaml", "package.json"].map((file) => path.join("examples", name, file)),
    );
    const texts = [...readPages().map(({ file }) => file), ...examples].flatMap((file) => {
      try {
        return [[file, readFileSync(path.join(ROOT, file), "utf8")] as const];
      } catch {
        return [];
      }
    });
    const named = texts.flatMap(([file, text]) =>
      [...text.matchAll(/billing(?:@| |-v|": "\^)(\d+\.\d+\.\d+)/g)].map(([, found]) => [file, found]),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(([, found]) => found !== version)).toEqual([]);
    expect(schema.version).toBe(version);
  });

  it("is installed from where its schema says that releases are", () => {
    const install = documented.find((command) => command.includes(" --server "));
    expect(install).toBe(
      `pulumi plugin install resource cloudflare-ai-gateway-billing ${version} --server ${schema.pluginDownloadURL}`,
    );
  });
});

describe("a newcomer who types them", () => {
  let newcomer: Newcomer;

  beforeAll(async () => {
    newcomer = await openNewcomer({ script: PRINTS });
  });
  afterAll(() => newcomer.leave());

  it("pastes what the simulator prints", () => {
    const shown = documented.find((command) => command.startsWith("export CLOUDFLARE_BASE_URL="));
    expect(newcomer.exportLine.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:8787")).toBe(shown);
  });

  it.each(playable("package").map((step) => [step.command, step] as const))("%s", async (_, step) => {
    const { exitCode, output } = await newcomer.type(step);
    expect({ exitCode, output }).toEqual({ exitCode: step.exitCode, output: expect.any(String) });
    for (const text of step.prints ?? []) expect(output).toContain(text);
  });

  it("sees the alarm of an account that runs away", async () => {
    await newcomer.restart("--runaway", ACCOUNT);
    const command = "pulumi stack export | npx topup-charges --max-charges 5/24h";
    const { exitCode, output } = await newcomer.type(STEPS.find((step) => step.command === command) as Step);
    expect(exitCode).toBe(4);
    expect(output).toContain(`alarm: account ${ACCOUNT}: 12 charges in 24 hours; the limit is 5 charges`);
  });
});
