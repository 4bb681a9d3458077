// Holds the way of the data: the providers, then the rules of the resource, then the Cloudflare client, and nothing back.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { buildSync } from "esbuild";
import ts from "typescript";

interface Import {
  /** The importing file, relative to provider/. */
  readonly file: string;
  /** Where it leads: a file relative to provider/, or the name of a package or a Node module. */
  readonly target: string;
}

const root = path.resolve(__dirname, "..");
const provider = path.join(root, "provider");
const files = readdirSync(provider, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort();
const textOf = (file: string) => readFileSync(path.join(provider, file), "utf8");

/** All that a file names, types included. */
const imports: Import[] = files.flatMap((file) =>
  ts.preProcessFile(textOf(file), true, true).importedFiles.map(({ fileName: named }) => {
    if (!named.startsWith(".")) return { file, target: named };
    const target = path.join(path.dirname(file), named);
    return { file, target: target.endsWith(".json") ? target : `${target}.ts` };
  }),
);
/** What is left of it when a file is loaded, and how it is loaded. */
const { inputs: loads } = buildSync({
  ...{ absWorkingDir: provider, entryPoints: files.filter((file) => !file.endsWith(".d.ts")), outdir: "unwritten" },
  ...{ bundle: true, write: false, metafile: true, packages: "external", platform: "node" },
}).metafile;

/** The files that are loaded when this one is, itself included, and the packages among them. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path: target } of loads[file]?.imports ?? []) loadedBy(target, seen);
  return seen;
}

const show = ({ file, target }: Import) => `${file} -> ${target}`;
const isOwn = ({ target }: Import) => target.endsWith(".ts");
const ofPackage = (name: string) => (one: Import) =>
  !isOwn(one) && (one.target === name || one.target.startsWith(`${name}/`));

// The engine's words, which the commands read as well: two files that import nothing.
const WORDS = ["pulumi/urn.ts", "pulumi/markers.ts"];

/** What each folder may import of the others, whole or in single files, and which packages. A file at the top of provider/ is the provider of the folder it names. */
const ROOMS: Readonly<Record<string, { rooms: readonly string[]; packages: readonly string[] }>> = {
  cloudflare: { rooms: [], packages: ["cloudflare", "zod", "https-proxy-agent", "proxy-from-env"] },
  topup: { rooms: ["cloudflare"], packages: ["zod"] },
  pulumi: { rooms: ["topup", "cloudflare"], packages: ["@pulumi/pulumi", "@grpc/grpc-js"] },
  dynamic: { rooms: ["pulumi", "topup", "cloudflare"], packages: ["@pulumi/pulumi"] },
  plugin: {
    rooms: ["pulumi", "topup", "cloudflare"],
    packages: ["@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf"],
  },
  command: { rooms: ["topup", ...WORDS], packages: [] },
  review: { rooms: ["command", "topup", ...WORDS], packages: ["zod"] },
  watch: { rooms: ["command", "topup", "cloudflare", ...WORDS], packages: ["zod"] },
  standalone: { rooms: ["plugin", "review", "watch", "testing"], packages: [] },
  "testing/simulator": { rooms: [], packages: [] },
  testing: { rooms: ["testing/simulator", "topup", "cloudflare", ...WORDS], packages: ["@pulumi/pulumi"] },
};
const ENTRIES: Readonly<Record<string, string>> = { "index.ts": "dynamic", "simulator.ts": "testing" };

function roomOf(file: string): string {
  const folders = Object.keys(ROOMS).filter((room) => file.startsWith(`${room}/`));
  return folders.sort((one, other) => other.length - one.length)[0] ?? ENTRIES[file] ?? file.replace(/\.ts$/, "");
}

/** Those who import what, as one line each. */
function importers(wanted: (one: Import) => boolean): string[] {
  return [...new Set(imports.filter(wanted).map(({ file }) => file))];
}

describe("imports", () => {
  it("are read by this test at all", () => {
    expect(files).toContain("cloudflare/sdk.ts");
    expect(imports.map(show)).toContain("cloudflare/client.ts -> cloudflare/sdk.ts");
    expect(imports.map(show)).toContain("pulumi/engine.ts -> @grpc/grpc-js");
  });

  it("of files lead to files that exist", () => {
    const local = imports.filter(({ target }) => target.endsWith(".ts"));
    expect(local.filter(({ target }) => !files.includes(target)).map(show)).toEqual([]);
  });

  it("go from the providers to the rules, from the rules to the client, and nowhere else", () => {
    const allowed = (one: Import) => {
      const { rooms, packages } = ROOMS[roomOf(one.file)] ?? { rooms: [], packages: [] };
      if (isOwn(one))
        return [roomOf(one.file), ...rooms].some((room) => room === roomOf(one.target) || room === one.target);
      return /^(node:|\.\.)/.test(one.target) || packages.some((name) => ofPackage(name)(one));
    };
    expect(files.map(roomOf).filter((room) => !ROOMS[room])).toEqual([]);
    expect(imports.filter((one) => !allowed(one)).map(show)).toEqual([]);
  });

  it("are not in the files with the engine's words, so that everything may load them", () => {
    expect(imports.filter(({ file }) => WORDS.includes(file)).map(show)).toEqual([]);
  });

  it("never go in a circle, types included", () => {
    expect(files.map((file) => circleFrom(file, imports)).filter(Boolean)).toEqual([]);
  });

  it("of the SDK are in one file, and that is loaded late: what a preview needs does not bring it in", () => {
    expect(importers(ofPackage("cloudflare"))).toEqual(["cloudflare/sdk.ts"]);
    const ways = Object.entries(loads).flatMap(([file, load]) =>
      load.imports.filter((one) => one.path === "cloudflare/sdk.ts").map(({ kind }) => [file, kind]),
    );
    expect(ways).toEqual([["cloudflare/client.ts", "require-call"]]);
  });

  it("of zod are where something crosses a boundary", () => {
    expect(importers(ofPackage("zod")).filter((file) => !/^(review|watch)\//.test(file))).toEqual([
      "cloudflare/answers.ts",
      "cloudflare/invoices.ts",
      "topup/model.ts",
    ]);
  });

  it("of the file system and the network are in few files below the providers", () => {
    const outside = ["node:http", "node:https", "node:net", "node:fs", "node:os", "node:child_process"];
    const below = importers(({ target }) => outside.includes(target)).filter((file) =>
      ["cloudflare", "topup"].includes(roomOf(file)),
    );
    expect(below).toEqual(["cloudflare/proxy.ts", "cloudflare/requestLog.ts"]);
  });

  it("of the program side lead to nothing but @pulumi/pulumi, in types neither", () => {
    const side = [
      "@pulumi/pulumi",
      "cloudflare/settings.ts",
      "dynamic/autoTopupConfig.ts",
      "dynamic/refusals.ts",
      "dynamic/stackSettings.ts",
      "index.ts",
      "pulumi/markers.ts",
      "pulumi/node.ts",
      "pulumi/urn.ts",
      "topup/money.ts",
      "topup/nearestName.ts",
    ];
    expect([...loadedBy("index.ts")].filter((target) => !target.startsWith("node:")).sort()).toEqual(side);
    expect(
      imports
        .filter(({ file, target }) => side.includes(file) && !/^node:/.test(target) && !side.includes(target))
        .map(show),
    ).toEqual([]);
  });
});

describe("every file", () => {
  it("opens with a comment that says what it is for", () => {
    expect(files.filter((file) => openingOf(file).length < 40)).toEqual([]);
  });

  it("is short enough to be read at once", () => {
    expect(files.filter((file) => textOf(file).trimEnd().split("\n").length > 200)).toEqual([]);
  });
});

describe("the call that charges a card at once", () => {
  const code = ["provider", "examples"]
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map(inside(folder)),
    )
    .filter((file) => /\.([cm]?[jt]s|py|go|java|cs|ya?ml|json|sh)$/.test(file))
    .filter((file) => !/\/node_modules\/|^provider\/(testing\/)?simulator/.test(file));

  it("is searched for in all code", () => {
    expect(code).toEqual(expect.arrayContaining(["provider/cloudflare/sdk.ts", "examples/basic/index.ts"]));
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
