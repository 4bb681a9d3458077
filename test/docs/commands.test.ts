// Runs the commands of README and docs/ that need no engine, with a stand-in for `pulumi`, and holds what is documented of the plugin's release.
// steps.ts says how a page's commands are run.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/program";
import { readPages } from "./pages";
import { playPages } from "./playPages";
import { documentedCommands, placeOf } from "./steps";

const { version, scripts } = require("../../package.json") as { version: string; scripts: Record<string, string> };
const schema = require("../../sdk-schema.json") as { version: string; pluginDownloadURL: string };
const documented = documentedCommands();

describe("every documented command", () => {
  it("is found: the pages have many", () => {
    expect(documented.length).toBeGreaterThan(30);
    expect(documented.some(([, command]) => placeOf(command) !== null)).toBe(true);
  });

  it("that runs a script of the repository names one that exists", () => {
    const named = documented.flatMap(([, command]) => /^npm run ([\w:]+)/.exec(command)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("in the README leaves tokens out of the stack's configuration", () => {
    const readme = documented.filter(([file]) => file === "README.md").map(([, command]) => command);
    expect(readme.filter((command) => /config set.*(Token|Key)/.test(command))).toEqual([]);
  });
});

describe("the documented version of the plugin", () => {
  it("is this package's everywhere, in the examples too", () => {
    const examples = readdirSync(path.join(ROOT, "examples")).flatMap((name) =>
      ["Pulumi.yaml", "package.json"].map((file) => path.join("examples", name, file)),
    );
    const files = [...readPages().map(({ file }) => file), ...examples].filter((file) =>
      existsSync(path.join(ROOT, file)),
    );
    const named = files.flatMap((file) => {
      const text = readFileSync(path.join(ROOT, file), "utf8");
      return [...text.matchAll(/billing(?:@| |-v|": "\^)(\d+\.\d+\.\d+)/g)].map(([, found]) => [file, found]);
    });
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(([, found]) => found !== version)).toEqual([]);
    expect(schema.version).toBe(version);
  });

  it("is installed from where the schema says that releases are", () => {
    const installs = documented.map(([, command]) => command).filter((command) => command.includes(" --server "));
    expect([...new Set(installs)]).toEqual([
      `pulumi plugin install resource cloudflare-ai-gateway-billing ${version} --server ${schema.pluginDownloadURL}`,
    ]);
  });
});

playPages(null);
