// Throw-away copies of programs, so that tests never write into the repository.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.resolve(__dirname, "../..");

export interface Program {
  readonly folder: string;
  write(file: string, text: string): void;
  remove(): void;
}

/** A copy of `examples/<name>` that finds its dependencies where the repository has them. */
export function copyExample(name: string): Program {
  const program = emptyProgram();
  const source = path.join(ROOT, "examples", name);
  cpSync(source, program.folder, { recursive: true, filter: (file) => !file.includes("node_modules") });
  return program;
}

/** A JavaScript program of its own; `index.js` is still to be written. */
export function javascriptProgram(): Program {
  const program = emptyProgram();
  program.write("Pulumi.yaml", "name: tested\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
  program.write("package.json", '{ "name": "tested", "private": true, "main": "index.js" }\n');
  return program;
}

function emptyProgram(): Program {
  const folder = programFolder();
  return {
    folder,
    write(file, text) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An empty folder with the package and @pulumi installed by a link. */
export function programFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-test-"));
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"), "junction");
  return folder;
}
