// A small JavaScript SDK made from sdk-schema.json: what `pulumi package add` generates, as far as a program's run needs it, where
// there is no CLI to generate it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "./program";

export interface Sdk {
  /** What a program needs in its environment to find the SDK by its name. */
  readonly env: { NODE_PATH: string };
  remove(): void;
}

export function makeSdk(): Sdk {
  const schema = JSON.parse(readFileSync(path.join(ROOT, "sdk-schema.json"), "utf8"));
  const modules = mkdtempSync(path.join(tmpdir(), "auto-topup-sdk-"));
  const folder = path.join(modules, schema.language.nodejs.packageName);
  const resources = Object.entries<{ properties: object }>(schema.resources).map(([token, { properties }]) => {
    const outputs = JSON.stringify(Object.keys(properties));
    return `resource(${JSON.stringify(token)}, ${outputs});`;
  });
  const functions = Object.keys(schema.functions).map((token) => `fn(${JSON.stringify(token)});`);
  mkdirSync(folder);
  writeFileSync(path.join(folder, "index.js"), [PRELUDE, ...resources, ...functions].join("\n"));
  return {
    env: { NODE_PATH: [modules, path.join(ROOT, "node_modules")].join(path.delimiter) },
    remove: () => rmSync(modules, { recursive: true, force: true }),
  };
}

const PRELUDE = `const pulumi = require("@pulumi/pulumi");
const nameOf = (token) => token.split(":").at(-1);
function resource(token, outputs) {
  const unset = Object.fromEntries(outputs.map((name) => [name, undefined]));
  exports[nameOf(token)] = class extends pulumi.CustomResource {
    constructor(name, args, opts) {
      super(token, name, { ...unset, ...args }, opts);
    }
    static get(name, id, opts) {
      return new this(name, {}, { ...opts, id });
    }
  };
}
function fn(token) {
  exports[nameOf(token)] = (args, opts) => pulumi.runtime.invoke(token, args, opts ?? {});
  exports[nameOf(token) + "Output"] = (args, opts) => pulumi.runtime.invokeOutput(token, args, opts ?? {});
}
exports.Provider = class extends pulumi.ProviderResource {
  constructor(name, args, opts) {
    super("cloudflare-ai-gateway-billing", name, args, opts);
  }
};`;
