// Holds the layering: program side and doors -> core, and nothing back. See the first lines of each file of provider/.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { type Import, importsOf, loadedBy, providerFiles, textOf } from "./support/imports";

const files = providerFiles();
const imports = files.flatMap(importsOf);

const show = ({ file, target }: Import) => `${file} -> ${target}`;
const isInside = (folder: string) => (file: string) => file.startsWith(`${folder}/`);
const inCore = isInside("core");
const ofPackage = (name: string) => (one: Import) => one.target === name || one.target.startsWith(`${name}/`);

/** Those who import what, as one line each. */
function importers(wanted: (one: Import) => boolean): string[] {
  return [...new Set(imports.filter(wanted).map(({ file }) => file))];
}

describe("imports", () => {
  it("are read by this test at all", () => {
    expect(files).toContain("core/sdk.ts");
    expect(imports.map(show)).toContain("core/api.ts -> core/sdk.ts");
    expect(imports.map(show)).toContain("engineLog.ts -> @grpc/grpc-js");
  });

  it("of files lead to files that exist", () => {
    const local = imports.filter(({ target }) => target.endsWith(".ts"));
    expect(local.filter(({ target }) => !files.includes(target)).map(show)).toEqual([]);
  });

  it("of the SDK are in core/sdk.ts only", () => {
    expect(importers(ofPackage("cloudflare"))).toEqual(["core/sdk.ts"]);
  });

  it("of zod are in core/model.ts and core/invoices.ts only", () => {
    expect(importers(ofPackage("zod"))).toEqual(["core/invoices.ts", "core/model.ts"]);
  });

  it("of the core stay in the core: it knows neither Pulumi, nor a door, nor anything else", () => {
    const wire = ["node:http", "node:https", "node:util", "node:fs", "https-proxy-agent", "proxy-from-env"];
    const allowed = (one: Import) =>
      inCore(one.target) || ["cloudflare", "zod", ...wire].some((name) => ofPackage(name)(one));
    expect(importers((one) => wire.includes(one.target)).filter(inCore)).toEqual([
      "core/http.ts",
      "core/proxy.ts",
      "core/trace.ts",
    ]);
    expect(imports.filter((one) => inCore(one.file) && !allowed(one)).map(show)).toEqual([]);
  });

  it("load the SDK late: what a preview needs does not bring it in by itself", () => {
    const loads = imports.filter(({ target, typeOnly }) => target === "core/sdk.ts" && !typeOnly);
    expect(loads.map(({ file, late }) => ({ file, late }))).toEqual([{ file: "core/api.ts", late: true }]);
  });

  it("of the program side load nothing but @pulumi/pulumi", () => {
    expect([...loadedBy("index.ts")].sort()).toEqual([
      "@pulumi/pulumi",
      "autoTopupConfig.ts",
      "core/money.ts",
      "core/settingNames.ts",
      "dynamic/stackSettings.ts",
      "index.ts",
      "pulumi/node.ts",
    ]);
  });

  it("of the program side name nothing else in types either", () => {
    const side = [
      "index.ts",
      "autoTopupConfig.ts",
      "dynamic/stackSettings.ts",
      "core/money.ts",
      "core/settingNames.ts",
      "pulumi/node.ts",
    ];
    const foreign = imports.filter(({ file, target }) => side.includes(file) && !side.includes(target));
    expect(foreign.map(show)).toEqual([
      "autoTopupConfig.ts -> @pulumi/pulumi",
      "dynamic/stackSettings.ts -> @pulumi/pulumi",
    ]);
  });

  it("of what users run never lead into the testing kit", () => {
    const isTesting = isInside("testing");
    expect(imports.filter(({ file, target }) => !isTesting(file) && isTesting(target)).map(show)).toEqual([]);
  });

  it("of the simulator never lead out of it: it is the judge of the core and shares no code with it", () => {
    const own = (file: string) => /^testing\/simulator(\/|\.ts$)/.test(file);
    const foreign = imports.filter(({ file, target }) => own(file) && !own(target) && !target.startsWith("node:"));
    expect(foreign.map(show)).toEqual([]);
  });

  it("of the two doors do not lead from one to the other", () => {
    const first = ["dynamic.ts", "dynamic/stackSettings.ts", "autoTopupConfig.ts", "index.ts", "hostError.ts"];
    const second = (file: string) => file === "plugin.ts" || file.startsWith("plugin/");
    const crossing = ({ file, target }: Import) =>
      (first.includes(file) && second(target)) || (second(file) && first.includes(target));
    expect(imports.filter(crossing).map(show)).toEqual([]);
  });

  it("load no file in a circle", () => {
    const loading = imports.filter(({ typeOnly }) => !typeOnly);
    expect(files.map((file) => circleFrom(file, loading)).filter(Boolean)).toEqual([]);
  });

  it("of the core, the doors and the engine do not even name each other's types in a circle", () => {
    const own = imports.filter(({ file }) => !/^(testing\/simulator|review)\//.test(file));
    expect(files.map((file) => circleFrom(file, own)).filter(Boolean)).toEqual([]);
  });
});

describe("every file", () => {
  it("opens with a comment that says what it is for", () => {
    expect(files.filter((file) => openingOf(file).length < 40)).toEqual([]);
  });

  it("is short enough to be read at once", () => {
    // The engine is told in few files, so that a reader follows one run; each of its protocols has many cases of one kind.
    const longest = (file: string) => (isInside("testing/engine")(file) ? 400 : 200);
    expect(files.filter((file) => textOf(file).trimEnd().split("\n").length > longest(file))).toEqual([]);
  });
});

describe("the call that charges a card at once", () => {
  const root = path.resolve(__dirname, "..");
  const code = ["provider", "examples"]
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map(inside(folder)),
    )
    .filter((file) => /\.([cm]?[jt]s|py|go|java|cs|ya?ml|json|sh)$/.test(file))
    .filter((file) => !/\/node_modules\/|^provider\/testing\/simulator/.test(file));

  it("is looked for in all code", () => {
    expect(code).toEqual(expect.arrayContaining(["provider/core/sdk.ts", "examples/basic/index.ts"]));
  });

  it("is made nowhere: neither by its path nor by its name in the SDK", () => {
    const charge = /billing\/topup(?!\/config)|topup\/topup|\btopup\s*\.\s*(create|status)\b|\bBaseTopup\b/;
    const callers = code.filter((file) => charge.test(withoutComments(readFileSync(path.join(root, file), "utf8"))));
    expect(callers).toEqual([]);
  });
});

function openingOf(file: string): string {
  const lines = textOf(file)
    .replace(/^#!.*\n/, "")
    .split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines
    .slice(0, end)
    .map((line) => line.slice(2).trim())
    .join(" ");
}

/** A way from a file back to itself; null where there is none. */
function circleFrom(start: string, edges: readonly Import[]): string | null {
  const trails = [[start]];
  const seen = new Set<string>();
  for (const trail of trails) {
    for (const { target } of edges.filter(({ file }) => file === trail.at(-1))) {
      if (target === start) return [...trail, start].join(" -> ");
      if (!seen.has(target)) trails.push([...trail, target]);
      seen.add(target);
    }
  }
  return null;
}

function inside(folder: string) {
  return (file: string) => path.posix.join(folder, file);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(^|\s)(\/\/|#).*$/gm, "");
}
