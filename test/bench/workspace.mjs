// The temporary folder in which everything is installed as a user has it: the package as npm would pack it, its peer, the fixtures as programs,
// and the plugin's executable. And how each provider's process is started and called from there.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SUBJECTS } from "./table.mjs";

export const bench = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(bench, "../..");
export const PACKAGE = "pulumi-cloudflare-ai-gateway-billing";
const EXECUTABLE = "pulumi-resource-cloudflare-ai-gateway-billing";
const LINKED = ["@pulumi", "@types", "cloudflare", "typescript"];

const require = createRequire(path.join(root, "package.json"));

/** A copy, so that a build beside a running benchmark disturbs nothing. Returns its folder; `removeWorkspace` ends it. */
export function makeWorkspace() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "auto-topup-bench-")));
  const { files } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const [left, packed] = [files.filter((file) => file.startsWith("!")), files.filter((file) => !file.startsWith("!"))];
  for (const file of [...packed, "package.json"])
    cpSync(path.join(root, file), installedFile(folder, file), { recursive: true });
  for (const file of left) rmSync(installedFile(folder, file.slice(1)));
  for (const name of LINKED)
    symlinkSync(path.join(root, "node_modules", name), path.join(folder, "node_modules", name), "junction");
  mkdirSync(pluginFolder(folder), { recursive: true });
  copyFileSync(installedFile(folder, `dist/${EXECUTABLE}`), path.join(pluginFolder(folder), EXECUTABLE));
  for (const subject of Object.keys(SUBJECTS)) writeProgram(folder, subject);
  return folder;
}

export function removeWorkspace(folder) {
  rmSync(folder, { recursive: true, force: true });
}

export function installedFile(folder, file) {
  return path.join(folder, "node_modules", PACKAGE, file);
}

/** The executable alone, under the name that the engine looks for. */
export function pluginFolder(folder) {
  return path.join(folder, "plugins", "plugin");
}

/** A subject's fixture as a project, compiled to JavaScript. */
export function programOf(folder, subject) {
  return path.join(folder, "programs", subject);
}

/** A package's own package.json. */
export function manifestOf(name) {
  return JSON.parse(readFileSync(path.join(root, "node_modules", name, "package.json"), "utf8"));
}

function writeProgram(folder, subject) {
  const ts = require("typescript");
  const program = programOf(folder, subject);
  mkdirSync(program, { recursive: true });
  const source = readFileSync(path.join(bench, "fixtures", `${subject}.ts`), "utf8");
  const compilerOptions = { target: "es2022", module: "commonjs" };
  writeFileSync(path.join(program, "index.js"), ts.transpileModule(source, { compilerOptions }).outputText);
  const lines = [`name: ${subject.toLowerCase()}`, "runtime:", "  name: nodejs", "  options:", "    typescript: false"];
  if (subject === "plugin")
    lines.push(
      "plugins:",
      "  providers:",
      `    - name: cloudflare-ai-gateway-billing`,
      `      path: ${pluginFolder(folder)}`,
    );
  writeFileSync(path.join(program, "Pulumi.yaml"), `${lines.join("\n")}\n`);
}

/** How each provider is started, by subject. */
export function providersOf(folder, env) {
  const host = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const inputs = { accountId: "1".padStart(32, "0"), amount: 5000, threshold: 1000 };
  const dynamic = (subject, type) => ({
    args: [host],
    cwd: folder,
    env,
    type: `pulumi-nodejs:dynamic/${type}`,
    inputs: { ...inputs, __provider: sourceOf(programOf(folder, subject)) },
  });
  return {
    dynamic: dynamic("dynamic", "cloudflare-ai-gateway-billing:AutoTopupConfig"),
    plugin: {
      args: [path.join(pluginFolder(folder), EXECUTABLE)],
      cwd: folder,
      env,
      type: "cloudflare-ai-gateway-billing:index:AutoTopupConfig",
      inputs,
    },
    least: dynamic("least", "least:TopupConfig"),
    sdkDynamic: dynamic("sdkDynamic", "straightforward:TopupConfig"),
  };
}

/** What a dynamic program hands over as its provider, which the provider's process is then sent with every call. The program runs once, with mocks. */
function sourceOf(program) {
  const env = { PATH: process.env.PATH, ACCOUNTS: "1" };
  return JSON.parse(
    execFileSync(process.execPath, ["-e", SCRIPT, path.join(program, "index.js")], { cwd: program, env }),
  );
}

const SCRIPT = `
  const pulumi = require("@pulumi/pulumi");
  let source;
  const newResource = ({ inputs }) => {
    source ??= inputs.__provider;
    return { id: "id", state: inputs };
  };
  pulumi.runtime.setMocks({ newResource, call: () => ({}) });
  require(process.argv[1]);
  process.once("exit", () => console.log(JSON.stringify(source)));
`;
