// The programs that are run: the fixtures as projects, compiled to JavaScript.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
  least: "least",
  sdkDynamic: "sdkDynamic",
};

/** Writes one project per subject: what a run needs to know of it, by subject. */
export function writePrograms(folder) {
  const plugin = pluginFolder(folder);
  return Object.fromEntries(
    Object.entries(PROGRAMS).map(([subject, fixture]) => {
      const program = path.join(folder, "programs", subject);
      mkdirSync(program, { recursive: true });
      write(program, readFileSync(path.join(folder, "fixtures", `${fixture}.ts`), "utf8"));
      writeFileSync(path.join(program, "Pulumi.yaml"), projectFile(subject, subject === "plugin" && plugin));
      return [subject, { program }];
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

/** The plugin's executable alone in a folder, under the name that the engine looks for. */
function pluginFolder(folder) {
  const own = path.join(folder, "plugins", "plugin");
  mkdirSync(own, { recursive: true });
  copyFileSync(installedFile(folder, path.join("dist", EXECUTABLE)), path.join(own, EXECUTABLE));
  return own;
}
