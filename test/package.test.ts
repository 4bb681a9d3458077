// What users get: the built files, what they load and what they declare. `npm test` builds them first.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";

const root = path.resolve(__dirname, "..");
const dist = path.join(root, "dist");

interface Loaded {
  files: string[];
  builtins: string[];
  ran: string[];
}

/** What requiring a file does in a process that has done nothing else. */
function load(file: string): Loaded {
  const args = [path.join(__dirname, "support/coverage.cjs"), file];
  const env = { PATH: process.env.PATH };
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, env, encoding: "utf8", maxBuffer: 2 ** 26 }));
}

describe("a program that imports the package", () => {
  const ours = load(path.join(dist, "index.js"));
  const alone = load(require.resolve("@pulumi/pulumi"));

  it("loads one file more than one that imports @pulumi/pulumi alone", () => {
    expect(alone.files.length).toBeGreaterThan(100);
    expect(ours.files.filter((file) => !alone.files.includes(file))).toEqual([path.join(dist, "index.js")]);
  });

  it("loads neither the SDK, nor zod, nor the provider's side", () => {
    const heavy = /node_modules\/(cloudflare|zod|undici|node-fetch|axios)\//;
    const provider = (file: string) => file.startsWith(`${dist}${path.sep}`) && !file.endsWith("index.js");
    expect(ours.files.filter((file) => heavy.test(file) || provider(file))).toEqual([]);
  });

  it("loads no part of Node that @pulumi/pulumi does not load, and so no HTTP client of its own", () => {
    expect(ours.builtins.filter((name) => !alone.builtins.includes(name))).toEqual([]);
  });
});

describe("the provider's side", () => {
  const { files, ran } = load(path.join(dist, "dynamic.js"));
  const source = readFileSync(path.join(dist, "dynamic.js"), "utf8");

  it("loads no other file", () => {
    expect(files).toEqual([path.join(dist, "dynamic.js")]);
  });

  it("evaluates nothing of the SDK before the first request, though it is in the file", () => {
    expect(source).toContain('"cut:sdk"(');
    expect(ran).toContain("handler");
    expect(ran).not.toContain("cut:sdk");
  });

  it("has the answer to each call of the dynamic-provider host", () => {
    const exported = require(path.join(dist, "dynamic.js"));
    expect(Object.keys(exported).sort()).toEqual(["check", "configure", "create", "delete", "diff", "read", "update"]);
  });

  it("asks nothing of @pulumi/pulumi but what a message needs when it is first shown", () => {
    const needed = [...source.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? "");
    const foreign = new Set(needed.filter((name) => !isBuiltin(name)));
    expect([...foreign].sort()).toEqual(["@pulumi/pulumi/proto/engine_grpc_pb", "@pulumi/pulumi/proto/engine_pb"]);
  });
});

describe("the built files", () => {
  const built = readdirSync(dist, { recursive: true, encoding: "utf8" });
  const scripts = built.filter((file) => file.endsWith(".js"));
  const declarations = built.filter((file) => file.endsWith(".d.ts"));

  it("hold, of the SDK, no path and no function that charges a card", () => {
    const users = scripts.filter((file) => !/^(simulator|testing)\.js$/.test(file));
    expect(users).toEqual(expect.arrayContaining(["index.js", "dynamic.js"]));
    const charge = /ai-gateway\/billing\/topup(?!\/config)|BaseTopup\b/;
    expect(users.filter((file) => charge.test(readFileSync(path.join(dist, file), "utf8")))).toEqual([]);
  });

  it("declare nothing by the SDK's or zod's types, and nothing as 'any'", () => {
    expect(declarations.length).toBeGreaterThan(2);
    const offences = declarations.flatMap((file) => offencesOf(path.join(dist, file)));
    expect(offences).toEqual([]);
  });

  it("declare nothing that a user would have to install besides @pulumi/pulumi", () => {
    const entry = ["index.d.ts", "dynamic/autoTopupConfig.d.ts", "topup/money.d.ts"];
    const needed = entry.flatMap((file) => modulesOf(parse(path.join(dist, "types", file))));
    expect(needed.filter((name) => !name.startsWith("."))).toEqual(["@pulumi/pulumi"]);
  });
});

describe("the provider's code in every stack's state", () => {
  const pinned = 'exports.handler=()=>require("pulumi-cloudflare-ai-gateway-billing/dynamic")';

  it("is one constant line, the same bytes in every release", () => {
    const source = readFileSync(path.join(dist, "index.js"), "utf8");
    const constant = /PROVIDER_SOURCE = ("(?:[^"\\]|\\.)*"|'[^']*')/.exec(source)?.[1];
    expect(constant?.slice(1, -1).replaceAll('\\"', '"')).toBe(pinned);
    expect(pinned).not.toMatch(/[^\x20-\x7e]/);
  });

  it("requires what package.json exports under that name, for good", () => {
    const { name, exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
    expect(`${name}/dynamic`).toBe("pulumi-cloudflare-ai-gateway-billing/dynamic");
    expect(exports["./dynamic"].default).toBe("./dist/dynamic.js");
  });
});

describe("the plugin's script", () => {
  const NAME = "pulumi-resource-cloudflare-ai-gateway-billing";
  const script = path.join(dist, NAME);

  /** Runs it where `node` is a program that prints this version and does nothing else, or is missing. */
  function runWith(node: string | null) {
    const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-node-"));
    try {
      if (node) writeFileSync(path.join(folder, "node"), `#!/bin/sh\necho ${node}\n`, { mode: 0o755 });
      return spawnSync(script, ["127.0.0.1:1"], { env: { PATH: folder }, encoding: "utf8" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it.each([
    [null, "none"],
    ["v18.20.4", "v18.20.4"],
    ["v8.9.0", "v8.9.0"],
  ])(
    "says in one sentence that it needs Node 20 or newer if node is %s, and prints no port (promise 32)",
    (node, found) => {
      const { status, stdout, stderr } = runWith(node);
      const needs = "The cloudflare-ai-gateway-billing plugin is a script that needs Node.js 20 or newer on PATH";
      const instead = "install it, or install the plugin's standalone archive, which needs none.";
      expect([status, stdout, stderr]).toEqual([1, "", `${needs}, and found ${found}: ${instead}\n`]);
    },
  );

  it.each(["v20.0.0", "v24.1.0"])("goes on with Node %s", (node) => {
    expect(runWith(node)).toMatchObject({ status: 0, stdout: `${node}\n`, stderr: "" });
  });

  it("has a .cmd for Windows beside it that says the same without Node", () => {
    const lines = readFileSync(`${script}.cmd`, "utf8").split("\r\n");
    expect(lines[0]).toBe("@where /q node");
    expect(lines[1]).toContain("needs Node.js 20 or newer on PATH");
    expect(lines.slice(2)).toEqual([`@node "%~dp0${NAME}" %*`, ""]);
  });

  it("is npm's command through a file that names Node in its first line, which npm needs on Windows", () => {
    const { bin } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
    expect(readFileSync(path.join(root, bin[NAME]), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    const help = execFileSync(process.execPath, [path.join(root, bin[NAME]), "--help"], { encoding: "utf8" });
    expect(help).toContain("--check-credentials");
  });
});

describe("package.json", () => {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

  it("has no dependency besides the peer @pulumi/pulumi", () => {
    expect(manifest.dependencies).toBeUndefined();
    expect(Object.keys(manifest.peerDependencies)).toEqual(["@pulumi/pulumi"]);
  });

  it("does not make the CLI look for a plugin", () => {
    expect(manifest.pulumi).toBeUndefined();
  });

  it("exports files that exist", () => {
    const targets = Object.values<string | Record<string, string>>(manifest.exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target),
    );
    for (const target of targets) expect(() => readFileSync(path.join(root, target))).not.toThrow();
  });
});

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
}

/** The modules that a declaration file names. */
function modulesOf(source: ts.SourceFile): string[] {
  return ts.preProcessFile(source.text).importedFiles.map(({ fileName }) => fileName);
}

function offencesOf(file: string): string[] {
  const source = parse(file);
  const offences = modulesOf(source).filter((name) => /^(cloudflare|zod)(\/|$)/.test(name));
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) offences.push("any");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return offences.map((offence) => `${path.relative(root, file)}: ${offence}`);
}
