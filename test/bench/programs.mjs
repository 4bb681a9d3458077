// The programs that are run: the fixtures as projects, compiled to JavaScript.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { EXECUTABLE, installedFile, root } from "./workspace.mjs";

const ts = createRequire(path.join(root, "package.json"))("typescript");
const PLUGIN = "cloudflare-ai-gateway-billing";

/** The subjects that have a program, by the fixture that it is. */
const PROGRAMS = {
  empty: "empty",
  dynamic: "dynamic",
  plugin: "plugin",
  sdkDynamic: "sdkDynamic",
  sdkPlugin: "plugin",
};

/** Writes one project per subject: what a run needs to know of it, by subject. */
export function writePrograms(folder) {
  const plugins = pluginFolders(folder);
  return Object.fromEntries(
    Object.entries(PROGRAMS).map(([subject, fixture]) => {
      const program = path.join(folder, "programs", subject);
      mkdirSync(program, { recursive: true });
      write(program, readFileSync(path.join(folder, "fixtures", `${fixture}.ts`), "utf8"));
      writeFileSync(path.join(program, "Pulumi.yaml"), projectFile(subject, plugins[subject]));
      return [subject, { program, providers: providersOf(plugins[subject]) }];
    }),
  );
}

function write(program, source) {
  const options = { target: "es2022", module: "commonjs" };
  writeFileSync(path.join(program, "index.js"), ts.transpileModule(source, { compilerOptions: options }).outputText);
}

function projectFile(subject, plugin) {
  const lines = [`name: ${subject.toLowerCase()}`, "runtime:", "  name: nodejs", "  options:"];
  lines.push("    typescript: false");
  if (plugin) lines.push("plugins:", "  providers:", `    - name: ${PLUGIN}`, `      path: ${plugin}`);
  return `${lines.join("\n")}\n`;
}

/** Each plugin's executable alone in a folder, under the name that the engine looks for. */
function pluginFolders(folder) {
  const [ours, whole] = ["plugin", "sdkPlugin"].map((name) => path.join(folder, "plugins", name));
  for (const each of [ours, whole]) mkdirSync(each, { recursive: true });
  copyFileSync(installedFile(folder, path.join("dist", EXECUTABLE)), path.join(ours, EXECUTABLE));
  const fixture = JSON.stringify(path.join(folder, "fixtures", "sdkPlugin.cjs"));
  writeFileSync(path.join(whole, EXECUTABLE), `#!/usr/bin/env node\nrequire(${fixture});\n`);
  chmodSync(path.join(whole, EXECUTABLE), 0o755);
  return { plugin: ours, sdkPlugin: whole };
}

function providersOf(plugin) {
  if (!plugin) return {};
  return { [PLUGIN]: { command: process.execPath, args: [path.join(plugin, EXECUTABLE)] } };
}
