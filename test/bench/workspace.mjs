// The temporary folder in which everything is installed as a user has it: the package as npm would pack it, its peer and what the fixtures need.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const bench = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(bench, "../..");
export const PACKAGE = "pulumi-cloudflare-ai-gateway-billing";
export const EXECUTABLE = "pulumi-resource-cloudflare-ai-gateway-billing";

const LINKED = ["@pulumi", "@types", "cloudflare", "typescript"];

/** A copy, so that a build beside a running benchmark disturbs nothing. Returns its folder; `removeWorkspace` ends it. */
export function makeWorkspace() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "auto-topup-bench-")));
  const installed = path.join(folder, "node_modules", PACKAGE);
  mkdirSync(installed, { recursive: true });
  const { files } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  for (const file of [...files, "package.json"]) {
    cpSync(path.join(root, file), path.join(installed, file), { recursive: true });
  }
  for (const name of LINKED) link(path.join(root, "node_modules", name), path.join(folder, "node_modules", name));
  cpSync(path.join(bench, "fixtures"), path.join(folder, "fixtures"), { recursive: true });
  return folder;
}

export function removeWorkspace(folder) {
  rmSync(folder, { recursive: true, force: true });
}

export function installedFile(folder, file) {
  return path.join(folder, "node_modules", PACKAGE, file);
}

/** Bytes of all files below a folder. */
export function bytesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.reduce((sum, entry) => sum + bytesOf(path.join(folder, entry.name), entry), 0);
}

function bytesOf(file, entry) {
  if (entry.isDirectory()) return bytesBelow(file);
  return entry.isFile() ? readFileSync(file).length : 0;
}

function link(target, name) {
  symlinkSync(target, name, "junction");
}
