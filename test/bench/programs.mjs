// The programs that are run: each subject's fixture as a project, compiled to JavaScript.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { SUBJECTS } from "./subjects.mjs";
import { EXECUTABLE, installedFile, root } from "./workspace.mjs";

const ts = createRequire(path.join(root, "package.json"))("typescript");

/** Writes one project per subject: its folder, by subject. */
export function writePrograms(folder) {
  const plugin = pluginFolder(folder);
  return Object.fromEntries(
    Object.keys(SUBJECTS).map((subject) => {
      const program = path.join(folder, "programs", subject);
      mkdirSync(program, { recursive: true });
      const source = readFileSync(path.join(folder, "fixtures", `${subject}.ts`), "utf8");
      const compilerOptions = { target: "es2022", module: "commonjs" };
      writeFileSync(path.join(program, "index.js"), ts.transpileModule(source, { compilerOptions }).outputText);
      writeFileSync(path.join(program, "Pulumi.yaml"), projectFile(subject, plugin));
      return [subject, program];
    }),
  );
}

function projectFile(subject, plugin) {
  const lines = [`name: ${subject.toLowerCase()}`, "runtime:", "  name: nodejs", "  options:", "    typescript: false"];
  if (subject === "plugin") {
    lines.push("plugins:", "  providers:", "    - name: cloudflare-ai-gateway-billing", `      path: ${plugin}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The plugin's executable alone in a folder, under the name that the engine looks for. */
function pluginFolder(folder) {
  const own = path.join(folder, "plugins", "plugin");
  mkdirSync(own, { recursive: true });
  copyFileSync(installedFile(folder, path.join("dist", EXECUTABLE)), path.join(own, EXECUTABLE));
  return own;
}
